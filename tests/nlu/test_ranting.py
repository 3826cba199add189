"""What is left of a message without anger."""

from __future__ import annotations

import pytest

from nlu.ranting import without_ranting


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("他妈的工资不发你们管不管", "工资不发怎么办"),
        ("操你妈老板三个月没发工资怎么办", "老板三个月没发工资怎么办"),
        ("你们这帮傻逼，加班费怎么算", "加班费怎么算"),
        ("屌你老味唔出粮点算", "唔出粮点算"),
        ("what the fuck is the minimum wage", "what is the minimum wage"),
    ],
)
def test_the_question_is_left(words: str, meant: str) -> None:
    assert without_ranting(words) == meant


@pytest.mark.parametrize(
    "words",
    [
        "操你妈",
        "他妈的",
        "你们管不管劳务派遣",
        "老板骂我傻逼合法吗",
        "试用期最长多久",
        "我要照顾孩子",
    ],
)
def test_where_nothing_is_added_all_stays(words: str) -> None:
    assert without_ranting(words) == words
