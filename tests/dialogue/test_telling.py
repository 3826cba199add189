"""Figures, days and hours as words in the caller's language."""

from __future__ import annotations

from datetime import date, time
from types import SimpleNamespace

import pytest

from dialogue.spoken_forms import as_said, count_words, deadline_words, full_day_words


@pytest.mark.parametrize(
    ("language", "on_the_phone", "in_a_text"),
    [
        ("zh", "二零二七年三月五日", "2027年3月5日"),
        ("yue", "二零二七年三月五日", "2027年3月5日"),
        ("en", "the fifth of March twenty twenty-seven", "5 March 2027"),
    ],
)
def test_a_day_is_told_in_words_on_the_phone_and_written_in_figures(
    language: str, on_the_phone: str, in_a_text: str
) -> None:
    day = full_day_words(date(2027, 3, 5), language)
    for is_voice, words in ((True, on_the_phone), (False, in_a_text)):
        turning = SimpleNamespace(is_voice=is_voice, language=language)
        assert as_said(turning, day) == words  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", "三万六千"), ("yue", "三萬六千"), ("en", "thirty-six thousand")],
)
def test_an_amount_is_told_in_words(language: str, words: str) -> None:
    turning = SimpleNamespace(is_voice=True, language=language)
    assert as_said(turning, "36000") == words  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("at", "zh", "yue", "en"),
    [
        (time(8, 30), "上午八点半", "朝早八點半", "eight thirty in the morning"),
        (time(12, 0), "中午十二点", "中午十二點", "noon"),
        (time(14, 0), "下午两点", "下晝兩點", "two o'clock in the afternoon"),
        (time(17, 45), "下午五点四十五分", "下晝五點四十五分", "five forty-five in the afternoon"),
    ],
)
def test_hours_are_told_in_words(at: time, zh: str, yue: str, en: str) -> None:
    assert [deadline_words(at, language) for language in ("zh", "yue", "en")] == [zh, yue, en]


def test_two_of_something_is_not_the_figure_two() -> None:
    counted = [count_words(n, language) for n in (2, 12) for language in ("zh", "yue", "en")]
    assert counted == ["两", "兩", "two", "十二", "十二", "twelve"]
