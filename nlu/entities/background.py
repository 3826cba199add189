"""Dates that are not those of a grievance: being hired, a contract signed, a visit, a plan."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from nlu.entities.words import alternatives, load_words

_BEFORE = 16
_ENGLISH_BEFORE = 70
# What may stand between a date and the word that tells what happened on it.
_GAP = r"[^,。;!?\n没未欠拖被冇\d]"


def is_hiring(text: str, start: int, end: int) -> bool:
    """Whether the date from ``start`` to ``end`` is the one on which somebody was hired."""
    if _hired_after().match(text, end):
        return True
    if _hired_before().search(text[max(0, start - _BEFORE) : start]):
        return True
    before = re.split(r"[.,;!?\n]", text[max(0, start - _ENGLISH_BEFORE) : start])[-1]
    parts = _english_hired().split(before)
    return len(parts) > 1 and not _english_break().search(parts[-1])


def is_aside(text: str, start: int, end: int) -> bool:
    """Whether it is the date of a contract, of a visit to an office, a complaint or a plan."""
    if _aside_after().match(text, end):
        return True
    before = text[max(0, start - _ENGLISH_BEFORE) : start]
    return bool(_english_plan_before().search(before))


def _words() -> dict[str, Any]:
    return load_words("background")


@cache
def _hired_after() -> re.Pattern[str]:
    words = _words()
    no_work = alternatives(words["no_work_at"])
    return re.compile(
        rf"(?:{_GAP}{{0,4}}?(?:{alternatives(words['hired_after'])})"
        rf"|(?:{_GAP}{{0,4}}?(?:在|到|去|进|来))(?:(?!{alternatives(words['plan_after'])}){_GAP}){{0,14}}?"
        rf"(?:{alternatives(words['work_at'])})(?!{no_work})"
        rf"|{_GAP}{{0,2}}?进了?{_GAP}{{0,10}}?(?:厂|公司)(?!门))"
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
    said = alternatives([*words["signed_after"], *words["plan_after"]])
    return re.compile(rf"{_GAP}{{0,6}}?(?:{said})", re.IGNORECASE)


@cache
def _english_plan_before() -> re.Pattern[str]:
    said = alternatives(_words()["en_plan_before"])
    return re.compile(
        rf"\b(?:{said})(?:\s+(?:to|at|you|the|office|bureau|hotline|in|on|about|this)){{0,5}}\s*$",
        re.IGNORECASE,
    )
