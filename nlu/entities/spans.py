"""Lengths of time: 两个多月, 三五天, 一年零八个月, half a year, a year and a half."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from core.ranges import Range
from nlu.entities.numerals import CHINESE_NUMBER, parse_number
from nlu.entities.quantities import Limit, Quantity, limit_after, limit_before

_HALF = Decimal("0.5")
_DAYS_A_MONTH = Decimal(30)
_MAX_YEARS = 70


class Unit(Enum):
    """What time is counted in; the value is its length in months."""

    DAY = 1 / _DAYS_A_MONTH
    WEEK = 7 / _DAYS_A_MONTH
    MONTH = Decimal(1)
    YEAR = Decimal(12)


@dataclass(frozen=True)
class Span:
    """A length of time from ``start`` to ``end`` of the text. ``count`` is in ``unit``;
    ``is_more`` after 多: between this and the next whole one."""

    start: int
    end: int
    count: Range[Decimal]
    unit: Unit
    is_more: bool = False

    @property
    def months(self) -> Range[Decimal]:
        """The same in months of 30 days, to two decimals."""
        return Range(self._in_months(self.count.lower), self._in_months(self.count.upper))

    @property
    def is_in_years(self) -> bool:
        """Whether it was said in years, of which there is one at least."""
        return self.unit is Unit.YEAR and (self.count.at_least or 0) >= 1

    def _in_months(self, count: Decimal | None) -> Decimal | None:
        return None if count is None else (count * self.unit.value).quantize(Decimal("0.01"))


_CHINESE_UNIT = re.compile(
    rf"\s?(?:(?P<month>个(?P<m1>[多来几])?(?P<mhalf>半)?月(?!饼)(?P<m2>多)?|月(?=工资|薪水|人工|的工资|嘅人工)|(?<=[仨俩两])月(?![份饼]))"
    r"|(?P<year>年(?!级|代|货|度|终|薪|底|初|会|纪|龄|份|假|中|末|\d)(?P<yhalf>半(?!载))?(?P<y1>多|几(?![个天月]))?"
    rf"(?:[零又加]?(?P<months>\d{{1,2}}|{CHINESE_NUMBER})个(?P<mhalf2>半)?月)?)"
    r"|(?P<week>个?(?:星期|礼拜)(?P<w1>多)?|周(?!岁|年)(?P<w2>多)?)"
    r"|(?P<day>天(?P<d1>多)?|日(?=之?内|以内|左右|之?前)))"
)
_ENGLISH_UNIT = re.compile(
    r"\s?(?:and a half |-)?(?P<unit>year|yr|month|mth|week|day)s?\b(?P<half>\s+and a half)?"
    r"(?:(?:\s+and)?\s+(?P<months>\d{1,2})\s+months?\b)?",
    re.IGNORECASE,
)
_SLIGHTLY_BEFORE = re.compile(
    r"\b(?:(?:just )?a (?:little|bit|little bit)|slightly|just|a few days) "
    r"(?:more than|over|above)\s$",
    re.IGNORECASE,
)
_HALF_BEFORE = re.compile(r"\s?and a half ", re.IGNORECASE)
_NO_NUMBER = re.compile(
    r"(?P<big>[大小])?(?<![上下前后年])半(?P<hmore>个多月|年多)?(?P<hunit>个月|年(?!度|期|级))?"
    r"|(?<![\d零一二两三四五六七八九十百几半多])(?:(?P<monthhalf>个半月)|(?P<monthmore>个[几多]月)"
    r"|(?P<yearhalf>年半)|(?P<yearmore>年几(?!个)))"
)
_ENGLISH_NO_NUMBER = re.compile(
    r"(?<!\d )(?<!\dk )(?<!yuan )(?<!rmb )(?<!times )(?<!once )(?<!days )"
    r"\b(?:(?P<half>half (?:a |an )?)|(?P<more>over |more than )?an? )"
    r"(?P<unit>year|month|week|day)\b"
    r"(?P<andhalf>\s+and a half)?",
    re.IGNORECASE,
)
_UNIT_NAMES = {"year": Unit.YEAR, "yr": Unit.YEAR, "month": Unit.MONTH, "mth": Unit.MONTH,
               "week": Unit.WEEK, "day": Unit.DAY}  # fmt: skip
_WITHOUT_NUMBER = {
    "monthhalf": (Decimal("1.5"), Decimal("1.5"), Unit.MONTH),
    "monthmore": (Decimal(1), Decimal(2), Unit.MONTH),
    "yearhalf": (Decimal("1.5"), Decimal("1.5"), Unit.YEAR),
    "yearmore": (Decimal(1), Decimal(2), Unit.YEAR),
}


def find_spans(text: str, quantities: Sequence[Quantity]) -> tuple[Span, ...]:
    """All lengths of time in a text whose numbers are already found, in order."""
    counted = [s for q in quantities if (s := _chinese(text, q) or _english(text, q))]
    taken = {place for span in counted for place in range(span.start, span.end)}
    others = [s for s in _without_number(text) if s.start not in taken and s.end - 1 not in taken]
    return tuple(sorted(counted + others, key=lambda span: span.start))


def _chinese(text: str, quantity: Quantity) -> Span | None:
    match = _CHINESE_UNIT.match(text, quantity.end)
    if match is None:
        return None
    unit = _unit(match)
    if unit is Unit.YEAR and quantity.lower > _MAX_YEARS:
        return None  # a calendar year
    if match["months"]:
        return _years_and_months(quantity, match)
    more = match["m1"] or match["m2"] or match["y1"] or match["w1"] or match["w2"] or match["d1"]
    half = _HALF if match["mhalf"] or match["yhalf"] else Decimal(0)
    count = Quantity(
        quantity.start,
        match.end(),
        quantity.lower + half,
        quantity.upper + half + (1 if more else 0),
        quantity.limit,
    ).within(limit_after(text, match.end()))
    return Span(quantity.start, match.end(), count, unit, bool(more))


def _unit(match: re.Match[str]) -> Unit:
    if match["month"]:
        return Unit.MONTH
    if match["year"]:
        return Unit.YEAR
    return Unit.WEEK if match["week"] else Unit.DAY


def _years_and_months(quantity: Quantity, match: re.Match[str]) -> Span | None:
    months = parse_number(match["months"].lstrip("零"))
    if months is None:
        return None
    months += _HALF if match["mhalf2"] else 0
    total = quantity.times(Unit.YEAR.value)
    count = Range(total.lower + months, total.upper + months)
    return Span(quantity.start, match.end(), count, Unit.MONTH)


def _english(text: str, quantity: Quantity) -> Span | None:
    match = _ENGLISH_UNIT.match(text, quantity.end)
    if match is None:
        return None
    is_half = match["half"] or _HALF_BEFORE.match(text, quantity.end)
    half = _HALF if is_half else Decimal(0)
    unit = _UNIT_NAMES[match["unit"].lower()]
    if unit is Unit.YEAR and match["months"] and quantity.upper <= _MAX_YEARS:
        months = Decimal(match["months"])
        total = quantity.times(Unit.YEAR.value)
        count = Range(total.lower + months, total.upper + months)
        return Span(quantity.start, match.end(), count, Unit.MONTH)
    if unit is Unit.YEAR and quantity.lower > _MAX_YEARS:
        return None
    # "A bit more than two months" is 两个多月: not open at its end.
    is_more = bool(_SLIGHTLY_BEFORE.search(text[: quantity.start]))
    count = Quantity(
        quantity.start,
        match.end(),
        quantity.lower + half,
        quantity.upper + half + (1 if is_more else 0),
        Limit.NONE if is_more else quantity.limit,
    ).within(limit_after(text, match.end()))
    return Span(quantity.start, match.end(), count, unit, is_more)


def _without_number(text: str) -> Iterator[Span]:
    for match in _NO_NUMBER.finditer(text):
        span = _half_or_word(match, text)
        if span:
            yield span
    for match in _ENGLISH_NO_NUMBER.finditer(text):
        unit = _UNIT_NAMES[match["unit"].lower()]
        number = (_HALF if match["half"] else Decimal(1)) + (_HALF if match["andhalf"] else 0)
        count = Range(number, None) if match["more"] else Range(number, number)
        yield Span(match.start(), match.end(), count, unit)


def _half_or_word(match: re.Match[str], text: str) -> Span | None:
    if match.lastgroup in _WITHOUT_NUMBER:
        lower, upper, unit = _WITHOUT_NUMBER[str(match.lastgroup)]
        return Span(match.start(), match.end(), Range(lower, upper), unit, upper > lower)
    said = match["hmore"] or match["hunit"]
    if not said:
        return None
    unit = Unit.YEAR if said.startswith("年") else Unit.MONTH
    lower, upper = {"大": (_HALF, Decimal(1)), "小": (_HALF - Decimal("0.25"), _HALF)}.get(
        match["big"] or "", (_HALF, Decimal(1) if match["hmore"] else _HALF)
    )
    quantity = Quantity(match.start(), match.end(), lower, upper, limit_before(text, match.start()))
    count = quantity.within(limit_after(text, match.end()))
    return Span(match.start(), match.end(), count, unit, upper > lower)
