"""Numbers as words, so that a voice reads them as people say them."""

from __future__ import annotations

import calendar
import re
from datetime import date

from num2words import num2words

from core.chinese_numerals import write_numeral

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=年)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SERVICE_LINE = re.compile(r"(?<!\d)(12\d{3}|1[12]0)(?!\d)")
_DIGIT_ZH = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
_DIGIT_EN = dict(
    zip(
        "0123456789",
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
        strict=True,
    )
)


def speak_numbers(text: str, language: str) -> str:
    """``text`` with its digits as words of the language ("zh", "yue" or "en").

    Service lines such as 12333 are read digit by digit, in Chinese with 幺 for 1; years before 年
    digit by digit.
    """
    return _speak_en(text) if language == "en" else _speak_zh(text)


def _speak_zh(text: str) -> str:
    text = _SERVICE_LINE.sub(lambda m: _digits_zh(m[0]).replace("一", "幺"), text)
    text = _YEAR.sub(lambda m: _digits_zh(m[0]), text)
    text = re.sub(r"(\d+(?:\.\d+)?)\s*[%％]", lambda m: "百分之" + _number_zh(m[1]), text)
    text = re.sub(
        r"(?<![\d.])2(?=(个|倍|次|年|天|种|份|人|位|名|家|周|条|项|小时|万|千))", "两", text
    )
    return _NUMBER.sub(lambda m: _number_zh(m[0]), text)


def _digits_zh(number: str) -> str:
    return "".join(_DIGIT_ZH[digit] for digit in number)


def _number_zh(number: str) -> str:
    # 二百 and 二千 are said 两百 and 两千 at the head of a number; 一十五 is said 十五.
    words = re.sub(r"^二(?=[百千万亿])", "两", write_numeral(number))
    return re.sub(r"^一十", "十", words)


def _speak_en(text: str) -> str:
    text = _SERVICE_LINE.sub(lambda m: " ".join(_DIGIT_EN[digit] for digit in m[0]), text)
    text = re.sub(r"(\d+(?:\.\d+)?)\s*%", lambda m: _number_en(m[1]) + " percent", text)
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    return _NUMBER.sub(lambda m: _number_en(m[0]), text)


def _number_en(number: str) -> str:
    value = float(number) if "." in number else int(number)
    return str(num2words(value, lang="en"))


def say_day(day: date) -> str:
    """A day in English as a voice says it: the second of March twenty twenty-five; the first day of
    a month by the month alone."""
    month = f"{calendar.month_name[day.month]} {num2words(day.year, lang='en', to='year')}"
    if day.day == 1:
        return month
    return f"the {num2words(day.day, lang='en', to='ordinal')} of {month}"
