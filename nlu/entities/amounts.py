"""Sums of money: 十几万, 1万5, 不到五千块, RMB 12,000, 八千到一万."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from core.ranges import Range
from nlu.entities.quantities import Quantity, around_answer, limit_after
from nlu.entities.words import alternatives, load_words

_MIN_SUM = 10
_MIN_BARE = 100
_MIN_TOTAL = 1000
_TOTAL_WINDOW = 20
_MAX_ANSWER = 60
_MAX_SUM = Decimal(10) ** 12
_HAS_UNIT = re.compile(r"[百千万亿wk]|,\d{3}", re.IGNORECASE)
_TAIL = re.compile(
    r"\s?(?:(?P<unit>块(?:钱)?|元(?!旦))(?P<more>多|几)?(?:(?P<tenths>[\d一二两三四五六七八九])"
    r"(?P<jiao>毛|角)?(?![\d十百千万个天年月人名元块、]))?)"
)
# 4500/月, 3200一个月: so much a month.
_A_TIME = re.compile(
    r"\s?(?:[/每](?:月|天|日|小时|个月)|一(?:个月|天|日|个?小时)(?!班|假|就|都|也)"
    r"|(?:a|per|/) ?(?:month|day|hour|week)\b)"
)
# 欠我们三个人15000: how many they are may stand between.
_SO_MANY = (
    r"(?:\d{1,4}|[一二两三四五六七八九十百几]{1,4})(?:多|来)?(?:个|名|位)?(?:人|工人|工友|员工)"
)
_TENTHS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2}


def find_amount(text: str, quantities: Sequence[Quantity]) -> Range[Decimal] | None:
    """The total that is named (总共15000), else the largest sum of money, in yuan with both ends;
    None without one.

    ``quantities`` are the numbers of the text. A number is a sum when a unit of money stands beside
    it, when it is said of money (欠, 工资), when it has a unit of hundreds or more and counts
    nothing else, when it is a total, or when it is all that is said.
    """
    sums = [(quantity, found) for quantity in quantities if (found := _amount(text, quantity))]
    is_of_money = bool(_sure_money().search(text))
    known = {quantity.start: found for quantity, found in sums}
    totals = [
        known.get(quantity.start) or quantity.within(limit_after(text, quantity.end))
        for quantity in quantities
        if _is_total(text, quantity, is_of_money=bool(sums) or is_of_money)
    ]
    named = totals or list(known.values())
    return max(named, key=lambda s: (s.at_most or 0, s.at_least or 0)) if named else None


def _is_total(text: str, quantity: Quantity, *, is_of_money: bool) -> bool:
    """Whether the number is said to be the total and counts nothing else but money; a bare one
    below a thousand only where money is spoken of."""
    if not _MIN_BARE <= quantity.upper <= _MAX_SUM or _other_after().match(text, quantity.end):
        return False
    before = text[max(0, quantity.start - _TOTAL_WINDOW) : quantity.start]
    if not _total_before().search(before) and not _total_after().match(text, quantity.end):
        return False
    return is_of_money or quantity.upper >= _MIN_TOTAL


def _amount(text: str, quantity: Quantity) -> Range[Decimal] | None:
    if not _MIN_SUM <= quantity.upper <= _MAX_SUM:
        return None
    unit = _unit_after().match(text, quantity.end)
    if unit or _unit_before().search(text, max(0, quantity.start - 6), quantity.start):
        return _with_tail(text, quantity, unit.end() if unit else quantity.end)
    if _A_TIME.match(text, quantity.end):
        return quantity.within()
    if quantity.upper < _MIN_BARE or _other_after().match(text, quantity.end):
        return None
    said = text[quantity.start : quantity.end]
    if (_HAS_UNIT.search(said) and _may_be_bare(text, quantity)) or _is_of_money(text, quantity):
        return quantity.within(limit_after(text, quantity.end))
    return quantity.within(limit_after(text, quantity.end)) if _is_all(text, quantity) else None


def _with_tail(text: str, quantity: Quantity, end: int) -> Range[Decimal]:
    """With 块多 and 块五 after the number."""
    tail = _TAIL.match(text, quantity.end)
    if tail and tail["more"]:
        end, quantity = tail.end(), quantity.with_more()
    elif tail and tail["tenths"] and (tail["jiao"] or tail["unit"].startswith("块")):
        tenths = Decimal(_TENTHS.get(tail["tenths"], tail["tenths"])) / 10
        end = tail.end()
        value = quantity.lower + tenths
        quantity = Quantity(quantity.start, end, value, value, quantity.limit)
    return quantity.within(limit_after(text, end))


def _may_be_bare(text: str, quantity: Quantity) -> bool:
    """Whether 一千八 or 十几万 counts nothing else and is no part of a longer word."""
    said = text[quantity.start : quantity.end]
    return not (said[:1] in "百千万亿" and not re.search(r"[多余把来]", said[1:]) and len(said) < 3)


def _is_of_money(text: str, quantity: Quantity) -> bool:
    return bool(_money_before().search(text, max(0, quantity.start - 24), quantity.start))


def _is_all(text: str, quantity: Quantity) -> bool:
    """Whether the number is the whole answer, with no more than 大概 and its like around it."""
    if len(text) > _MAX_ANSWER:
        return False
    rest = text[quantity.end :].strip(" .!。,")
    around = around_answer()
    return bool(around.fullmatch(text[: quantity.start].strip()) and around.fullmatch(rest))


def _words() -> dict[str, Any]:
    return load_words("amounts")


@cache
def _unit_after() -> re.Pattern[str]:
    units = [u for u in _words()["units"] if not u.isascii()]
    latin = [u for u in _words()["units"] if u.isascii()]
    return re.compile(
        rf"\s?(?:(?:{alternatives(units)})(?!旦|宝|月|素)|(?:{alternatives(latin)})\b)",
        re.IGNORECASE,
    )


@cache
def _unit_before() -> re.Pattern[str]:
    return re.compile(rf"(?:{alternatives(_words()['before'])})\s?$", re.IGNORECASE)


@cache
def _other_after() -> re.Pattern[str]:
    return re.compile(rf"\s?(?:{alternatives(_words()['no_sum_after'])})", re.IGNORECASE)


@cache
def _sure_money() -> re.Pattern[str]:
    return re.compile(alternatives(_words()["sure_money"]), re.IGNORECASE)


@cache
def _total_before() -> re.Pattern[str]:
    words = _words()
    fillers = alternatives([*words["fillers"], *words["before"]])
    return re.compile(
        rf"(?:{alternatives(words['totals'])})(?:(?:{fillers}|{_SO_MANY})\s?|\s){{0,5}}$",
        re.IGNORECASE,
    )


@cache
def _total_after() -> re.Pattern[str]:
    words = _words()
    return re.compile(
        rf"\s?(?:{alternatives(words['units'])})?\s?(?:{alternatives(words['totals_after'])})",
        re.IGNORECASE,
    )


@cache
def _money_before() -> re.Pattern[str]:
    words = _words()
    money, fillers = alternatives(words["about_money"]), alternatives(words["fillers"])
    limits = "|".join(
        alternatives(said) for said in load_words("quantities")["limits_before"].values()
    )
    return re.compile(
        rf"(?:{money})(?:(?:{fillers}|{limits}|{_SO_MANY})\s?|\s){{0,4}}$", re.IGNORECASE
    )
