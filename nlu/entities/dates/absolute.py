"""Dates by the calendar in Chinese and in digits: 2024年3月5号, 3月到5月, 2024-03, 3/12, 15号."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from core.ranges import Range
from nlu.entities.dates.chinese_parts import (
    BARE_DAY,
    DAY,
    MONTHS,
    NOT_IN_NUMBER,
    PART,
    YEAR,
    day_numbers,
    in_months,
    months_of,
    year_number,
    year_of,
)
from nlu.entities.dates.found import (
    Days,
    Found,
    day_in,
    latest_begun,
    month_days,
    months_between,
    shift_months,
    year_days,
)
from nlu.entities.words import alternatives, load_words

_YEARS = load_words("years")
_DAYS = load_words("days")
_MONTH = re.compile(
    rf"(?:{YEAR}|{NOT_IN_NUMBER}){MONTHS}(?!\d{{3,}}|[一二两三四五六七八九][千百])"
    rf"(?:\s?的?(?:{PART}|{DAY})|{BARE_DAY})?"
)
_ISO = re.compile(
    r"(?<![\d.])(?P<year>(?:19|20)\d{2})(?P<mark>\s?[-/.]\s?)(?P<month>\d{1,2})"
    r"(?:(?P=mark)(?P<day>\d{1,2}))?(?![\d.]*\d|\s?[万千元块])[日号]?"
)
_EIGHT_DIGITS = re.compile(r"(?<![\dA-Za-z])((?:19|20)\d{2})([01]\d)([0-3]\d)(?![\dA-Za-z])")
_DAY_FIRST = re.compile(r"(?<![\d/.])(\d{1,2})([/.-])(\d{1,2})\2((?:19|20)\d{2})(?!\d)")
_SHORT_YEAR = re.compile(
    r"(?<![\d./A-Za-z-])([012]\d)([./-])(\d{1,2})\2(\d{1,2})(?![\d/]|[.-]\d|\s?[元块万千])[日号]?"
)
_MONTH_AND_DAY = re.compile(
    r"(?<![\d/.A-Za-z-])(?P<month>0?[1-9]|1[0-2])(?:/(?P<day>[0-3]?\d)(?![\d/.]|\s?的|\s?(?:of|工资|股))"
    r"|[.](?P<dotday>[0-3]?\d)(?=[号日]))[号日]?"
)
_BARE_DAY = re.compile(
    rf"(?<![\d月第每.个、到至~路街道巷村园区栋座楼工业-]){DAY}(?P<bareday>(?!))?(?!{alternatives(_DAYS['no_day_after'])})"
)
_SHORT_AFTER = alternatives(_YEARS["after_short"])
_SHORT_BEFORE = alternatives(_YEARS["before_short"])
_YEAR_ALONE = re.compile(rf"{YEAR}")
_YEAR_SPAN = re.compile(
    r"(?<!\d)(?P<first>(?:19|20)\d{2})\s?[-~到至]\s?(?P<last>(?:19|20)\d{2})(?=年|\b(?!\s?[元块万千]))年?"
)
_YEAR_ONLY = re.compile(r"\s*(20[12]\d)\s*")
_YEAR_AFTER = re.compile(
    r"(?:自|从|于)\s?((?:19[89]|20[0-3])\d)(?=[\u4e00-\u9fff])(?![年元块万千百月多个人名])"
)
_IS_SHORT_BEFORE = re.compile(rf"(?:{_SHORT_BEFORE})$")
_IS_SHORT_AFTER = re.compile(rf"\s?(?:{_SHORT_AFTER})")


def find_absolute(text: str, today: date) -> Iterator[Found]:
    """Dates by the calendar, overlapping ones too (the caller prefers the longer)."""
    if any(c.isdigit() for c in text):
        yield from _numeric(text, today)
    for match in _MONTH.finditer(text) if "月" in text else ():
        yield _month(match, today)
    if "号" in text or "日" in text:
        yield from _bare_days(text, today)
    if "年" in text:
        yield from _years(text, today)


def _month(match: re.Match[str], today: date) -> Found:
    year, months = year_of(match, today), months_of(match["months"])
    if months is None:
        return Found(match.start(), match.end(), None)
    in_year = in_months(months, day_numbers(match), match["part"])
    return Found.of(match.start(), match.end(), year, in_year, today)


def _numeric(text: str, today: date) -> Iterator[Found]:
    alone = _YEAR_ONLY.fullmatch(text)
    for m in (alone,) if alone else _YEAR_AFTER.finditer(text):
        if int(m[1]) <= today.year + 1:
            yield Found(m.start(1), m.end(1), year_days(int(m[1])), year=int(m[1]))
    for m in _ISO.finditer(text):
        days = month_days(int(m["year"]), int(m["month"]))
        if m["day"]:
            day = day_in(int(m["year"]), int(m["month"]), int(m["day"]))
            days = Range.exactly(day) if day else None
        yield Found(m.start(), m.end(), days, year=int(m["year"]))
    for m in _EIGHT_DIGITS.finditer(text):
        day = day_in(int(m[1]), int(m[2]), int(m[3]))
        if day:
            yield Found(m.start(), m.end(), Range.exactly(day), year=day.year)
    for m in _SHORT_YEAR.finditer(text):
        day = day_in(2000 + int(m[1]), int(m[3]), int(m[4]))
        if day and day.year <= today.year + 1:
            yield Found(m.start(), m.end(), Range.exactly(day), year=day.year)
    for m in _DAY_FIRST.finditer(text):
        day = day_in(int(m[4]), int(m[1]), int(m[3])) or day_in(int(m[4]), int(m[3]), int(m[1]))
        yield Found(m.start(), m.end(), Range.exactly(day) if day else None, year=int(m[4]))
    for m in _MONTH_AND_DAY.finditer(text):
        number = int(m["day"] or m["dotday"])
        in_year = in_months((int(m["month"]), int(m["month"])), (number, number), None)
        yield Found(m.start(), m.end(), latest_begun(in_year, today), in_year)


def _bare_days(text: str, today: date) -> Iterator[Found]:
    for match in _BARE_DAY.finditer(text):
        if "号" not in match[0]:
            continue
        numbers = day_numbers(match)
        if numbers is not None:
            days = _day_of_month(numbers, today)
            yield Found(match.start(), match.end(), days, days_of_month=numbers)


def _day_of_month(numbers: tuple[int, int], today: date) -> Days | None:
    """The latest such day of a month that has begun: of this month or one before."""
    for back in range(3):
        month = shift_months(today.replace(day=1), -back)
        days = in_months((month.month, month.month), numbers, None)(month.year)
        if days and days.lower and days.lower <= today:
            return days
    return None


def _years(text: str, today: date) -> Iterator[Found]:
    for match in _YEAR_SPAN.finditer(text):
        days = months_between(int(match["first"]), 1, 12)
        last = year_days(int(match["last"]))
        if days and last and days.lower and last.upper and days.lower <= last.upper:
            yield Found(match.start(), match.end(), Range(days.lower, last.upper))
    for match in _YEAR_ALONE.finditer(text):
        year = year_of(match, today)
        said = match["year"]
        if said and len(said) == 2 and not _is_short_year(text, match, today):
            continue
        if year is not None:
            yield Found(match.start(), match.end(), year_days(year), year=year)


def _is_short_year(text: str, match: re.Match[str], today: date) -> bool:
    """Whether 24年 is the year 2024 and not a length of time."""
    number = year_number(match["year"])
    if not 1980 <= number <= today.year + 1:
        return False
    if match["year"][0] in "零〇0":
        return True
    before = text[max(0, match.start() - 2) : match.start()]
    return bool(_IS_SHORT_AFTER.match(text, match.end()) or _IS_SHORT_BEFORE.search(before))
