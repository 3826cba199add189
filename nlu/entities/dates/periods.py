"""Parts of a year: 年初, 上半年, 三季度, 去年夏天, 暑假."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from nlu.entities.dates.chinese_parts import YEAR, year_of
from nlu.entities.dates.found import Days, Found, InYear, day_in, days_between, months_between
from nlu.entities.numerals import DIGITS

_PART = (
    r"(?:(?P<half>[上下前后])半年|第?(?P<quarter>[一二三四1-4])季度|(?P<season>[春夏秋冬])[天季]"
    r"|(?P<weather>[热冷])天(?!气)|(?P<school>[暑寒])假|(?P<early>开春|入夏|入秋|入冬))"
)
_EDGE = (
    r"(?P<edge>初(?![级中次步一二三四五六七八九十])|头(?![一二两三几个])"
    r"|中(?![国山介心午班间秋专学级途])|底(?![薪层线])|尾|末)"
)
_WITH_YEAR = re.compile(rf"{YEAR}(?:{_PART}|年?{_EDGE})")
_ALONE = re.compile(
    rf"{_PART}(?<!暑假(?=工))(?<![热冷]天)|(?<![\d一二三四五六七八九十几半多两个全这每去今前明旧出上下本后])年{_EDGE}(?!几)"
)
_MONTHS_OF_EDGE = {
    "初": (1, 2),
    "头": (1, 2),
    "中": (6, 7),
    "底": (12, 12),
    "尾": (12, 12),
    "末": (12, 12),
}
_MONTHS_OF_HALF = {"上": (1, 6), "前": (1, 6), "下": (7, 12), "后": (7, 12)}
_MONTHS_OF_SEASON = {"春": (3, 5), "夏": (6, 8), "秋": (9, 11), "冬": (12, 14)}
_MONTHS_OF_EARLY = {"开春": (2, 3), "入夏": (5, 6), "入秋": (8, 9), "入冬": (11, 12)}
_SUMMER_MONTHS = (7, 8)
_WINTER_HOLIDAY_FROM = 15


def find_periods(text: str, today: date) -> Iterator[Found]:
    """Parts of a year, with or without the year."""
    for match in _WITH_YEAR.finditer(text):
        yield Found.of(match.start(), match.end(), year_of(match, today), _in_year(match), today)
    for match in _ALONE.finditer(text):
        yield Found.of(match.start(), match.end(), None, _in_year(match), today)


def months_of_season(season: str) -> tuple[int, int]:
    """First and last month of a season; winter ends in the next year (month 14 = February)."""
    return _MONTHS_OF_SEASON[season]


def _in_year(match: re.Match[str]) -> InYear:
    if match["school"] == "寒":
        return _winter_holiday
    months = _months(match)
    return lambda year: months_between(year, *months)


def _months(match: re.Match[str]) -> tuple[int, int]:
    if match["half"]:
        return _MONTHS_OF_HALF[match["half"]]
    if match["quarter"]:
        number = int(DIGITS.get(match["quarter"], match["quarter"]))
        return number * 3 - 2, number * 3
    if match["season"]:
        return _MONTHS_OF_SEASON[match["season"]]
    if match["weather"]:
        return _MONTHS_OF_SEASON["夏" if match["weather"] == "热" else "冬"]
    if match["early"]:
        return _MONTHS_OF_EARLY[match["early"]]
    return _SUMMER_MONTHS if match["school"] else _MONTHS_OF_EDGE[match["edge"]]


def _winter_holiday(year: int) -> Days | None:
    february = months_between(year, 2, 2)
    last = february.upper if february else None
    return days_between(day_in(year, 1, _WINTER_HOLIDAY_FROM), last)
