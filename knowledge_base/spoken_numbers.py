"""Numbers as words, so that a voice reads them as people say them."""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date

from num2words import num2words

from knowledge_base.spoken_chinese import speak_chinese
from knowledge_base.spoken_english import speak_english

_WIDE_COMMA = re.compile(r"(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")


def speak_numbers(text: str, language: str) -> str:
    """``text`` with its digits as words of the language ("zh", "yue" or "en").

    Amounts (with thousands separators, decimals, percentages, ranges, fractions, a minus), dates
    and times of day are said as such. Phone and case numbers are read digit by digit, in Mandarin
    with 幺 for 1; years before 年 digit by digit too.
    """
    half_width = "".join(map(_half, _WIDE_COMMA.sub(",", text)))
    if language == "en":
        return speak_english(half_width)
    return speak_chinese(half_width, is_cantonese=language == "yue")


def say_day(day: date) -> str:
    """A day in English as a voice says it: the second of March twenty twenty-five; the first day of
    a month by the month alone."""
    month = f"{calendar.month_name[day.month]} {num2words(day.year, lang='en', to='year')}"
    if day.day == 1:
        return month
    return f"the {num2words(day.day, lang='en', to='ordinal')} of {month}"


def _half(character: str) -> str:
    """Digits in half width; every other character stays."""
    return str(unicodedata.digit(character)) if character.isdigit() else character
