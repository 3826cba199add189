"""What numbers wish about being reached, and texts as the wish allows them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from core.contact_wishes import NO_WISH, ContactHours, ContactWay, ContactWish
from outbox.models import StoredWish

_FILE = Path(__file__).with_name("discreet.toml")


def store_wish(db: Session, phone_key: str, wish: ContactWish, now: datetime) -> None:
    """Keep the wish of a number that is proved to be the citizen's; the newest one rules.

    A number that somebody only claims must not come here: it could silence somebody else.
    """
    row = db.get(StoredWish, phone_key)
    if row is None:
        row = StoredWish(phone_key=phone_key)
        db.add(row)
    row.way, row.hours = wish.way, wish.hours
    row.is_discreet, row.since = wish.is_discreet, now
    db.flush()


def find_wish(db: Session, phone_key: str) -> ContactWish:
    """The wish of a number; an empty one when there is none."""
    row = db.get(StoredWish, phone_key)
    if row is None:
        return NO_WISH
    return ContactWish(ContactWay(row.way), ContactHours(row.hours), row.is_discreet)


def discreet_words(language: str, case_number: str | None) -> str:
    """The text that stands in place of one that names the matter."""
    words = _words()["en" if language == "en" else "zh"]
    return words["with_number"].format(number=case_number) if case_number else words["plain"]


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
