"""Cutting long words into numbered texts, because parts can arrive out of order. Pure."""

from __future__ import annotations

import re

from core.text_segments import count_segments, max_characters
from outbox.cuts import Cutter

MAX_SEGMENTS = 4
# What a provider takes at most (Twilio, error 21617).
MAX_CHARACTERS = 1600
_SHORTEST_MARK = len("(1/2)")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# Signs outside GSM-7 and what says the same inside it.
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′´ʼ", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys(
            "\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000", " "
        ),
        **dict.fromkeys("\u00ad\u200b\u200c\u2060\ufeff", ""),
        **dict.fromkeys("•·‣", "-"),
        "…": "...",
        "×": "x",
        "`": "'",
    }
)
# Chinese text and its signs stay as they are written.
_EAST_ASIAN = re.compile(r"[\u2e80-\u2fff\u3001-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")


def clean_words(words: str) -> str:
    """``words`` without what no carrier takes: control characters and halves of pairs."""
    plain = words.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _CONTROL.sub("", plain).strip()


def number_parts(words: str, max_segments: int = MAX_SEGMENTS) -> tuple[str, ...]:
    """``words`` as texts of at most ``max_segments`` segments, numbered "(1/2)" when several.

    Cut where nothing that is read as one stands across (``outbox.cuts``). Typographic signs of an
    English text become plain ones where that saves segments.
    """
    parts = _number(words, max_segments)
    plain = words.translate(_PLAIN)
    if plain == words or _EAST_ASIAN.search(words):
        return parts
    plain_parts = _number(plain, max_segments)
    return plain_parts if _cost(plain_parts) < _cost(parts) else parts


def _number(words: str, max_segments: int) -> tuple[str, ...]:
    if _fits(words, max_segments):
        return (words,)
    # The number of parts stands in each of them, so its width is guessed and then checked.
    for digits in range(min(len(str(_fewest_parts(words, max_segments))), 3), 4):
        pieces = _cut(words, max_segments, "(" + "9" * digits + "/" + "9" * digits + ")")
        if len(str(len(pieces))) <= digits:
            break
    return tuple(f"({i}/{len(pieces)}){piece}" for i, piece in enumerate(pieces, start=1))


def _fewest_parts(words: str, max_segments: int) -> int:
    """How many parts there are even if no character is dear and each part is full."""
    most = min(MAX_CHARACTERS, max_characters(max_segments)) - _SHORTEST_MARK
    return -(-len("".join(words.split())) // most)


def _cost(parts: tuple[str, ...]) -> int:
    return sum(count_segments(part).segments for part in parts)


def _fits(words: str, max_segments: int) -> bool:
    return len(words) <= MAX_CHARACTERS and count_segments(words).segments <= max_segments


def _cut(words: str, max_segments: int, mark: str) -> list[str]:
    # One Chinese character anywhere makes each part it stands in expensive; parts are measured
    # as they are, so an English part of a mixed text holds more.
    cutter = Cutter(words)
    pieces: list[str] = []
    start = 0
    while start < len(words):
        end = start + _longest(words[start : start + MAX_CHARACTERS], max_segments, mark)
        if end < len(words):
            end = cutter.end_of_part(start, end)
        pieces.append(words[start:end].rstrip())
        start = end
        while start < len(words) and words[start].isspace():
            start += 1
    return pieces


def _longest(words: str, max_segments: int, mark: str) -> int:
    """How many characters of ``words`` fit into one part behind its mark."""
    low, high = 1, min(len(words), MAX_CHARACTERS - len(mark))
    while low < high:
        middle = (low + high + 1) // 2
        if _fits(mark + words[:middle], max_segments):
            low = middle
        else:
            high = middle - 1
    return low
