"""Dates by the calendar in English: 12 March, mid-March, last December, early 2025, in 2022."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from core.ranges import Range
from nlu.entities.dates.festivals import Festival, in_year_of, load_festivals
from nlu.entities.dates.found import (
    Days,
    Found,
    InYear,
    day_in,
    latest_begun,
    month_days,
    months_between,
    shift_months,
    year_days,
)
from nlu.entities.dates.periods import months_of_season
from nlu.entities.words import alternatives, load_words

_WORDS = load_words("english_days")
_MONTHS: list[str] = _WORDS["months"]
_SEASONS: dict[str, str] = _WORDS["seasons"]
_PARTS: dict[str, list[str]] = _WORDS["parts"]
_PART = "|".join(f"(?P<{name}>{alternatives(words)})" for name, words in _PARTS.items())
_MONTH_NAME = (
    r"Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|"
    r"Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?"
)
_YEAR = (
    r"(?:,?\s*(?:of\s+|in\s+)?(?P<year>(?:19|20)\d{2})\b(?!\s?(?:yuan|rmb|people|workers))"
    r"|,?\s+(?:of\s+)?(?P<rel>last|this|next)\s+year\b)?"
)
_REL_BEFORE = r"(?:(?P<rel2>last|this|next)\s+year,?\s+(?:in\s+|on\s+)?)?"
_NO_DAY_AFTER = r"(?!\d|[,.]\d|\s*(?:yuan|rmb|people|workers|of us|days|hours|months|years|%))"
_MONTH = re.compile(
    rf"\b{_REL_BEFORE}(?:(?:{_PART})[\s-]+)?(?:(?P<which>last|this|next)\s+)?"
    r"(?:(?:the\s+)?(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?:\s+of)?[\s-]+)?"
    rf"(?P<month>{_MONTH_NAME})\b\.?"
    rf"(?:[\s-]+(?:the\s+)?(?P<day2>[0-3]?\d)(?:st|nd|rd|th)?\b{_NO_DAY_AFTER})?{_YEAR}",
    re.IGNORECASE,
)
_UNSURE = frozenset(_WORDS["unsure"])
_BEFORE_UNSURE = re.compile(
    rf"\b(?:{alternatives(_WORDS['prepositions'])})\s+(?:the\s+)?$", re.IGNORECASE
)
_IN_YEAR = re.compile(
    rf"\b(?:(?:{_PART})[\s-]+(?:(?P<rel>last|this|next)\s+year|(?:year\s+)?(?P<partyear>(?:19|20)\d{{2}}))"
    r"|(?:in|since|from|until|till|during|of|by|year|before|after|to|and)\s+(?:the\s+year\s+)?"
    r"(?P<year>(?:19|20)\d{2})(?:\s?-\s?(?P<until>(?:19|20)\d{2}))?)\b(?![,.]\d|[-/]\d|\s*(?:yuan|rmb|people|workers|cny))",
    re.IGNORECASE,
)
_SEASON = re.compile(
    rf"\b(?:(?P<which>last|this|next|in|the|since|during)\s+(?:the\s+)?)(?P<season>{alternatives(_SEASONS)})\b"
    r"(?!\s+(?:festival|holiday|down|off|over|from|in love|into|ill|onto|out))"
    rf"{_YEAR}",
    re.IGNORECASE,
)
_FESTIVALS = {n.lower(): f for f in load_festivals() for n in f.en}
_FESTIVAL = re.compile(
    r"(?:\b(?P<where>before|after|around)\s+)?"
    r"(?:(?P<which>\blast|\bthis|\bnext)(?P<byyear>\s+year'?s?)?\s+|"
    r"\b(?P<yearbefore>(?:19|20)\d{2})\s+|\b(?:the|during|over|on|at|since)\s+)?(?:the\s+)?"
    rf"\b(?P<name>{alternatives(_FESTIVALS)})\b"
    rf"(?P<off>\s+(?:holidays?|break|vacation))?{_YEAR}",
    re.IGNORECASE,
)
_MONTHS_OF_PART = {"first": (1, 3), "middle": (5, 8), "last": (10, 12)}
_MONTHS_OF_PART_SAID_LONG = {"first": (1, 2), "middle": (6, 7), "last": (12, 12)}
_THIRDS = {"first": (1, 10), "middle": (11, 20), "last": (21, 31)}
_RELATIVE = {"last": -1, "this": 0, "next": 1}


def find_english(text: str, today: date) -> Iterator[Found]:
    """Dates by the calendar; number words are digits already."""
    for match in _MONTH.finditer(text):
        if _is_sure(text, match):
            yield _month(match, today)
    for match in _IN_YEAR.finditer(text):
        yield _year(match, today)
    for match in _SEASON.finditer(text):
        yield _season(match, today)
    for match in _FESTIVAL.finditer(text):
        yield _festival(match, today)


def month_number(name: str) -> int:
    """The number of a month by the first letters of its name."""
    return _MONTHS.index(name[:3].lower()) + 1


def part_of(match: re.Match[str]) -> str | None:
    """Which part was said: first, middle, last or None."""
    return next((name for name in _PARTS if match[name]), None)


def third_of(part: str) -> tuple[int, int]:
    """First and last day of a third of a month."""
    return _THIRDS[part]


def _is_sure(text: str, match: re.Match[str]) -> bool:
    if match["month"].lower() not in _UNSURE:
        return True
    if any(match[g] for g in ("day", "day2", "year", "rel", "rel2", "which")) or part_of(match):
        return True
    return bool(_BEFORE_UNSURE.search(text[max(0, match.start() - 14) : match.start()]))


def _said_year(match: re.Match[str], today: date) -> int | None:
    names = match.re.groupindex
    said = next((match[g] for g in ("rel", "rel2") if g in names and match[g]), None)
    if said:
        return today.year + _RELATIVE[said.lower()]
    return int(match["year"]) if match["year"] else None


def _month(match: re.Match[str], today: date) -> Found:
    month, day = month_number(match["month"]), match["day"] or match["day2"]
    part = part_of(match)

    def in_year(year: int) -> Days | None:
        if day:
            found = day_in(year, month, int(day))
            return Range.exactly(found) if found else None
        return month_days(year, month, *third_of(part)) if part else month_days(year, month)

    year, which = _said_year(match, today), (match["which"] or "").lower()
    if year is None and which == "last":
        return Found(match.start(), match.end(), _last(in_year, today))
    if year is None and which:
        is_over = which == "next" and month <= today.month
        year = today.year + (1 if is_over else 0)
    return Found.of(match.start(), match.end(), year, in_year, today)


def _last(in_year: InYear, today: date) -> Days | None:
    """The latest that is over and not what "last month" would be: last December."""
    return latest_begun(in_year, today, shift_months(today.replace(day=1), -1) - timedelta(days=1))


def _last_over(in_year: InYear, today: date) -> Days | None:
    """The latest that is over: last summer, last Christmas."""
    days = latest_begun(in_year, today)
    if days and days.upper and days.upper >= today:
        return latest_begun(in_year, today, (days.lower or today) - timedelta(days=1))
    return days


def _year(match: re.Match[str], today: date) -> Found:
    part = part_of(match)
    said = match["partyear"] or match["year"]
    year = int(said) if said else today.year + _RELATIVE[match["rel"].lower()]
    is_long = bool(part and match[part].lower().endswith(("of", "beginning")))
    if part:
        months = (_MONTHS_OF_PART_SAID_LONG if is_long else _MONTHS_OF_PART)[part]
        days = months_between(year, *months)
    else:
        days = year_days(year)
    if match["until"] and int(match["until"]) > year:
        last = year_days(int(match["until"]))
        days = Range(days.lower, last.upper) if days and last else None
    return Found(match.start(), match.end(), days, year=year)


def _season(match: re.Match[str], today: date) -> Found:
    months = months_of_season(_SEASONS[match["season"].lower()])

    def in_year(year: int) -> Days | None:
        return months_between(year, *months)

    year, which = _said_year(match, today), match["which"].lower()
    if year is None and which == "last":
        return Found(match.start(), match.end(), _last_over(in_year, today))
    if year is None and which in ("this", "next"):
        year = today.year + _RELATIVE[which]
    return Found.of(match.start(), match.end(), year, in_year, today)


def _festival(match: re.Match[str], today: date) -> Found:
    festival: Festival = _FESTIVALS[match["name"].lower()]
    where = (match["where"] or "").lower()
    in_year = in_year_of(festival, where, is_day=False, is_off=bool(match["off"]))
    year = _said_year(match, today)
    if match["yearbefore"]:
        year = int(match["yearbefore"])
    which = (match["which"] or "").lower()
    if year is None and which == "last":
        if not match["byyear"]:
            return Found(match.start(), match.end(), _last_over(in_year, today))
        year = today.year - 1
    elif year is None and which:
        year = today.year + _RELATIVE[which]
    return Found.of(match.start(), match.end(), year, in_year, today)
