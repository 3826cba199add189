"""One spelling for what is written in many."""

from __future__ import annotations

import pytest

from nlu.embedded.features import count_features
from nlu.embedded.normalising import normalise


@pytest.mark.parametrize(
    ("written", "joined"),
    [
        ("試用期最長幾個月？", "试用期最长几个月"),
        ("老細唔出糧點算", "老板不发工资怎么办"),
        ("嗯那个我想问一下就是说年假几天", "年假几天"),
        ("补尝怎么算", "补偿怎么算"),
        ("欠我三个月工资", "欠我3个月工资"),
        ("２０２５年３月入职，没签合同", "入职 没签合同"),
    ],
)
def test_spellings_meet(written: str, joined: str) -> None:
    assert normalise(written).joined == joined


@pytest.mark.parametrize("text", ["早上8点上班有点早", "一点工资都没有"])
def test_a_time_of_day_is_no_cantonese_how(text: str) -> None:
    assert "怎么" not in normalise(text, "yue").joined


def test_homophones_share_their_sounds() -> None:
    meant, heard = count_features("劳动仲裁"), count_features("劳动总裁")
    assert not set(meant["characters"]) & {"仲裁", "总裁"} & set(heard["characters"])
    assert "zon-cai" in set(meant["sounds"]) & set(heard["sounds"])


def test_languages_share_their_concepts() -> None:
    chinese, english = count_features("加班费"), count_features("overtime")
    assert "overtime" in set(chinese["concepts"]) & set(english["concepts"])
