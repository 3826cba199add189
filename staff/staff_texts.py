"""Texts to staff users about their own account, to the number that stands in it."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.models import StaffUser
from outbox.kinds import Kind
from outbox.operations import TextOrder, enqueue_text
from staff.services import get_services
from staff.words import t_in


def text_code(db: Session, user: StaffUser, code: str, now: datetime) -> None:
    """Text the user a one-time code for choosing a password."""
    words = t_in(user.language, "texts.password_code", login=user.login, code=code)
    text_notice(db, user, words, now)


def text_notice(
    db: Session, user: StaffUser, words: str, now: datetime, *, phone: str | None = None
) -> None:
    """Text the user something about the account; ``phone``: to this number instead of theirs.
    Nothing happens where there is none."""
    number = phone or user.phone
    if number is None:
        return
    order = TextOrder(
        phone=number,
        phone_key=get_services().case_services.vault.keyed_hash(number),
        words=words,
        kind=Kind.STAFF_CODE,
        language=user.language,
        key=f"account/{user.id}/{secrets.token_hex(12)}",
    )
    enqueue_text(db, order, now)
