"""Numbers as English words. Pure."""

from __future__ import annotations

import calendar
import re

from num2words import num2words

from knowledge_base.spoken_figures import (
    AMOUNT,
    CALLED,
    CODE,
    DASH,
    DATE,
    FRACTION,
    FRACTION_RANGE,
    LINE,
    LONG,
    MINUS,
    PHONE,
    RATIO,
    TIME,
    TIME_RANGE,
    YEAR_MONTH,
    plain_amount,
)

_NAMES = [str(num2words(digit)) for digit in range(10)]
_MONTHS = "|".join(calendar.month_name[1:])
_YEAR_DIGITS = r"(?:19\d\d|20[0-6]\d)"
_DAY_MONTH = re.compile(rf"(?<!\d)(?:the )?(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({_MONTHS})\b")
_DAYS_MONTH = re.compile(rf"(?<!\d)(\d{{1,2}})(?:{DASH}| to )(\d{{1,2}}) ({_MONTHS})\b")
_MONTH_DAY = re.compile(rf"\b({_MONTHS}) (\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])")
_YEARS = re.compile(rf"(?<![\d.,])({_YEAR_DIGITS}){DASH}({_YEAR_DIGITS})(?![\d,.%-])")
_YEAR = re.compile(
    rf"\b((?:{_MONTHS}),?|in|since|from|until|till|by|of|year|before|after|during|and|to) "
    rf"({_YEAR_DIGITS})(?![\d%:]|[.,]\d| (?:yuan|rmb|days?|people|workers?|months?|hours?|years?))",
    re.IGNORECASE,
)
_CURRENCY = re.compile(
    rf"(?:[¥￥]|\bRMB|\bCNY)\s?({AMOUNT})((?:{DASH}| to )[¥￥]?(?:{AMOUNT}))?(?:\s?yuan)?"
)
_PER = re.compile(r"(?<=[a-z%\d])/(?=(?:month|year|day|week|hour|person)\b)")
_LETTER_DIGIT = re.compile(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])(?!(?:st|nd|rd|th)\b)")
_ORDINAL = re.compile(r"(?<![\d.,])(\d{1,4})(?:st|nd|rd|th)\b")
_PERCENT_RANGE = re.compile(rf"(?<![\d.,])({AMOUNT})(%?){DASH}({AMOUNT})%")
_PERCENT = re.compile(rf"(?<![\d.,])({AMOUNT})\s*%")
_RANGE = re.compile(rf"(?<![\d.-])({AMOUNT}){DASH}({AMOUNT})(?![\d]|-\d)")
_NUMBER = re.compile(AMOUNT)
_BEFORE_NOON = re.compile(r"\s*[ap]\.?m\b", re.IGNORECASE)


def speak_english(text: str) -> str:
    """``text`` with its digits (half width) as English words."""
    text = CODE.sub(lambda m: " ".join([*m["letters"], _digits(m["digits"])]), text)
    text = PHONE.sub(lambda m: ", ".join(map(_digits, re.split(r"[- ]", m[0]))), text)
    text = CALLED.sub(lambda m: f"{m['word']}{m['between']}{_digits(m['digits'])}", text)
    text = LINE.sub(lambda m: _digits(m[0]), text)
    text = _speak_days(text)
    text = _speak_times(text)
    text = RATIO.sub(lambda m: f"{_number(m[1])} to {_number(m[2])}", text)
    text = _CURRENCY.sub(lambda m: f"{m[1]}{(m[2] or '').replace('¥', '')} yuan", text)
    text = _PER.sub(" per ", text)
    text = FRACTION_RANGE.sub(" to ", text)
    text = MINUS.sub("minus ", text)
    text = FRACTION.sub(_fraction, text)
    text = _PERCENT_RANGE.sub(lambda m: f"{m[1]}{' percent' if m[2] else ''} to {m[3]}%", text)
    text = _PERCENT.sub(lambda m: _number(m[1]) + " percent", text)
    text = _RANGE.sub(r"\1 to \2", text)
    text = _ORDINAL.sub(lambda m: str(num2words(int(m[1]), to="ordinal")), text)
    text = LONG.sub(lambda m: _digits(m[0]), text)
    text = _LETTER_DIGIT.sub(" ", text)
    text = _NUMBER.sub(lambda m: _number(m[0]), text)
    return re.sub(r",(?=[a-z])", ", ", text)


def _speak_days(text: str) -> str:
    text = DATE.sub(lambda m: f"{_day(m['day'], int(m['month']))} {_year(m['year'])}", text)
    text = YEAR_MONTH.sub(
        lambda m: f"{calendar.month_name[int(m['month'])]} {_year(m['year'])}", text
    )
    text = _YEARS.sub(lambda m: f"{_year(m[1])} to {_year(m[2])}", text)
    text = re.sub(rf"({_MONTHS}) (\d{{1,2}}), ({_YEAR_DIGITS})\b", r"\1 \2 \3", text)
    text = _MONTH_DAY.sub(lambda m: _month_day(m), text)
    text = _DAYS_MONTH.sub(lambda m: f"the {_nth(m[1])} to the {_nth(m[2])} of {m[3]}", text)
    text = _DAY_MONTH.sub(lambda m: f"the {_nth(m[1])} of {m[2]}", text)
    return _YEAR.sub(lambda m: f"{m[1]} {_year(m[2])}", text)


def _speak_times(text: str) -> str:
    text = TIME_RANGE.sub(" to ", text)
    for match in reversed(list(TIME.finditer(text))):
        has_half = bool(_BEFORE_NOON.match(text, match.end()))
        text = text[: match.start()] + _time(match, has_half=has_half) + text[match.end() :]
    return text


def _time(match: re.Match[str], *, has_half: bool) -> str:
    hour, minute = int(match["hour"]), int(match["minute"])
    if (hour % 24, minute) == (0, 0):
        return "midnight"
    if (hour, minute) == (12, 0):
        return "twelve noon"
    said = _number(str((hour - 1) % 12 + 1))
    afternoon = " p.m." if hour % 24 > 12 and not has_half else ""
    if minute == 0:
        return said + (afternoon or ("" if has_half else " o'clock"))
    return f"{said} {'oh ' if minute < 10 else ''}{_number(str(minute))}{afternoon}"


def _day(day: str, month: int) -> str:
    return f"the {_nth(day)} of {calendar.month_name[month]}"


def _month_day(match: re.Match[str]) -> str:
    day = int(match[2])
    return f"the {_nth(match[2])} of {match[1]}" if 1 <= day <= 31 else match[0]


def _nth(number: str) -> str:
    return str(num2words(int(number), to="ordinal"))


def _year(year: str) -> str:
    return str(num2words(int(year), to="year"))


def _fraction(match: re.Match[str]) -> str:
    part, whole = int(match[1]), int(match[2])
    if not 0 < part < whole:
        return f"{match[1]} {match[2]}"
    if whole == 2:
        return "one half"
    name = "quarter" if whole == 4 else str(num2words(whole, to="ordinal"))
    return f"{_number(match[1])} {name}{'s' if part > 1 else ''}"


def _digits(number: str) -> str:
    return " ".join(_NAMES[int(digit)] for digit in number if digit.isdigit())


def _number(amount: str) -> str:
    digits = plain_amount(amount)
    whole, _, decimals = digits.partition(".")
    if len(whole) > 12:
        return _digits(digits)
    said = str(num2words(int(whole)))
    return f"{said} point {_digits(decimals)}" if decimals else said
