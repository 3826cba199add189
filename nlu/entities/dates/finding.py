"""All dates of a text: found by each kind of rule, joined (3月到5月), bounded (2023年以前)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from core.ranges import Range
from nlu.entities.dates.absolute import find_absolute
from nlu.entities.dates.chinese_parts import in_months
from nlu.entities.dates.english import find_english
from nlu.entities.dates.english_relative import find_english_relative
from nlu.entities.dates.festivals import find_festivals
from nlu.entities.dates.found import Days, Found, latest_begun
from nlu.entities.dates.lunar import find_lunar
from nlu.entities.dates.periods import find_periods
from nlu.entities.dates.relative import find_relative
from nlu.entities.quantities import Quantity
from nlu.entities.words import alternatives, load_words

_LATIN = re.compile(r"[A-Za-z]{2}")
_JOIN = re.compile(
    r"\s?(?:份|的时候|开始|起)?[,，]?\s?(?:一直|直)?"
    r"(?:到|至|-|~|—+|–|to|until|till|through|up to)了?\s?(?:the\s)?",
    re.IGNORECASE,
)
_LIST = re.compile(r"\s?(?:[,、和跟与及]|以及|还有|同|and|&|, and|or|或者?)\s?", re.IGNORECASE)
_UNTIL_NOW = re.compile(
    r"\s?(?:份|开始|起)?(?:入职|上班|工作|做|干|欠薪|拖欠)?[,，]?\s?(?:一直|直)?(?:(?:到|至)了?(?:现在|目前|如今|今(?![天年早晚日朝])|而家|依家)"
    r"|(?:up )?(?:until|till|to|through) (?:now|date|the present|present|this day)\b)",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"\s?(?:份|嘅|的)?(?:之前|以前)(?!的?[两几三]?[天个])")
_SHORT_BEFORE = re.compile(r"(?<=[号日月年份\d])前(?![几天后面台往夕段一两三半些阵任])")
_ENGLISH_BEFORE = re.compile(r"\bbefore (?:the )?$", re.IGNORECASE)
_ABOUT = re.compile(r"\s?(?:左右|前后|上下)")
_ENGLISH_ABOUT = re.compile(r"\b(?:around|about|roughly) (?:the )?$", re.IGNORECASE)
_DAYS_ABOUT = timedelta(days=3)
_WORDS = load_words("days")
_NO_DATE_AFTER = re.compile(
    rf"(?:(?:{alternatives(_WORDS['recurring'])})(?:的|嘅)?\s?(?:the\s)?"
    rf"|(?:{alternatives(_WORDS['upcoming_before'])})\s?)$",
    re.IGNORECASE,
)
_UPCOMING = re.compile(rf"\s?(?:{alternatives(_WORDS['upcoming_after'])})", re.IGNORECASE)
# After the day on which somebody was hired a month without a year may be of any year.
_HIRED = re.compile(
    r"入职|进厂|进公司|进来|入厂|来|开始|上班|签|参加|起|至今|到现在|毕业|工作|成立"
    r"|hired|joined|started|start|since|began|signed",
    re.IGNORECASE,
)
_YEAR_IN_NUMBERS = re.compile(r"(?:19|20)\d\d|\d\d年|[零〇一二三四五六七八九]{2,4}年")
_HIRED_WITHIN = 10


def find_dates(
    text: str, today: date, quantities: tuple[Quantity, ...]
) -> tuple[tuple[Found, ...], tuple[Found, ...]]:
    """Where dates stand in a text, and what is meant by them together, in the order said.

    How precise each word is stands in the docstring of this package.
    ``text`` is half width and simplified with English number words as digits; ``quantities`` are
    its numbers. The places include impossible days, which name none.
    """
    chosen = list(_longest(_all(text, today, quantities), text))
    places = tuple(chosen)
    found = [_bounded(text, one) for one in _linked(text, chosen, today)]
    return places, tuple(one for one in found if one.days is not None)


def _all(text: str, today: date, quantities: tuple[Quantity, ...]) -> Iterator[Found]:
    yield from find_lunar(text, today)
    yield from find_absolute(text, today)
    yield from find_periods(text, today)
    yield from find_relative(text, today, quantities)
    yield from find_festivals(text, today)
    if _LATIN.search(text):
        yield from find_english(text, today)
        yield from find_english_relative(text, today)


def _longest(found: Iterable[Found], text: str) -> Iterator[Found]:
    """Of those that overlap the first to begin, of these the longest; nothing that recurs."""
    end = 0
    for one in sorted(found, key=lambda f: (f.start, -f.end, f.days is None)):
        if one.start < end:
            continue
        end = one.end
        is_date = not _NO_DATE_AFTER.search(text[max(0, one.start - 16) : one.start])
        if is_date and not _UPCOMING.match(text, one.end):
            yield one


def _linked(text: str, found: list[Found], today: date) -> Iterator[Found]:
    """Two dates with "to" between as one; one of a list takes the year of the one before it."""
    waiting: Found | None = None
    for one in _with_years(text, found, today):
        if waiting is None:
            waiting = one
            continue
        both = _together(text, waiting, one, today)
        if len(both) > 1:
            yield _until_now(text, both[0], today)
        waiting = both[-1]
    if waiting:
        yield _until_now(text, waiting, today)


def _with_years(text: str, found: list[Found], today: date) -> Iterator[Found]:
    """The dates of a story: one without a year goes on from the one before that has one."""
    context: Found | None = None
    for one in found:
        if one.year is not None and _YEAR_IN_NUMBERS.search(text, one.start, one.end):
            context = None if _is_hiring(text, one) else one
        elif context and one.in_year:
            one = context = _going_on(context, one, today)
        yield one


def _together(text: str, first: Found, one: Found, today: date) -> tuple[Found, ...]:
    """Two neighbours, as one when they belong together."""
    between = text[first.end : one.start]
    is_beside = not between.strip("的 ")
    if not is_beside and _is_join(text, first, between):
        return (_joined(first, one, today),)
    if is_beside or _LIST.fullmatch(between):
        one = _in_same_list(first, one)
    if is_beside and _is_within(one, first):
        return (one,)  # 十月国庆: the closer word counts
    return first, one


def _is_within(one: Found, other: Found) -> bool:
    inner, outer = one.days, other.days
    if inner is None or outer is None or None in (inner.lower, inner.upper, outer.lower):
        return False
    return bool(
        inner.lower
        and outer.lower
        and inner.upper
        and outer.upper
        and outer.lower <= inner.lower
        and inner.upper <= outer.upper
    )


def _is_hiring(text: str, found: Found) -> bool:
    before = text[max(0, found.start - 2 * _HIRED_WITHIN) : found.start]
    after = text[found.end : found.end + _HIRED_WITHIN]
    if text[found.start : found.end].lower().startswith("since"):
        return True
    return bool(_HIRED.search(before.rsplit(",")[-1]) or _HIRED.search(after.split(",")[0]))


def _going_on(before: Found, one: Found, today: date) -> Found:
    """A date without a year in a story that gave one: the next such day after that date."""
    if before.days is None or before.days.lower is None or one.in_year is None:
        return one
    for year in (before.days.lower.year, before.days.lower.year + 1):
        days = one.in_year(year)
        if days and days.lower and before.days.lower <= days.lower <= today:
            return replace(one, days=days, year=year)
    return one


def _is_join(text: str, first: Found, between: str) -> bool:
    if between.strip() == "and":
        return text[: first.start].lower().rstrip().endswith("between")
    return bool(_JOIN.fullmatch(between))


def _joined(first: Found, last: Found, today: date) -> Found:
    end: Days | None = last.days
    begin: Days | None = first.days
    if last.in_year and first.year is not None:
        end = last.in_year(first.year)
        if end and begin and end.lower and begin.lower and end.lower < begin.lower:
            end = last.in_year(first.year + 1)
    elif first.in_year and end and end.lower:
        begin = latest_begun(first.in_year, today, end.lower)
    if last.days_of_month and begin and begin.lower:
        end = _in_month_of(begin.lower, last.days_of_month)
    if begin is None or end is None or begin.lower is None or end.upper is None:
        return replace(first, end=last.end, days=begin or end)
    if begin.lower > end.upper:
        return replace(first, end=last.end)
    return Found(first.start, last.end, Range(begin.lower, end.upper), year=last.year or first.year)


def _in_same_list(first: Found, one: Found) -> Found:
    if one.days_of_month and first.days and first.days.lower:
        return replace(one, days=_in_month_of(first.days.lower, one.days_of_month))
    if one.in_year and first.year is not None:
        return replace(one, days=one.in_year(first.year), in_year=None, year=first.year)
    return one


def _in_month_of(day: date, numbers: tuple[int, int]) -> Days | None:
    return in_months((day.month, day.month), numbers, None)(day.year)


def _until_now(text: str, found: Found, today: date) -> Found:
    match = _UNTIL_NOW.match(text, found.end)
    begin = found.days.lower if found.days else None
    if match is None or begin is None or begin > today:
        return found
    return replace(found, end=match.end(), days=Range(begin, today))


def _bounded(text: str, found: Found) -> Found:
    days = found.days
    if days is None or days.lower is None or days.upper is None:
        return found
    said_before = text[max(0, found.start - 12) : found.start]
    is_before = _BEFORE.match(text, found.end) or _SHORT_BEFORE.match(text, found.end)
    if is_before or _ENGLISH_BEFORE.search(said_before):
        return replace(found, days=Range(None, days.lower - timedelta(days=1)))
    is_about = _ABOUT.match(text, found.end) or _ENGLISH_ABOUT.search(said_before)
    if days.is_exact and is_about:
        return replace(found, days=Range(days.lower - _DAYS_ABOUT, days.upper + _DAYS_ABOUT))
    return found
