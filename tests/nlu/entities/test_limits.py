"""Entity rules take any text, in time that grows with its length."""

from __future__ import annotations

import time
from datetime import date

import pytest

from nlu.entities.extraction import find_entities
from nlu.entities.values import Entities

TODAY = date(2026, 11, 30)
AWKWARD = (
    "十", "十一", "一二三", "零", "万", "几", "多", "年月日", "去年", "3月到", "初", "第", "不到",
    "三个月前", "去年国庆", "五一", "1,", "1.", "1/", "12 ", "3-", "DG2", "138", "in 2024 ", "two ",
    "one hundred ", "a few ", "March ", "minimum wage in ", "最低工资东莞", "我和", "3个", "工资是",
    "总共", "一共3个人", "干了3年", "在厂", "2020年我就", "3月我们", "since I worked ", "在厂里3年",
    "今年35", "说好年底", "I will ", "做咗", "欠3人", "产假3个月",
)  # fmt: skip
LENGTH = 40_000
MAX_SECONDS = 8.0


@pytest.mark.parametrize("piece", AWKWARD)
def test_forty_kilobytes_of_awkward_text_are_read_in_linear_time(piece: str) -> None:
    text = (piece * LENGTH)[:LENGTH]
    begun = time.process_time()
    assert isinstance(find_entities(text, TODAY), Entities)
    assert time.process_time() - begun < MAX_SECONDS


@pytest.mark.parametrize("text", ["", " ", "\x00", "😀" * 99, "9" * 400, "年" * 99, "-" * 99])
def test_any_text_is_taken(text: str) -> None:
    assert isinstance(find_entities(text, TODAY), Entities)


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2026, 1, 1), date(2027, 12, 31)])
def test_any_day_may_be_today(today: date) -> None:
    for text in ("上个月31号", "去年2月29号", "半年前", "去年腊月三十", "明年中秋", "上上个月底"):
        for days in find_entities(text, today).dates:
            assert days.lower is None or days.upper is None or days.lower <= days.upper
