"""What is said of the service itself, and phrases that stand for nothing."""

from __future__ import annotations

from datetime import date

import pytest

from dialogue.heard import Heard
from dialogue.phrases import consists_of
from dialogue.shared.about_us import complains_about_us
from dialogue.turn_inputs import Texted
from nlu.engine import NluEngine


@pytest.mark.parametrize(
    ("words", "is_about_us"),
    [
        ("我打了三次电话都没人管我我要投诉你们", True),
        ("投诉的是你们热线", True),
        ("你们接线员态度太差", True),
        ("I want to complain about this hotline", True),
        ("我要投诉你们管的那家公司不发工资", False),
        ("我要投诉老板打了三次人", False),
        ("我要投诉", False),
    ],
)
def test_a_complaint_about_the_hotline_is_told_from_one_about_work(
    words: str, is_about_us: bool, nlu: NluEngine
) -> None:
    assert complains_about_us(Heard(Texted(words), nlu, date(2026, 11, 30))) is is_about_us


@pytest.mark.parametrize("plain", ["嗯", "这个嘛", "。。。。", "唉，", "哈哈哈", "um, well..."])
def test_thinking_aloud_holds_nothing(plain: str) -> None:
    assert consists_of("hesitating", plain)


@pytest.mark.parametrize("plain", ["这个厂", "哈哈鞋厂", "嗯三千", "well paid"])
def test_an_answer_with_fillers_holds_something(plain: str) -> None:
    assert not consists_of("hesitating", plain)


@pytest.mark.parametrize(
    ("words", "goes_on"),
    [
        ("继续", True),
        ("打不通 那继续吧", True),
        ("好 我不跳 你继续帮我登记", True),
        ("三千块 继续吧", False),
        ("老板还不发工资，继续", False),
        ("厚街", False),
    ],
)
def test_the_last_clause_may_wish_to_go_on(words: str, goes_on: bool, nlu: NluEngine) -> None:
    assert Heard(Texted(words), nlu, date(2026, 11, 30)).goes_on is goes_on
