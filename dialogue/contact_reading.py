"""Reading how, when and whether somebody wants to be reached. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from config.yaml_files import read_yaml
from core.contact_wishes import NO_WISH, ContactHours, ContactWay, ContactWish

_FILE = Path(__file__).parent / "data" / "contact_wishes.yaml"
_CLAUSES = re.compile(r"([,，。.;；!！\n]+)")
_MAX_CLAUSE = 60
_MAX_MESSAGE = 600
_WAYS = (ContactWay.NONE, ContactWay.TEXT, ContactWay.CALL)
_HOURS = (ContactHours.DAY, ContactHours.EVENING, ContactHours.REST_DAYS)


@dataclass(frozen=True)
class ReadWish:
    """A wish, and what else was said."""

    wish: ContactWish
    rest: str


def read_contact_wish(plain: str) -> ReadWish | None:
    """The wish in simplified words, and the words without it; None when there is none.

    Only whole clauses count: "老板叫我不要打电话" tells a story.
    """
    if len(plain) > _MAX_MESSAGE:
        return None
    wish, rest = NO_WISH, []
    for clause in _CLAUSES.split(plain):
        found = _wish_of(clause)
        if found is None:
            rest.append(clause)
        else:
            wish = wish.with_newer(found)
    if wish.is_empty:
        return None
    return ReadWish(wish, "".join(rest).strip(" ,，。.;；!！\n"))


def _wish_of(clause: str) -> ContactWish | None:
    said = clause.strip().lower()
    if not said or len(said) > _MAX_CLAUSE:
        return None
    kind = next((kind for kind, pattern in _patterns().items() if pattern.fullmatch(said)), None)
    if kind is None:
        return None
    words = clause.strip()
    if kind in _WAYS:
        return ContactWish(way=ContactWay(kind), words=words)
    if kind in _HOURS:
        return ContactWish(hours=ContactHours(kind), words=words)
    return ContactWish(is_discreet=True, words=words)


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    raw = read_yaml(_FILE)
    before, after = raw.pop("before"), raw.pop("after")
    return {
        kind: re.compile(f"{before}(?:{'|'.join(patterns)}){after}")
        for kind, patterns in raw.items()
    }
