"""Telling machines from people, so that two robots do not write to each other for ever. Pure.

A machine is known by the form of what it sends (``machine_forms.toml``), never by words that
workers use. Silence for a person is a failure and a loop costs little: what only may be a machine
is answered, at most ``MAX_SAME`` times in the same words.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from nlu.texts import simplify

# How often the same words are answered within a while.
MAX_SAME = 3
# A longer text is a story; machines are brief.
_MAX_CHARACTERS = 1_000


@dataclass(frozen=True)
class _Forms:
    header: tuple[re.Pattern[str], ...]
    notice: tuple[re.Pattern[str], ...]
    code: tuple[re.Pattern[str], ...]
    away_first: tuple[re.Pattern[str], ...]
    away_then: tuple[re.Pattern[str], ...]
    signature: re.Pattern[str]
    tail: re.Pattern[str]
    tail_en: re.Pattern[str]
    person: tuple[str, ...]


def is_automatic(words: str) -> bool:
    """Whether the words have the form of an answering machine, a delivery notice, a login code or a
    bulk text; not where a person asks about such a text."""
    plain = simplify(words[:_MAX_CHARACTERS]).casefold().replace("’", "'").strip()
    forms = _forms()
    if _has(forms.header, plain) or _is_bulk(plain, forms):
        return True
    if len(words) > _MAX_CHARACTERS or any(word in plain for word in forms.person):
        return False
    is_away = _has(forms.away_first, plain) and _has(forms.away_then, plain)
    return is_away or _has(forms.notice, plain) or _has(forms.code, plain)


def is_repetition(words: str, same_before: int) -> bool:
    """Whether the same words came too often to be answered again; keys and digits may repeat."""
    return same_before >= MAX_SAME and len(words.strip()) > MAX_SAME


def is_last_answer(words: str, same_before: int) -> bool:
    """Whether this is the last time that the same words are answered: a person is offered."""
    return same_before == MAX_SAME - 1 and len(words.strip()) > MAX_SAME


def _is_bulk(plain: str, forms: _Forms) -> bool:
    """A bulk text stands alone: behind its last words nothing follows, before its name neither."""
    if forms.signature.search(plain) and forms.tail.search(plain):
        return True
    return bool(forms.tail_en.search(plain)) and "?" not in plain


def _has(patterns: tuple[re.Pattern[str], ...], plain: str) -> bool:
    return any(pattern.search(plain) for pattern in patterns)


@cache
def _forms() -> _Forms:
    with Path(__file__).with_name("machine_forms.toml").open("rb") as file:
        raw = tomllib.load(file)

    def all_of(table: str, name: str = "patterns") -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(one) for one in raw[table][name])

    return _Forms(
        header=all_of("header"),
        notice=all_of("notice"),
        code=all_of("code"),
        away_first=all_of("away", "first"),
        away_then=all_of("away", "then"),
        **{name: re.compile(pattern) for name, pattern in raw["bulk"].items()},
        person=tuple(raw["person"]["words"]),
    )
