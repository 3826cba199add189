"""Lengths of time that are not those of a grievance: service, contracts, what is to come."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from nlu.entities.spans import Span, Unit
from nlu.entities.words import alternatives, load_words

_WINDOW = 30
_ENGLISH_WINDOW = 80
_UNPAID_MONTHS = Decimal(12)
_NOT_AFTER_PLACE = re.compile(r"[了多啦的都也还一直就]{0,4}(?:没|不|未|欠|拖|冇|唔|少)")
_UNPAID_LATER = re.compile(r".{0,4}[没欠未冇]")


@dataclass(frozen=True)
class SortedSpans:
    """The spans of a text: ``service`` was worked, ``grievance`` is how long something goes on.
    A short time worked without pay is in both; terms and times to come are in neither."""

    service: tuple[Span, ...]
    grievance: tuple[Span, ...]


def sort_spans(text: str, spans: tuple[Span, ...]) -> SortedSpans:
    """Tell service from grievance by the words directly beside each span."""
    service: list[Span] = []
    grievance: list[Span] = []
    for span in spans:
        if _is_other(text, span):
            continue
        is_worked = _is_service(text, span)
        if is_worked:
            service.append(span)
        if not is_worked or _is_unpaid(text, span):
            grievance.append(span)
    return SortedSpans(tuple(service), tuple(grievance))


def _is_service(text: str, span: Span) -> bool:
    before = text[max(0, span.start - _WINDOW) : span.start]
    if _worked_before().search(before) or _service_after().match(text, span.end):
        return True
    if _parted_before().search(before) and _parted_after().match(text, span.end):
        return True
    is_long = span.is_in_years or not _NOT_AFTER_PLACE.match(text, span.end)
    if is_long and _at_place_before().search(before):
        return True
    return _is_english_service(text, span)


def _is_english_service(text: str, span: Span) -> bool:
    before = text[max(0, span.start - _ENGLISH_WINDOW) : span.start]
    parts = _english_work().split(re.split(r"[.,;!?\n]", before)[-1])
    return len(parts) > 1 and not _english_break().search(parts[-1])


def _is_unpaid(text: str, span: Span) -> bool:
    months = span.months.at_most
    is_short = span.unit is not Unit.YEAR or (months is not None and months < _UNPAID_MONTHS)
    return is_short and bool(_unpaid_after().match(text, span.end))


def _is_other(text: str, span: Span) -> bool:
    before = text[max(0, span.start - _WINDOW) : span.start]
    if _other_before().search(before) and not _unpaid_after().match(text, span.end):
        return True
    after = _other_after().match(text, span.end)
    return bool(after) and not _UNPAID_LATER.match(text, after.end() if after else span.end)


def _words() -> dict[str, Any]:
    return load_words("service")


def _fillers() -> str:
    limits = load_words("quantities")["limits_before"].values()
    return alternatives([*_words()["fillers"], *(word for said in limits for word in said)])


@cache
def _worked_before() -> re.Pattern[str]:
    words = _words()
    no_work = "".join(rf"(?<!{re.escape(word)})" for word in words["no_work_before"])
    return re.compile(rf"{no_work}(?:{alternatives(words['work'])})(?:{_fillers()}){{0,6}}$")


@cache
def _parted_before() -> re.Pattern[str]:
    return re.compile(rf"(?:{alternatives(_words()['parted_verbs'])})(?:{_fillers()}){{0,3}}$")


@cache
def _parted_after() -> re.Pattern[str]:
    return re.compile(rf"(?:{alternatives(_words()['parted_nouns'])})")


@cache
def _at_place_before() -> re.Pattern[str]:
    return re.compile(
        rf"在[^,。;!?\s没欠拖]{{0,14}}?(?:{alternatives(_words()['places'])})"
        rf"(?:{_fillers()}){{0,4}}$"
    )


@cache
def _service_after() -> re.Pattern[str]:
    return re.compile(rf"\s?(?:{alternatives(_words()['service_after'])})", re.IGNORECASE)


@cache
def _unpaid_after() -> re.Pattern[str]:
    words = _words()
    between, unpaid = alternatives(words["unpaid_between"]), alternatives(words["unpaid"])
    return re.compile(rf"(?:(?:{between})\s?){{0,7}}(?:{unpaid})", re.IGNORECASE)


@cache
def _other_before() -> re.Pattern[str]:
    limits = [w for kind in load_words("quantities")["limits_before"].values() for w in kind]
    said = alternatives([*limits, "了", "是", "为", "有", "已经", "才", "我", "快", "大概"])
    return re.compile(
        rf"(?:{alternatives(_words()['other_before'])})\s?(?:(?:{said})\s?){{0,2}}$", re.IGNORECASE
    )


@cache
def _other_after() -> re.Pattern[str]:
    words = _words()
    return re.compile(
        rf"(?:{alternatives(words['other_after'])})(?!{alternatives(words['no_other_after'])})",
        re.IGNORECASE,
    )


@cache
def _english_work() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{alternatives(_words()['en_work'])})\b", re.IGNORECASE)


@cache
def _english_break() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{alternatives(_words()['en_break'])})\b", re.IGNORECASE)
