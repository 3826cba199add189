"""Festivals by the sun, the moon and the solar terms: 去年国庆, 中秋, 春节前, 清明."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from borax.calendars.lunardate import TermUtils
from chinese_calendar import constants as days_off_calendar

from core.ranges import Range
from nlu.entities.dates.chinese_parts import YEAR, year_of
from nlu.entities.dates.found import (
    MAX_YEAR,
    MIN_YEAR,
    Days,
    Found,
    InYear,
    day_in,
    shift_months,
)
from nlu.entities.dates.lunar import lunar_day_in_year
from nlu.entities.numerals import parse_number
from nlu.entities.words import alternatives, load_words

_NEAR = timedelta(days=20)
_AROUND = timedelta(days=7)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Festival:
    """A festival. ``is_long`` when its name alone means all its days off, of which ``usual`` are
    the first and last counted from its own day; ``needs_more`` when the name is a number too."""

    names: tuple[str, ...]
    en: tuple[str, ...]
    sun: tuple[int, int] | None = None
    lunar: tuple[int, int] | None = None
    term: str | None = None
    days_off: str | None = None
    usual: tuple[int, int] = (0, 0)
    is_long: bool = False
    needs_more: bool = False

    def own_day(self, year: int) -> date | None:
        """Its day in a year of the calendar."""
        if not MIN_YEAR < year < MAX_YEAR:
            return None
        if self.sun:
            return day_in(year, *self.sun)
        if self.lunar:
            return lunar_day_in_year(year, *self.lunar)
        day = TermUtils.day_start_from_term(year, self.term)
        return day if isinstance(day, date) else None

    def all_days_off(self, year: int) -> Days | None:
        """The days off that go with it in a year, as arranged or else as usual."""
        own = self.own_day(year)
        if own is None:
            return None
        arranged = [
            day
            for day, name in days_off_calendar.holidays.items()
            if name == self.days_off and abs(day - own) < _NEAR
        ]
        if arranged:
            return Range(min(arranged), max(arranged))
        first, last = self.usual
        return Range(own + timedelta(days=first), own + timedelta(days=last))


def in_year_of(festival: Festival, where: str, *, is_day: bool, is_off: bool) -> InYear:
    """The festival's day or days off, or what lies ``before``, ``after`` or ``around`` it."""

    def in_year(year: int) -> Days | None:
        own = festival.own_day(year)
        if own is None:
            return None
        if where == "before":
            return Range(shift_months(own, -1), own - _DAY)
        if where == "after":
            return Range(own + _DAY, shift_months(own, 1))
        is_all = (festival.is_long and not is_day) or is_off
        days = festival.all_days_off(year) if is_all else Range.exactly(own)
        if days is None or days.lower is None or days.upper is None or where != "around":
            return days
        return Range(days.lower - _AROUND, days.upper + _AROUND)

    return in_year


@cache
def load_festivals() -> tuple[Festival, ...]:
    """All festivals of the table."""
    return tuple(_festival(row) for row in load_words("festivals")["festivals"])


_GUARDS = {
    "十一": r"(?<![一二三四五六七八九十百\d双第])十一"
    r"(?![月个号点万年天人级楼名岁块元家条款千百分日世厂路位倍成])",
    "五一": r"(?<![\d一二三四五六七八九十百千万零第期])五一(?![险金万千百十块元号月个点路人名])",
    "5.1": r"(?:(?<=年)(?:5|10)[.·]1|(?<![\d.])(?:5|10)[.·]1(?=放|假|节|期间|劳动|黄金周))"
    r"(?![\d万元块])",
    "过年": r"过年(?!过节|费|红包|钱|利是)",
    "新年": r"新年(?![度会龄纪])",
    "小年": r"小年(?![轻纪])",
}
_WHERES = {"前后": "around", "左右": "around", "前": "before", "后": "after"}


def find_festivals(text: str, today: date) -> Iterator[Found]:
    """Festivals with the year, the holiday and what lies before or after them."""
    for match in _pattern().finditer(text):
        festival = (
            _by_name()[match["name"].replace("·", ".")] if match["name"] else load_festivals()[0]
        )
        has_more = match["off"] or match["nth"] or match["day"] or match["where"] or match["year"]
        if festival.needs_more and not (has_more or match["yearword"]):
            continue
        in_year = in_year_of(
            festival, _where(match), is_day=bool(match["day"]), is_off=bool(match["off"])
        )
        if match["nth"]:
            in_year = _nth_day(festival, int(parse_number(match["nth"]) or 1))
        year = int(match["bareyear"]) if match["bareyear"] else year_of(match, today)
        yield Found.of(match.start(), match.end(), year, in_year, today)


def _nth_day(festival: Festival, number: int) -> InYear:
    """国庆第二天: that day counted from its own."""

    def in_year(year: int) -> Days | None:
        own = festival.own_day(year)
        return Range.exactly(own + (number - 1) * _DAY) if own else None

    return in_year


def _where(match: re.Match[str]) -> str:
    said = match["where"] or match["newyear"] or ""
    return next((where for word, where in _WHERES.items() if word in said), "")


@cache
def _by_name() -> dict[str, Festival]:
    return {name: festival for festival in load_festivals() for name in festival.names}


@cache
def _pattern() -> re.Pattern[str]:
    plain = alternatives(name for name in _by_name() if name not in _GUARDS and name != "10.1")
    names = f"{plain}|{'|'.join(_GUARDS.values())}"
    return re.compile(
        rf"(?:{YEAR}|(?P<bareyear>(?<!\d)20\d{{2}})\s?)?"
        rf"(?:(?P<name>{names})节?(?P<off>假期|长假|小长假|期间|放假|假|黄金周|那几天)?"
        r"(?:的?第(?P<nth>[一二三四五六七八1-8])天)?"
        r"(?P<day>那天|当天|当日|那日)?(?P<where>前后|左右|前夕|(?:之|以|放假|假期|过)?[前后](?!天|勤))?"
        r"|(?<![\d零一二两三四五六七八九十几多半去今明前数百千大上下每出旧个])年(?P<newyear>[前后])(?![后天]))"
    )


def _festival(row: dict[str, Any]) -> Festival:
    first, last = row.get("usual", (0, 0))
    return Festival(
        names=tuple(map(str, row["names"])),
        en=tuple(map(str, row["en"])),
        sun=_month_and_day(row.get("sun")),
        lunar=_month_and_day(row.get("lunar")),
        term=row.get("term"),
        days_off=row.get("days_off"),
        usual=(int(first), int(last)),
        is_long="is_long" in row,
        needs_more="needs_more" in row,
    )


def _month_and_day(said: str | None) -> tuple[int, int] | None:
    if said is None:
        return None
    month, day = str(said).split("-")
    return int(month), int(day)
