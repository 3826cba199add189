"""What the learnt model reads in a message: hashed sequences of words and of sounds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from zlib import crc32

from nlu.danger.spelling import get_sound

FEATURE_BITS = 18
_MASK = (1 << FEATURE_BITS) - 1
_TOKEN = re.compile(r"[a-z]{1,20}|\d{1,9}|[\u3400-\u9fff]|[,。!?;\n]|[\U0001f300-\U0001faff]")
_WORD = re.compile(r"[a-z]{1,20}|\d{1,9}|[\u3400-\u9fff]")
_MAX_SHORT = 14
_MAX_REPEATED = 3
_START, _END = "^", "$"
_MAX_WORDS = 3
_SOUNDS = (2, 3)
# Two words with one to three others between them.
_APART = (3, 4, 5)
_WORD_PARTS = (3, 4)
# A long message is weighed in pieces, so that one cry is not lost in a long story.
_MAX_WHOLE = 44
_PIECE = 36
_STRIDE = 12


def list_features(respelt: str) -> list[list[int]]:
    """For each word or character of a respelt text, and for its two ends, the features that end
    with it: sequences of up to three of them, pairs with others between them, sequences of their
    sounds, and parts of a Latin word."""
    tokens = [_START, *_TOKEN.findall(respelt), _END]
    sounds = [get_sound(token) if "\u3400" <= token <= "\u9fff" else token for token in tokens]
    return [
        [
            crc32(name.encode()) & _MASK
            for name in (
                *_sequences("c", tokens, end, range(1, _MAX_WORDS + 1)),
                *_sequences("p", sounds, end, _SOUNDS),
                *_pairs(tokens, end),
                *_word_parts(tokens[end - 1]),
            )
        ]
        for end in range(1, len(tokens) + 1)
    ]


def is_short(respelt: str) -> bool:
    """Whether a message is of few words and Chinese characters."""
    return len(_WORD.findall(respelt)) <= _MAX_SHORT


def is_noise(respelt: str) -> bool:
    """Whether a message is the same few words over and over."""
    words = _WORD.findall(respelt)
    return len(words) > _MAX_REPEATED * len(set(words))


def cut_pieces(length: int) -> list[tuple[int, int]]:
    """Start and end of the overlapping pieces in which a message of some tokens is weighed."""
    if length <= _MAX_WHOLE:
        return [(0, length)] if length else []
    starts = range(0, length - _STRIDE, _STRIDE)
    return [(start, min(length, start + _PIECE)) for start in starts]


def _sequences(mark: str, tokens: Sequence[str], end: int, lengths: Sequence[int]) -> Iterator[str]:
    for length in lengths:
        if length <= end:
            yield f"{mark} {' '.join(tokens[end - length : end])}"


def _pairs(tokens: Sequence[str], end: int) -> Iterator[str]:
    for length in _APART:
        if length <= end:
            yield f"s {tokens[end - length]} {tokens[end - 1]}"


def _word_parts(token: str) -> Iterator[str]:
    if len(token) >= _WORD_PARTS[1] and "a" <= token[0] <= "z":
        word = f"^{token}$"
        for length in _WORD_PARTS:
            for start in range(len(word) - length + 1):
                yield f"w {word[start : start + length]}"
