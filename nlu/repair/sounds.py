"""What speech recognisers and hasty typing make of a word: the same sound, letters lost or swapped."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, lazy_pinyin


@lru_cache(maxsize=20_000)
def sound_of(unit: str) -> str:
    """The toned pinyin of a character; a Latin word with its letters sorted and single.

    "cancle", "cancell" and "cancel" become one; short words stay, since many are alike.
    """
    if unit.isascii():
        return _letters(unit) if len(unit) >= _MIN_LETTERS and unit.isalpha() else unit
    return "".join(lazy_pinyin(unit, style=Style.TONE3, errors="ignore")) or unit


def _letters(word: str) -> str:
    return word[0] + "".join(sorted(set(word[1:])))


_MIN_LETTERS = 6
