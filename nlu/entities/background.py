"""Dates that are not those of a grievance: being hired, a contract signed, a visit, a plan."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from nlu.entities.dates.found import Found
from nlu.entities.words import alternatives, load_words

_BEFORE = 16
_ENGLISH_BEFORE = 70
# 上个月15号, 去年年底: a day of which nothing can be promised any more.
_PAST = re.compile(r"[上去前昨]|20\d\d|\blast\b")
# What may stand between a date and the word that tells what happened on it.
_GAP = r"[^,。;!?\n没未欠拖被冇\d]"


def find_hirings(text: str, places: Sequence[Found]) -> list[Found]:
    """Those of the dates, in order, on which somebody was hired. A word of hiring belongs to one
    date only: to the one before it where both stand beside it (2020年入职上个月被开除)."""
    hirings: list[Found] = []
    begin = 0
    for place in places:
        after = _hired_after().match(text, place.end)
        if after or _is_hired_before(text[begin : place.start]):
            hirings.append(place)
        begin = after.end() if after else place.end
    return hirings


def _is_hired_before(before: str) -> bool:
    if _hired_before().search(before[-_BEFORE:]):
        return True
    clause = re.split(r"[.,;!?\n]", before[-_ENGLISH_BEFORE:])[-1]
    parts = _english_hired().split(clause)
    return len(parts) > 1 and not _english_break().search(parts[-1])


def is_aside(text: str, start: int, end: int) -> bool:
    """Whether it is the date of a contract, of a visit to an office, a complaint or a plan."""
    if _aside_after().match(text, end):
        return True
    if _today().fullmatch(text[start:end].strip()) and _today_after().match(text, end):
        return True
    if _is_promised(text, start, end):
        return True
    before = re.split(r"[.;!?\n]", text[max(0, start - _ENGLISH_BEFORE) : start])[-1]
    parts = _english_plans().split(before)
    if len(parts) > 1 and not _english_plan_breaks().search(parts[-1]):
        return True
    return bool(_english_plan_before().search(before))


def _is_promised(text: str, start: int, end: int) -> bool:
    """老板说年底给: for when something was promised, unless that day is plainly over."""
    if _PAST.search(text[start:end]) or not _promise().match(text, end):
        return False
    return bool(_promised().search(text[max(0, start - _BEFORE) : start]))


def _words() -> dict[str, Any]:
    return load_words("background")


@cache
def _hired_after() -> re.Pattern[str]:
    words = _words()
    links = rf"(?:{alternatives(words['hired_links'])}){{0,4}}"
    no_work = alternatives(words["no_work_at"])
    return re.compile(
        rf"(?:{_GAP}{{0,6}}?(?:{alternatives(words['hired_sure'])})"
        rf"|{links}(?:{alternatives(words['hired_after'])})"
        rf"|{links}(?:{alternatives(words['arrived'])})(?=$|[,。;\s\d]|{alternatives(words['arrived_ends'])})"
        rf"|{links}(?:在|到|去|进|来){_GAP}{{0,14}}?(?:{alternatives(words['work_at'])})"
        rf"(?!{no_work})(?=$|[,。;\s\d]|{alternatives(words['work_at_ends'])})"
        rf"|{links}进了?{_GAP}{{0,10}}?(?:厂|公司)(?!门)"
        rf"|,?\s?(?:{alternatives(words['en_hired_after'])})\b)",
        re.IGNORECASE,
    )


@cache
def _hired_before() -> re.Pattern[str]:
    words = _words()
    links = alternatives(words["before_links"])
    return re.compile(rf"(?:{alternatives(words['hired_before'])})(?:{links}){{0,4}}$")


@cache
def _english_hired() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{alternatives(_words()['en_hired'])})\b", re.IGNORECASE)


@cache
def _english_break() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{alternatives(_words()['en_break'])})\b|n't\b", re.IGNORECASE)


@cache
def _aside_after() -> re.Pattern[str]:
    words = _words()
    links = rf"(?:{alternatives(words['plan_links'])}){{0,4}}"
    return re.compile(
        rf"(?:{_GAP}{{0,6}}?(?:{alternatives(words['signed_after'])})"
        rf"|{links}(?:{alternatives(words['plan_after'])}))",
        re.IGNORECASE,
    )


@cache
def _promised() -> re.Pattern[str]:
    return re.compile(rf"(?:{alternatives(_words()['promised'])})(?:了|过|好|在|到|等)?$")


@cache
def _promise() -> re.Pattern[str]:
    return re.compile(
        rf"(?:之?前|就|再|会|一定|才|一起|全部|把工资|工资)?(?:{alternatives(_words()['promise'])})"
    )


@cache
def _english_plans() -> re.Pattern[str]:
    return re.compile(
        rf"(?:(?<!\w)|(?='))(?:{alternatives(_words()['en_plans'])})\b", re.IGNORECASE
    )


@cache
def _english_plan_breaks() -> re.Pattern[str]:
    said = alternatives(_words()["en_plan_breaks"])
    return re.compile(rf"\b(?:{said})\b|n't\b", re.IGNORECASE)


@cache
def _today() -> re.Pattern[str]:
    return re.compile(alternatives(_words()["today"]), re.IGNORECASE)


@cache
def _today_after() -> re.Pattern[str]:
    return re.compile(rf"{_GAP}{{0,8}}?(?:{alternatives(_words()['today_after'])})", re.IGNORECASE)


@cache
def _english_plan_before() -> re.Pattern[str]:
    said = alternatives(_words()["en_plan_before"])
    return re.compile(
        rf"\b(?:{said})(?:\s+(?:to|at|you|the|office|bureau|hotline|in|on|about|this)){{0,5}}\s*$",
        re.IGNORECASE,
    )
