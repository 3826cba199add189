"""The calendar year whose figure a question asks about: 东莞2020年最低工资多少."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Any

from nlu.entities.dates.chinese_parts import YEAR, year_of
from nlu.entities.words import alternatives, load_words

_AFTER = 14
_MAX_SHORT = 60
_NOT_PAID = re.compile(r"^.{0,4}(?:未|没[^有]|没有[发买交给]|不[发给交买]|欠|拖|少发)")
_ASKING = re.compile(r"多少|几|怎么|什么|吗|呢|[?]|标准|what|how")
_MIN_YEAR = 1980
_MAX_AHEAD = 20
_RELATIVE = {"last": -1, "this": 0, "next": 1}


def find_year_asked(text: str, today: date) -> int | None:
    """The year a question asks about, also in words (明年, last year); None when none is asked.

    The year stands beside the figure that is asked for, or is the whole question (那2020年呢). The
    year in which something happened is none. ``text`` has English number words as digits.
    """
    for pattern in (_before_figure(), _after_figure(), _alone()):
        for match in pattern.finditer(text):
            year = year_of(match, today)
            if year is not None and _is_reasonable(year, today) and _asks(text, match.end()):
                return year
    return _english_year(text, today)


def _asks(text: str, end: int) -> bool:
    """Whether the figure is asked for rather than said not to have been paid."""
    after = text[end : end + _AFTER]
    if _NOT_PAID.search(after):
        return False
    return len(text) <= _MAX_SHORT or bool(_ASKING.search(after))


def _is_reasonable(year: int, today: date) -> bool:
    return _MIN_YEAR <= year <= today.year + _MAX_AHEAD


def _english_year(text: str, today: date) -> int | None:
    if "a" not in text and "e" not in text:
        return None
    match = _english().search(text)
    if match is None:
        return None
    said = next((match[g] for g in ("y1", "y2", "y3") if match[g]), None)
    if said:
        return int(said) if _is_reasonable(int(said), today) else None
    relative = next(match[g] for g in ("r1", "r2", "r3") if match[g])
    return today.year + _RELATIVE[relative.lower()]


def _words() -> dict[str, Any]:
    return load_words("years")


@cache
def _before_figure() -> re.Pattern[str]:
    words = _words()
    between, figures = alternatives(words["between"]), alternatives(words["figures"])
    return re.compile(
        rf"{YEAR}(?:份)?(?:(?:{between}|\d{{1,2}}月份?)\s?){{0,6}}(?:{figures})(?!.{{0,3}}(?:入职|受伤|没))"
    )


@cache
def _after_figure() -> re.Pattern[str]:
    words = _words()
    between, figures = alternatives(words["between"]), alternatives(words["figures"])
    return re.compile(
        rf"(?:{figures})(?:(?:{between}|\()\s?){{0,4}}{YEAR}(?:份|\))?(?:(?:{between})\s?){{0,3}}"
        rf"(?:(?:{alternatives(words['ends'])})|[?？]|$)"
    )


@cache
def _alone() -> re.Pattern[str]:
    ends = alternatives(_words()["ends"])
    return re.compile(rf"^\s?(?:那么?|咁|如果是|要是)?{YEAR}份?(?:的|嘅)?(?:呢|咧|{ends})[?]*$")


@cache
def _english() -> re.Pattern[str]:
    words = _words()
    figures, places = alternatives(words["en_figures"]), alternatives(words["en_places"])
    between = rf"in|of|for|at|be|was|is|were|will|the|year|{places}|rise|go up|change|raised|level"
    return re.compile(
        r"\b(?:(?P<y1>(?:19|20)\d{2})|(?P<r1>last|this|next)\s+year)(?:'?s)?\s+"
        rf"(?:(?:{places})(?:'s)?\s+){{0,4}}(?:{figures})\b"
        rf"|\b(?:{figures})s?\b(?:\s+(?:{between}|increase)){{0,6}}"
        r"\s+(?:(?P<y2>(?:19|20)\d{2})|(?P<r2>last|this|next)\s+year)\b"
        r"|^\W*(?:and |what about |how about |and what about )?(?:in |for )?"
        r"(?:(?P<y3>(?:19|20)\d{2})|(?P<r3>last|this|next)\s+year)\W*$",
        re.IGNORECASE,
    )
