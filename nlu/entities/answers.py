"""Whole answers to "how many people" and "how much": 问到了 六个, 七八个吧 也可能九个, 一家三口."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from core.ranges import Range
from nlu.entities.amounts import find_amount
from nlu.entities.english_numbers import with_digits
from nlu.entities.lookalikes import hide_lookalikes
from nlu.entities.numerals import CHINESE_NUMBER, parse_number
from nlu.entities.people import find_people
from nlu.entities.quantities import Quantity, around_answer, find_quantities, limit_after
from nlu.entities.words import alternatives, load_words

_MAX_ANSWER = 60
_CLAUSES = re.compile(r"[,。;!?\n\s]+")
_MAX_FAMILY = 20
_MISHEARD_PERSON = re.compile(r"个[银仁任忍认](?=$|[吧啊呀了左,。])")
_OWED_BY_MONTH = re.compile(
    r"(?:每个?月|一个?月|月薪|月工资|底薪|人均).{1,10}(?:欠|拖|没发|没给|没出|未发|差|共|总共).{0,8}个月"
    r"|(?:a|per|each|every) month\b.{0,30}\b(?:for|owe[sd]?|unpaid|not paid)\b.{0,20}\bmonths\b",
    re.IGNORECASE,
)
_MAX_PEOPLE = 100_000


def read_people_answer(text: str) -> Range[int] | None:
    """How many people a short answer names.

    One number after another is the larger of the two; after "or maybe" both are ends of one range,
    after "no" the later counts. The whole of a group (全班组) is two or more. None for a long text,
    for 很多, or when no number is named.
    """
    if len(text) > _MAX_ANSWER:
        return None
    text = _MISHEARD_PERSON.sub("个人", text)
    found: Range[int] | None = None
    for clause in _clauses(text):
        counted = _people(clause)
        if _correction().search(clause):
            found = counted
        elif counted is not None:
            found = _together(found, counted, is_or=bool(_alternative().search(clause)))
    return found or (Range(2, None) if _group().fullmatch(text.strip(" .。!")) else None)


def read_amount_answer(text: str) -> Range[Decimal] | None:
    """The sum a short answer names where its clauses name one each: 问到了 两万三."""
    if len(text) > _MAX_ANSWER:
        return None
    sums = [find_amount(clause, find_quantities(clause)) for clause in _clauses(text)]
    named = [one for one in sums if one is not None]
    return max(named, key=lambda one: one.at_most or 0) if named else None


def sum_of_months(
    text: str, a_month: Range[Decimal], months: Range[Decimal] | None
) -> Range[Decimal] | None:
    """The sum of so many months at so much each (每个月三千五欠了两个月); None when the text says
    no such thing, or the length is not exact."""
    if months is None or not months.is_exact or months.lower is None:
        return None
    if len(text) > _MAX_ANSWER or not _OWED_BY_MONTH.search(text):
        return None
    times = months.lower
    lower = None if a_month.lower is None else a_month.lower * times
    upper = None if a_month.upper is None else a_month.upper * times
    return Range(lower, upper)


def _clauses(text: str) -> Iterator[str]:
    """The clauses, also where nothing stands between them (问到了六个); of English whole sentences,
    whose words stand apart."""
    plain = with_digits(hide_lookalikes(text)).strip()
    is_latin = re.search(r"[A-Za-z]{2}", plain)
    for clause in re.split(r"[,;.!?\n]+", plain) if is_latin else _CLAUSES.split(plain):
        for part in _breaks().split(clause):
            said = _preamble().sub("", part.strip())
            if said:
                yield said


def _people(clause: str) -> Range[int] | None:
    family = _family().search(clause)
    if family:
        number = parse_number(family["number"])
        is_reasonable = number is not None and 1 < number <= _MAX_FAMILY
        return Range.exactly(int(number)) if number is not None and is_reasonable else None
    said = _correction().sub("", _alternative().sub("", clause)).strip()
    quantities = find_quantities(said)
    return find_people(said, quantities) or _bare(said, quantities)


def _bare(said: str, quantities: Sequence[Quantity]) -> Range[int] | None:
    """A number alone, with no more than 大概 and its like around it."""
    if len(quantities) != 1:
        return None
    number = quantities[0]
    around = around_answer()
    is_alone = around.fullmatch(said[: number.start]) and around.fullmatch(said[number.end :])
    if not is_alone or not 1 <= number.upper <= _MAX_PEOPLE:
        return None
    within = number.within(limit_after(said, number.end), Decimal(1))
    lower = None if within.lower is None else int(within.lower)
    return Range(lower, None if within.upper is None else int(within.upper))


def _together(found: Range[int] | None, other: Range[int], *, is_or: bool) -> Range[int]:
    if found is None:
        return other
    if not is_or:
        return max(found, other, key=lambda one: (one.at_most or 0, one.at_least or 0))
    is_open = None in (found.upper, other.upper)
    has_no_lower = None in (found.lower, other.lower)
    return Range(
        None if has_no_lower else min(found.lower or 0, other.lower or 0),
        None if is_open else max(found.upper or 0, other.upper or 0),
    )


def _words() -> dict[str, Any]:
    return load_words("answers")


@cache
def _preamble() -> re.Pattern[str]:
    return re.compile(rf"^(?:(?:{alternatives(_words()['preambles'])})\s?){{1,4}}", re.IGNORECASE)


@cache
def _breaks() -> re.Pattern[str]:
    """Before words that begin another clause."""
    words = [w for w in (*_words()["alternative"], *_words()["correction"]) if not w.isascii()]
    return re.compile(rf"(?<![也又])(?={alternatives([w for w in words if len(w) > 1])})")


@cache
def _alternative() -> re.Pattern[str]:
    return _at_start(_words()["alternative"])


@cache
def _correction() -> re.Pattern[str]:
    return _at_start(_words()["correction"])


def _at_start(words: list[str]) -> re.Pattern[str]:
    said = "|".join(rf"{re.escape(w)}\b" if w[-1].isascii() else re.escape(w) for w in words)
    return re.compile(rf"^(?:{said})\s?(?:是|有|就)?", re.IGNORECASE)


@cache
def _family() -> re.Pattern[str]:
    return re.compile(
        rf"(?:{alternatives(_words()['family'])})(?:有|就|共|一共|大小|老小|老少|上下){{0,3}}"
        rf"(?P<number>\d{{1,2}}|{CHINESE_NUMBER})口"
    )


@cache
def _group() -> re.Pattern[str]:
    words = _words()
    around = rf"(?:(?:{alternatives(words['group_around'])})\s?){{0,4}}"
    return re.compile(rf"{around}(?:{alternatives(words['groups'])})\s?{around}", re.IGNORECASE)
