"""Digits as people say them one by one. Pure."""

from __future__ import annotations

import re

from core.characters import half_width

_CHINESE = str.maketrans("零〇洞一幺么二两三四五六七拐八九", "0001112234567789")
_ENGLISH = {
    "zero": "0", "oh": "0", "one": "1", "two": "2", "three": "3", "four": "4",
    "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
}  # fmt: skip
_ENGLISH_DIGIT = re.compile(r"\b(" + "|".join(_ENGLISH) + r")\b", re.IGNORECASE)


def digits_of(words: str) -> str:
    """All digits of simplified words, in order; empty without one."""
    plain = half_width(words).translate(_CHINESE)
    plain = _ENGLISH_DIGIT.sub(lambda match: _ENGLISH[match[1].lower()], plain)
    return "".join(character for character in plain if "0" <= character <= "9")
