"""What speech recognisers and hasty typing make of a word: the same sound, letters swapped."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, lazy_pinyin


@lru_cache(maxsize=20_000)
def toned_sound_of(unit: str) -> str:
    """The pinyin of a character with its tone; a Latin word as in ``sound_of``."""
    return sound_of(unit) if unit.isascii() else _pinyin(unit, Style.TONE3)


@lru_cache(maxsize=20_000)
def sound_of(unit: str) -> str:
    """The pinyin of a character without its tone; a Latin word with its letters sorted and single.

    "cancle", "cancell" and "cancel" become one; short words stay, since many are alike.
    """
    if unit.isascii():
        return _letters(unit) if len(unit) >= _MIN_LETTERS and unit.isalpha() else unit
    return _pinyin(unit, Style.NORMAL)


def _pinyin(unit: str, style: Style) -> str:
    return "".join(lazy_pinyin(unit, style=style, errors="ignore")) or unit


def _letters(word: str) -> str:
    return word[0] + "".join(sorted(set(word[1:])))


_MIN_LETTERS = 6
