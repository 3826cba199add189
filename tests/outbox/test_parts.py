"""Long words become numbered texts that carriers take whole; quiet hours end at eight."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
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
def test_what_no_provider_takes_is_left_out(words: str) -> None:
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


WHOLES = [
    "《劳动合同法》",
    "《劳动合同法》第39条第2款",
    "《中华人民共和国劳动争议调解仲裁法》",
    "第39条",
    "第三十九条",
    "DG2026112300017",
    "https://hrss.dg.gov.cn/tzgg?id=1&x=2",
    "www.dg.gov.cn/a",
    "12,345.67元",
    "2025-03-01",
    "0769-12345678",
    "2025年",
    "13800138000",
    "unemployment",
    "employer's",
    "don’t",
    "👨‍👩‍👧‍👦",
    "👍🏿",
    "🇨🇳",
    "☎️",
    "1️⃣",
    "é",
    "ก็",
]
FILLING = st.text(st.sampled_from("劳动者可以要求单位支付工资和补偿"), min_size=1, max_size=40)
PIECES = st.lists(st.one_of(st.sampled_from(WHOLES), FILLING), min_size=40, max_size=90)


def content_of(parts: tuple[str, ...]) -> list[str]:
    if len(parts) == 1:
        return list(parts)
    return [part.split(")", 1)[1] for part in parts]


@settings(max_examples=150, deadline=None)
@given(PIECES)
def test_nothing_that_is_read_as_one_is_cut(pieces: list[str]) -> None:
    words = "，".join(pieces)
    parts = number_parts(words)
    assert all(count_segments(part).segments <= 4 for part in parts)
    contents = content_of(parts)
    assert "".join(contents) == words
    ends, at = set(), 0
    for content in contents[:-1]:
        at += len(content)
        ends.add(at)
    start = 0
    for piece in pieces:
        if piece in WHOLES:
            assert not any(start < end < start + len(piece) for end in ends), piece
        start += len(piece) + 1


@pytest.mark.parametrize("whole", WHOLES)
@pytest.mark.parametrize("before", range(255, 275))
def test_a_whole_at_the_limit_goes_to_the_next_part(whole: str, before: int) -> None:
    parts = content_of(number_parts("字" * before + whole + "字" * 200))
    assert len(parts) > 1
    assert any(whole in part for part in parts)


@pytest.mark.parametrize(
    "words", ["9" * 5_000, "a" * 9_000, "《" + "法" * 3_000 + "》", "👍🏿" * 900, "x" + "́" * 4_000]
)
def test_what_is_longer_than_a_part_is_cut_all_the_same(words: str) -> None:
    parts = number_parts(words)
    assert all(count_segments(part).segments <= 4 for part in parts)
    assert "".join(content_of(parts)) == words


def test_a_part_does_not_begin_with_a_closing_sign() -> None:
    parts = content_of(number_parts("字" * 262 + "。）" + "字" * 300))
    assert not any(part.startswith(("。", "）")) for part in parts)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            "It’s your employer’s duty – pay “on time”…",
            "It's your employer's duty - pay \"on time\"...",
        ),
        ("30\u00a0days\u202fnotice", "30 days notice"),
    ],
)
def test_typographic_signs_of_english_become_plain_where_that_saves(
    words: str, expected: str
) -> None:
    (part,) = number_parts(words + " Wages are due each month." * 3)
    assert part.startswith(expected)
    assert count_segments(part).encoding == "gsm7"


@pytest.mark.parametrize(
    "words",
    [
        "It’s fine",
        "It’s 合同 " + "a" * 200,
        "“劳动合同”……期满——终止" * 10,
        "It’s 👍 " + "word " * 10,
    ],
)
def test_signs_stay_where_nothing_is_saved_or_the_text_is_chinese(words: str) -> None:
    assert "".join(content_of(number_parts(words))) == words
