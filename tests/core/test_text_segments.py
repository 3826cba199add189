"""Segments as carriers bill them."""

from __future__ import annotations

import pytest

from core.text_segments import Encoding, count_segments, split_into_segments


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("", Encoding.GSM7, 0, 1),
        ("a" * 160, Encoding.GSM7, 160, 1),
        ("a" * 161, Encoding.GSM7, 161, 2),
        ("a" * 306, Encoding.GSM7, 306, 2),
        ("a" * 307, Encoding.GSM7, 307, 3),
        ("€" * 80, Encoding.GSM7, 160, 1),
        ("€" * 81, Encoding.GSM7, 162, 2),
        ("工" * 70, Encoding.UCS2, 70, 1),
        ("工" * 71, Encoding.UCS2, 71, 2),
        ("工" * 134, Encoding.UCS2, 134, 2),
        ("工" * 135, Encoding.UCS2, 135, 3),
        ("😀" * 35, Encoding.UCS2, 70, 1),
        ("😀" * 36, Encoding.UCS2, 72, 2),
        ("a" * 100 + "工", Encoding.UCS2, 101, 2),
    ],
)
def test_units_and_segments(text: str, encoding: Encoding, units: int, segments: int) -> None:
    count = count_segments(text)
    assert (count.encoding, count.units, count.segments) == (encoding, units, segments)


def test_a_pair_of_surrogates_and_an_escaped_character_are_never_cut() -> None:
    assert split_into_segments("工" * 66 + "😀" * 4) == ["工" * 66, "😀" * 4]
    assert split_into_segments("a" * 152 + "€" * 5) == ["a" * 152, "€" * 5]


def test_the_segments_make_up_the_text() -> None:
    text = "试用期😀{}" * 60
    assert "".join(split_into_segments(text)) == text
