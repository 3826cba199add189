"""English number words as digits: twenty-five of us, two thousand five hundred."""

from __future__ import annotations

import re
from decimal import Decimal

from text_to_num import alpha2digit

_LATIN = re.compile(r"[A-Za-z]{3}")
# "twenty twenty four" as a year comes out as two numbers.
_WITH_UNIT = re.compile(r"\b(\d[\d,]*(?:\.\d+)?) (hundred|thousand|million)\b", re.IGNORECASE)
_PLURAL = re.compile(r"\b(hundred|thousand)s\b(?: of(?! us))?", re.IGNORECASE)
_UNITS = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_SPOKEN_YEAR = re.compile(r"\b(19|20) (\d{2})\b(?!\s*(?:yuan|rmb|people|workers|of us))")


def with_digits(text: str) -> str:
    """The text with English number words as digits; Chinese and everything else unchanged."""
    if not _LATIN.search(text):
        return text
    text = _PLURAL.sub(r"several \1", text)
    text = _WITH_UNIT.sub(_multiplied, text)
    return _SPOKEN_YEAR.sub(r"\1\2", str(alpha2digit(text, "en", threshold=0)))


def _multiplied(match: re.Match[str]) -> str:
    value = Decimal(match[1].replace(",", "")) * _UNITS[match[2].lower()]
    return f"{value:f}"
