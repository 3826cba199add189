"""Dates in digits alone: 2024-03-05, 2024.3, 20240305, 25.3.18, 28/9/2025, 3/12."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from core.ranges import Range
from nlu.entities.dates.chinese_parts import in_months
from nlu.entities.dates.found import (
    Days,
    Found,
    day_in,
    days_between,
    latest_begun,
    month_days,
    year_days,
)

_ISO = re.compile(
    r"(?<![\d.])(?P<year>(?:19|20)\d{2})(?P<mark>\s?[-/.]\s?)(?P<month>\d{1,2})"
    r"(?:(?P=mark)(?P<day>\d{1,2}))?(?![\d.]*\d|\s?[万千元块])[日号]?"
)
_EIGHT_DIGITS = re.compile(r"(?<![\dA-Za-z])((?:19|20)\d{2})([01]\d)([0-3]\d)(?![\dA-Za-z])")
_DAY_FIRST = re.compile(r"(?<![\d/.])(\d{1,2})([/.-])(\d{1,2})\2((?:19|20)\d{2})(?!\d)")
_TWO_DAYS = re.compile(
    r"(?<![\d.])(?P<month>0?[1-9]|1[0-2])\.(?P<day>[0-3]?\d)(?P<to>\s?[到至~-]\s?)"
    r"(?P<lastmonth>0?[1-9]|1[0-2])\.(?P<lastday>[0-3]?\d)(?![\d.]|\s?[万千元块倍%kw个年月天小])"
)
_SHORT_YEAR = re.compile(
    r"(?<![\d./A-Za-z-])([012]\d)([./-])(\d{1,2})\2(\d{1,2})(?![\d/]|[.-]\d|\s?[元块万千])[日号]?"
)
_MONTH_AND_DAY = re.compile(
    r"(?<![\d/.A-Za-z-])(?P<month>0?[1-9]|1[0-2])(?:/(?P<day>[0-3]?\d)(?![\d/.]|\s?的|\s?(?:of|工资|股))"
    r"|[.](?P<dotday>[0-3]?\d)(?=[号日]))[号日]?"
)
_YEAR_ONLY = re.compile(r"\s*(20[12]\d)\s*")
_YEAR_AFTER = re.compile(
    r"(?:自|从|于)\s?((?:19[89]|20[0-3])\d)(?=[\u4e00-\u9fff])(?![年元块万千百月多个人名])"
)


def find_numeric(text: str, today: date) -> Iterator[Found]:
    """Dates in digits. Of two numbers before a year the month is the first that can be one; two
    numbers alone (3/12) are month and day."""
    yield from _whole_dates(text, today)
    yield from _years(text, today)
    for m in _TWO_DAYS.finditer(text):
        days = _from_to(m, today)
        if days:
            yield Found(m.start(), m.end(), days)
    for m in _MONTH_AND_DAY.finditer(text):
        number = int(m["day"] or m["dotday"])
        in_year = in_months((int(m["month"]), int(m["month"])), (number, number), None)
        yield Found(m.start(), m.end(), latest_begun(in_year, today), in_year)


def _whole_dates(text: str, today: date) -> Iterator[Found]:
    for m in _ISO.finditer(text):
        days = _day(int(m["year"]), int(m["month"]), int(m["day"])) if m["day"] else None
        days = days if m["day"] else month_days(int(m["year"]), int(m["month"]))
        yield Found(m.start(), m.end(), days, year=int(m["year"]))
    for m in _EIGHT_DIGITS.finditer(text):
        days = _day(int(m[1]), int(m[2]), int(m[3]))
        if days:
            yield Found(m.start(), m.end(), days, year=int(m[1]))
    for m in _SHORT_YEAR.finditer(text):
        days = _day(2000 + int(m[1]), int(m[3]), int(m[4]))
        if days and 2000 + int(m[1]) <= today.year + 1:
            yield Found(m.start(), m.end(), days, year=2000 + int(m[1]))
    for m in _DAY_FIRST.finditer(text):
        days = _day(int(m[4]), int(m[1]), int(m[3])) or _day(int(m[4]), int(m[3]), int(m[1]))
        yield Found(m.start(), m.end(), days, year=int(m[4]))


def _years(text: str, today: date) -> Iterator[Found]:
    alone = _YEAR_ONLY.fullmatch(text)
    for m in (alone,) if alone else _YEAR_AFTER.finditer(text):
        if int(m[1]) <= today.year + 1:
            yield Found(m.start(1), m.end(1), year_days(int(m[1])), year=int(m[1]))


def _from_to(match: re.Match[str], today: date) -> Days | None:
    """6.1到6.30: the latest that has begun."""

    def in_year(year: int) -> Days | None:
        first = day_in(year, int(match["month"]), int(match["day"]))
        last = day_in(year, int(match["lastmonth"]), int(match["lastday"]))
        return days_between(first, last)

    return latest_begun(in_year, today)


def _day(year: int, month: int, day: int) -> Days | None:
    found = day_in(year, month, day)
    return Range.exactly(found) if found else None
