"""Long words become numbered texts that carriers take whole; quiet hours end at eight."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import LOCAL_ZONE
from core.text_segments import count_segments
from outbox.parts import clean_words, number_parts
from outbox.quiet_hours import is_quiet, next_allowed

LETTERS = st.sampled_from("劳动合同法第十九条，。？\n abcdefg123€[]😀𠮷")
MOMENTS = st.integers(1_767_200_000, 1_830_000_000).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)


def test_short_words_stay_as_they_are() -> None:
    assert number_parts("试用期最长六个月。") == ("试用期最长六个月。",)


def test_parts_are_cut_at_the_end_of_a_sentence() -> None:
    sentence = "用人单位拖欠工资的，劳动者可以向劳动监察投诉，也可以申请仲裁。"
    parts = number_parts(sentence * 20)
    assert all(part.endswith("。") for part in parts)


@given(st.text(LETTERS, min_size=1, max_size=1500))
def test_no_part_is_over_four_segments_and_no_word_is_lost(words: str) -> None:
    words = clean_words(words)
    parts = number_parts(words)
    assert all(count_segments(part).segments <= 4 for part in parts)
    if len(parts) > 1:
        assert [part.split(")")[0] for part in parts] == [
            f"({number}/{len(parts)}" for number in range(1, len(parts) + 1)
        ]
        parts = tuple(part.split(")", 1)[1] for part in parts)
    assert re.sub(r"\s", "", "".join(parts)) == re.sub(r"\s", "", words)


@pytest.mark.parametrize("words", ["a\x00b\x08", "a\ud83db", "a\r\nb", "a\tb", " a\ufffeb "])
def test_what_no_carrier_takes_is_left_out(words: str) -> None:
    cleaned = clean_words(words)
    assert cleaned in ("ab", "a\nb", "a b")
    assert cleaned.encode("utf-8")


@given(MOMENTS)
def test_the_next_allowed_moment_is_the_first_that_is_not_quiet(moment: datetime) -> None:
    allowed = next_allowed(moment)
    assert not is_quiet(allowed)
    assert moment <= allowed <= moment + timedelta(hours=11)
    if allowed != moment:
        assert is_quiet(moment)
        assert is_quiet(allowed - timedelta(seconds=1))
        local = allowed.astimezone(LOCAL_ZONE)
        assert (local.hour, local.minute, local.second, local.microsecond) == (8, 0, 0, 0)
