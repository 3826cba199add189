"""Dates by the calendar in Chinese: 2024年3月5号, 3月到5月, 15号, 2024年."""

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
    months_between,
    shift_months,
    year_days,
)
from nlu.entities.dates.numeric import find_numeric
from nlu.entities.words import alternatives, load_words

_YEARS = load_words("years")
_DAYS = load_words("days")
_MONTH = re.compile(
    rf"(?:{YEAR}|{NOT_IN_NUMBER}){MONTHS}(?!\d{{3,}}|[一二两三四五六七八九][千百])"
    rf"(?:\s?的?(?:{PART}|{DAY})|{BARE_DAY})?"
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
_IS_SHORT_BEFORE = re.compile(rf"(?:{_SHORT_BEFORE})$")
_IS_SHORT_AFTER = re.compile(rf"\s?(?:{_SHORT_AFTER})")


def find_absolute(text: str, today: date) -> Iterator[Found]:
    """Dates by the calendar, overlapping ones too (the caller prefers the longer)."""
    if any(c.isdigit() for c in text):
        yield from find_numeric(text, today)
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
