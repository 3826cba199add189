"""Dates by the lunar calendar: 农历八月十五, 腊月二十, 正月初八, 大年初六."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from borax.calendars.lunardate import InvalidLunarDateError, LunarDate

from nlu.entities.dates.chinese_parts import YEAR, year_of
from nlu.entities.dates.found import Days, Found, InYear, days_between
from nlu.entities.numerals import parse_number

_MONTH_NAMES = {"正": 1, "冬": 11, "腊": 12}
_MID_AUTUMN = (8, 15)
_EVE = (12, 30)
_DAY_NUMBER = (
    r"(?:二?十几|廿几|初[一二三四五六七八九十]|廿[一二三四五六七八九]?|卅|三十|二?十[一二三四五六七八九]?)"
    r"(?![万千百块元个名人天年多几])"
)
_MARK = r"(?:农历|阴历|旧历|古历)的?\s?"
# 阴历8月15: behind the word for the calendar a day needs no 日.
_NO_UNIT = r"(?![.,:万千百块元个名人位年天多几%])"
_MONTH = re.compile(
    rf"(?P<mark>{_MARK})?(?:{YEAR})?(?P<mark2>{_MARK})?(?P<leap>闰)?"
    r"(?P<month>[正冬腊]|\d{1,2}|(?<![\d一二三四五六七八九十百])(?:十[一二]?|[一二三四五六七八九]))月份?"
    rf"(?:(?P<day>{_DAY_NUMBER})|(?P<digits>(?<!\d)[0-3]?\d(?!\d))(?:(?=[号日])|(?(mark){_NO_UNIT}|(?(mark2){_NO_UNIT}|(?!))))"
    r"|(?P<festive>(?<=月)[一二三四五六七八九](?![一二三四五六七八九十百千万块元个名人天年月点多几]))|(?P<part>底|尾|头|里|间))?[号日]?"
)
_DAY = re.compile(
    rf"(?:{YEAR})?(?:(?:大年|年)(?P<any>初[一二三四五六七八九十])"
    r"|(?<!月)(?P<sure>初[四五六七八九十]))(?![级中次])"
)
_PARTS = {"底": (21, 30), "尾": (21, 30), "头": (1, 10)}


def find_lunar(text: str, today: date) -> Iterator[Found]:
    """Dates that only the lunar calendar has, or that are marked as lunar (农历)."""
    for match in _MONTH.finditer(text) if "月" in text else ():
        month, days = _numbers(match)
        if not _is_lunar(match, month, days):
            continue
        in_year = _in_year(month, days, bool(match["leap"]))
        yield Found.of(match.start(), match.end(), year_of(match, today), in_year, today)
    for match in _DAY.finditer(text) if "初" in text else ():
        number = _day_number(match["any"] or match["sure"])
        in_year = _in_year(1, (number, number), False)
        yield Found.of(match.start(), match.end(), year_of(match, today), in_year, today)


def lunar_day_in_year(year: int, month: int, day: int) -> date | None:
    """The day of the sun's ``year`` on which a lunar day falls; the 30th of the last month is the
    eve of Spring Festival also when that month has 29 days."""
    if (month, day) == _EVE:
        first = _solar(year, 1, 1)
        return first - timedelta(days=1) if first else None
    for lunar_year in (year, year - 1):
        solar = _solar(lunar_year, month, day)
        if solar and solar.year == year:
            return solar
    return None


def _numbers(match: re.Match[str]) -> tuple[int, tuple[int, int] | None]:
    said = match["month"]
    month = _MONTH_NAMES.get(said) or int(parse_number(said) or 0)
    said_day = match["day"] or match["digits"] or match["festive"]
    if said_day:
        number = _day_number(said_day.rstrip("几"))
        is_vague = (match["day"] or "").endswith("几")
        return month, (number, number + (9 if is_vague else 0))
    return month, _PARTS.get(match["part"] or "")


def _is_lunar(match: re.Match[str], month: int, days: tuple[int, int] | None) -> bool:
    has_mark = match["mark"] or match["mark2"] or match["leap"]
    has_lunar_day = match["day"] and match["day"][0] in "初廿卅" and not match[0].endswith("号")
    is_mid_autumn = days and (month, days[0]) == _MID_AUTUMN and match["day"]
    is_said_so = match["month"] in _MONTH_NAMES
    return bool(
        has_mark or is_said_so or has_lunar_day or (is_mid_autumn and match[0][-1] not in "号日")
    )


def _day_number(said: str) -> int:
    return int(parse_number(said.lstrip("初").replace("廿", "二十").replace("卅", "三十")) or 0)


def _in_year(month: int, days: tuple[int, int] | None, is_leap: bool) -> InYear:
    def in_year(year: int) -> Days | None:
        first, last = days or (1, 30)
        start = _solar(year, month, first, is_leap)
        end = _solar(year, month, last, is_leap)
        if end is None and last >= 29:
            end = _solar(year, month, 29, is_leap)
        return days_between(start or (end if first == 30 else None), end)

    return in_year


def _solar(year: int, month: int, day: int, is_leap: bool = False) -> date | None:
    try:
        solar = LunarDate(year, month, day, int(is_leap)).to_solar_date()
    except (InvalidLunarDateError, ValueError):
        return None
    return solar if isinstance(solar, date) else None
