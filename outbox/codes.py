"""One-time codes that prove a number: texted, entered in the same conversation, and forgotten."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.encryption import Vault
from core.reference_numbers import DrawDigits
from outbox.kinds import Kind
from outbox.limits import find_refusal, note_refusal
from outbox.models import NumberCode, OutgoingText
from outbox.operations import TextOrder, enqueue_text
from outbox.states import Reason

CODE_DIGITS = 6
VALID_FOR = timedelta(minutes=10)
MAX_TRIES = 3
_FORGOTTEN = "******"


class CodeCheck(StrEnum):
    """What became of a code that was entered."""

    PROVED = "proved"
    WRONG = "wrong"
    OVER = "over"
    """Too old, tried too often, or never sent."""


@dataclass(frozen=True)
class CodeRequest:
    """Who wants to prove which number. ``words`` is the text with the place {code}."""

    conversation_id: str
    phone: str
    words: str
    language: str
    key: str
    caller_key: str


def send_code(
    db: Session, vault: Vault, draw: DrawDigits, request: CodeRequest, now: datetime
) -> Reason | None:
    """Draw a code and queue its text; why not, when the limits refuse it.

    The code itself is in the text alone, whose words are encrypted and soon forgotten.
    """
    phone_key = vault.keyed_hash(request.phone)
    code = draw(CODE_DIGITS)
    order = TextOrder(
        phone=request.phone,
        phone_key=phone_key,
        words=request.words.format(code=code),
        kind=Kind.CODE,
        language=request.language,
        key=request.key,
        caller_key=request.caller_key,
        is_claimed=True,
    )
    refusal = find_refusal(db, order.destination, now)
    if refusal is not None:
        note_refusal(db, order.destination, refusal, now)
        return refusal
    enqueue_text(db, order, now)
    row = NumberCode(
        conversation_id=request.conversation_id,
        phone_key=phone_key,
        code_hash=_hash(vault, request.conversation_id, request.phone, code),
        sent_at=now,
        expires_at=now + VALID_FOR,
        tries=0,
    )
    db.add(row)
    db.flush()
    return None


def check_code(
    db: Session, vault: Vault, conversation_id: str, phone: str, code: str, now: datetime
) -> CodeCheck:
    """Compare what was entered with the newest code of this conversation and number; counted.

    A code proves its number once, in its own conversation, within ten minutes and three tries.
    """
    newest = (
        select(NumberCode)
        .where(
            NumberCode.conversation_id == conversation_id,
            NumberCode.phone_key == vault.keyed_hash(phone),
        )
        .order_by(NumberCode.id.desc())
        .limit(1)
        .with_for_update()
    )
    row = db.scalar(newest)
    if row is None or row.proved_at or row.expires_at <= now or row.tries >= MAX_TRIES:
        return CodeCheck.OVER
    row.tries += 1
    is_right = hmac.compare_digest(row.code_hash, _hash(vault, conversation_id, phone, code))
    if is_right:
        row.proved_at = now
    db.flush()
    if is_right:
        return CodeCheck.PROVED
    return CodeCheck.OVER if row.tries >= MAX_TRIES else CodeCheck.WRONG


def forget_codes(db: Session, now: datetime) -> int:
    """Blank the words of texts whose code is over; how many."""
    over = select(OutgoingText).where(
        OutgoingText.kind == Kind.CODE,
        OutgoingText.created_at <= now - VALID_FOR,
        OutgoingText.words_key.is_not(None),
    )
    texts = db.scalars(over).all()
    for text in texts:
        text.words, text.words_key = _FORGOTTEN, None
    db.flush()
    return len(texts)


def _hash(vault: Vault, conversation_id: str, phone: str, code: str) -> str:
    return vault.keyed_hash(f"{conversation_id}/{phone}/{code}")
