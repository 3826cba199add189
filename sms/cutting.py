"""Cutting a text that is longer than a text can be: gateways deliver such, and anything may be in
them. Pure."""

from __future__ import annotations

from nlu.danger import DangerLevel, find_danger
from outbox.parts import clean_words

MAX_CHARACTERS = 1_600
"""Of a text, as Twilio has it (error 21617)."""
_MAX_LOOKED_AT = 16_000
_PIECE, _OVERLAP = 400, 40


def cut_words(written: str) -> tuple[str, bool]:
    """The words of a text within the limit, and whether anything was cut off.

    Where a danger to life is told behind the limit, the place where it is told takes the place of
    the last words before it: a danger is not cut off.
    """
    plain = clean_words(written[:_MAX_LOOKED_AT])
    if len(plain) <= MAX_CHARACTERS:
        return plain, len(written) > _MAX_LOOKED_AT
    danger = _find_danger_behind(plain)
    if danger:
        return f"{plain[: MAX_CHARACTERS - len(danger) - 1]}\n{danger}", True
    return plain[:MAX_CHARACTERS].rstrip(), True


def _find_danger_behind(plain: str) -> str:
    for start in range(MAX_CHARACTERS - _OVERLAP, len(plain), _PIECE - _OVERLAP):
        piece = plain[start : start + _PIECE]
        danger = find_danger(piece)
        if danger is not None and danger.level is DangerLevel.ACUTE:
            return piece
    return ""
