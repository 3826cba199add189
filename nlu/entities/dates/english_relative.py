"""Days counted from today in English: yesterday, last Monday, end of last month, the 15th."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from core.ranges import Range
from nlu.entities.dates.english import part_of, third_of
from nlu.entities.dates.found import (
    Days,
    Found,
    day_in,
    month_days,
    months_between,
    shift_months,
    week_days,
    year_days,
)
from nlu.entities.dates.relative import latest_weekday
from nlu.entities.words import alternatives, load_words

_WORDS = load_words("english_days")
_DAYS: dict[str, int | list[int]] = _WORDS["days"]
_PARTS: dict[str, list[str]] = _WORDS["parts"]
_WEEKDAYS: list[str] = _WORDS["weekdays"]
_PART = "|".join(f"(?P<{name}>{alternatives(words)})" for name, words in _PARTS.items())
_DAY_WORD = re.compile(rf"\b(?:{alternatives(_DAYS)})\b", re.IGNORECASE)
_UNIT = re.compile(
    rf"\b(?:(?:{_PART})[\s-]+)?(?:the\s+)?(?:(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\s+of\s+)?"
    r"(?P<which>the (?:month|year) before last|last|this|next|the previous|the past|the)\s*"
    r"(?P<unit>month|year|week|weekend|quarter)?\b(?!\s+(?:of|end))",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    r"\b(?:(?P<which>last|this|next|on|since|from|until|till|this past)\s+)"
    r"(?P<weekday>Mon|Tues?|Wednes|Wed|Thurs?|Thu|Fri|Sat|Satur|Sun)(?:day)?\b(?!s)(?P<lastweek>\s+last\s+week)?",
    re.IGNORECASE,
)
_BARE_DAY = re.compile(
    r"\b(?:on|since|from|by|until)\s+the\s+(?P<day>[0-3]?\d)(?:st|nd|rd|th)\b(?!\s+(?:of|floor|day|time|month))",
    re.IGNORECASE,
)
_OFFSETS = {"last": -1, "this": 0, "next": 1, "the previous": -1, "the past": -1, "the": 0}
_IN_THE = ("month", "year")
_MONTHS_OF_PART = {"first": (1, 2), "middle": (6, 7), "last": (12, 12)}
_MONTHS_OF_EARLY = {"first": (1, 3), "middle": (5, 8), "last": (10, 12)}


def find_english_relative(text: str, today: date) -> Iterator[Found]:
    """Days by words counted from today; number words are digits already."""
    for match in _DAY_WORD.finditer(text):
        yield Found(match.start(), match.end(), _day_word(match[0].lower(), today))
    for match in _UNIT.finditer(text):
        offset = _OFFSETS.get(match["which"].lower(), -2)
        unit = (match["unit"] or ("month" if "month" in match["which"].lower() else "")).lower()
        if "year before last" in match["which"].lower():
            unit = "year"
        if unit and (match["which"].lower() != "the" or (part_of(match) and unit in _IN_THE)):
            days = _unit(match, unit, offset, today)
            yield Found(match.start(), match.end(), days, year=_year_said(unit, offset, today))
    for match in _WEEKDAY.finditer(text):
        yield Found(match.start(), match.end(), _weekday(match, today))
    for match in _BARE_DAY.finditer(text):
        yield Found(match.start(), match.end(), _day_of_month(int(match["day"]), today))


def _day_word(word: str, today: date) -> Days:
    offsets = _DAYS[word]
    first, last = offsets if isinstance(offsets, list) else (offsets, offsets)
    return Range(today + timedelta(days=first), today + timedelta(days=last))


def _year_said(unit: str, offset: int, today: date) -> int | None:
    return today.year + offset if unit == "year" else None


def _unit(match: re.Match[str], unit: str, offset: int, today: date) -> Days | None:
    part = part_of(match)
    if unit == "week":
        return week_days(today, offset)
    if unit == "weekend":
        friday = week_days(today, offset).upper
        return Range(friday - timedelta(days=1), friday) if friday else None
    if unit == "year":
        if part is None:
            return year_days(today.year + offset)
        is_long = match[part].lower().endswith(("of", "beginning"))
        months = (_MONTHS_OF_PART if is_long else _MONTHS_OF_EARLY)[part]
        return months_between(today.year + offset, *months)
    if unit == "quarter":
        first = shift_months(date(today.year, (today.month - 1) // 3 * 3 + 1, 1), 3 * offset)
        return months_between(first.year, first.month, first.month + 2)
    month = shift_months(today.replace(day=1), offset)
    if match["day"]:
        day = day_in(month.year, month.month, int(match["day"]))
        return Range.exactly(day) if day else None
    return month_days(month.year, month.month, *(third_of(part) if part else ()))


def _weekday(match: re.Match[str], today: date) -> Days:
    number = _WEEKDAYS.index(match["weekday"][:3].lower())
    which = match["which"].lower()
    if match["lastweek"] or which == "next":
        week = week_days(today, -1 if match["lastweek"] else 1)
        return Range.exactly((week.lower or today) + timedelta(days=number))
    if which in ("last", "this past"):
        return latest_weekday(number, today - timedelta(days=1))
    if which == "this":
        return Range.exactly((week_days(today, 0).lower or today) + timedelta(days=number))
    return latest_weekday(number, today)


def _day_of_month(number: int, today: date) -> Days | None:
    for back in range(3):
        month = shift_months(today.replace(day=1), -back)
        day = day_in(month.year, month.month, number)
        if day and day <= today:
            return Range.exactly(day)
    return None
