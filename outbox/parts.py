"""Cutting long words into numbered texts, because parts can arrive out of order. Pure."""

from __future__ import annotations

import re

from core.text_segments import count_segments

MOST_SEGMENTS = 4
# What a provider takes at most (Twilio, error 21617).
MOST_CHARACTERS = 1600
# Where a text may be cut, best first: a line, a sentence, a clause, a word.
_BREAKS = ("\n", "。！？!?；;", "，,、：:", " ")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean_words(words: str) -> str:
    """``words`` without what no carrier takes: control characters and halves of pairs."""
    plain = words.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _CONTROL.sub("", plain).strip()


def number_parts(words: str, most_segments: int = MOST_SEGMENTS) -> tuple[str, ...]:
    """``words`` as texts of at most ``most_segments`` segments, numbered "(1/2)" when several.

    Cut at the end of a line, sentence, clause or word where there is one in the last third.
    """
    if _fits(words, most_segments):
        return (words,)
    # The number of parts stands in each of them, so its width is guessed and then checked.
    for digits in (1, 2, 3):
        pieces = _cut(words, most_segments, "(" + "9" * digits + "/" + "9" * digits + ")")
        if len(str(len(pieces))) <= digits:
            break
    return tuple(f"({i}/{len(pieces)}){piece}" for i, piece in enumerate(pieces, start=1))


def _fits(words: str, most_segments: int) -> bool:
    return len(words) <= MOST_CHARACTERS and count_segments(words).segments <= most_segments


def _cut(words: str, most_segments: int, mark: str) -> list[str]:
    # One Chinese character anywhere makes each part it stands in expensive; parts are measured
    # as they are, so an English part of a mixed text holds more.
    pieces: list[str] = []
    rest = words
    while rest:
        size = _longest(rest, most_segments, mark)
        if size < len(rest):
            size = _natural_end(rest, size)
        pieces.append(rest[:size].rstrip())
        rest = rest[size:].lstrip()
    return pieces


def _longest(words: str, most_segments: int, mark: str) -> int:
    """How many characters of ``words`` fit into one part behind its mark."""
    low, high = 1, min(len(words), MOST_CHARACTERS - len(mark))
    while low < high:
        middle = (low + high + 1) // 2
        if _fits(mark + words[:middle], most_segments):
            low = middle
        else:
            high = middle - 1
    return low


def _natural_end(words: str, size: int) -> int:
    for marks in _BREAKS:
        ends = [words.rfind(mark, size * 2 // 3, size) for mark in marks]
        if max(ends) >= 0:
            return max(ends) + 1
    return size
