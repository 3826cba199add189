"""Writing to the outbox: queueing texts, opting out and in, finishing tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Row, bindparam, exists, insert, select
from sqlalchemy.orm import Session

from core.contact_wishes import NO_WISH, ContactWish
from core.database import table_of
from core.encrypted_columns import bind_row
from core.text_segments import count_segments
from outbox.kinds import KindRule, rule_of
from outbox.limits import Destination, find_refusal, note_refusal
from outbox.models import OptOut, OutgoingText, StaffTask
from outbox.parts import clean_words, number_parts
from outbox.quiet_hours import next_allowed
from outbox.states import Reason, TextState
from outbox.wishes import discreet_words, find_wish

_TEXTS = table_of(OutgoingText)
# Made once: making a statement takes longer than the database needs for it.
_KNOWN = select(
    exists().where(_TEXTS.c.key == bindparam("key")),
    exists().where(table_of(OptOut).c.phone_key == bindparam("phone_key")),
)
_BY_KEY = select(_TEXTS.c.id, _TEXTS.c.state).where(_TEXTS.c.key == bindparam("key"))
_INSERT = insert(_TEXTS)
# A landline is an everyday matter; these are signs that somebody abuses the service.
_ALARMING = (Reason.COUNTRY, Reason.PREMIUM, Reason.DESTINATION, Reason.CALLER)


@dataclass(frozen=True)
class TextOrder:
    """A text that somebody wants to be sent.

    ``phone`` is E.164 and ``phone_key`` its keyed hash. ``kind`` is one of ``outbox.kinds.Kind``.
    ``key`` is unique for ever: the same key queued twice is one text. ``wish`` is what was wished
    for the case; the wish of the number is looked up besides.
    ``caller_key`` is at whose
    wish it goes (``core.callers``), ``is_claimed``: nobody has proved the number.
    """

    phone: str
    phone_key: str
    words: str
    kind: str
    language: str
    key: str
    case_number: str | None = None
    conversation_id: str | None = None
    wish: ContactWish = NO_WISH
    caller_key: str | None = None
    is_claimed: bool = False

    @property
    def destination(self) -> Destination:
        """Where it goes, for the limits."""
        return Destination(
            self.kind, self.phone, self.phone_key, self.caller_key, is_claimed=self.is_claimed
        )


def enqueue_text(db: Session, order: TextOrder, now: datetime) -> int | None:
    """Queue a text; nothing is sent before the caller's transaction is committed.

    Words of more than four segments become several numbered texts. Returns the id of the row of the
    first one. None when the text must never be sent (opted out, not a mobile number, a number that
    is a claim, a limit reached, no words): a row with state ``suppressed`` keeps the reason. A key
    that was queued before gives the same answer again. Raises ValueError for an unknown kind.
    """
    rule = rule_of(order.kind)
    asked = {"key": order.key, "phone_key": order.phone_key}
    is_known, has_opted_out = db.execute(_KNOWN, asked).one()
    if is_known:
        text_id, state = db.execute(_BY_KEY, {"key": order.key}).one()
        return None if state == TextState.SUPPRESSED else text_id
    if rule.obeys_wish:
        order = _as_wished(db, order)
    words = clean_words(order.words)
    is_unwanted = has_opted_out and not rule.ignores_opt_out
    reason = _find_reason_against(order, rule, words, is_unwanted=is_unwanted)
    reason = reason or _find_wish_against(order, rule)
    if reason is None:
        reason = find_refusal(db, order.destination, now)
        if reason in _ALARMING:
            note_refusal(db, order.destination, reason, now)
    if reason is not None:
        row = _row(order, rule, (words,), 1, now)
        text_id = _insert(db, {**row, "state": TextState.SUPPRESSED, "reason": reason})
        ask_staff(db, db.get_one(OutgoingText, text_id), reason, now)
        return None
    parts = number_parts(words)
    ids = [_insert(db, _row(order, rule, parts, part, now)) for part in range(1, len(parts) + 1)]
    return ids[0]


def _insert(db: Session, row: Mapping[str, object]) -> int:
    # Straight into the table: every reply is one of these rows.
    result = cast("CursorResult[Any]", db.execute(_INSERT, bind_row(_TEXTS, row)))
    return int(cast("Row[Any]", result.inserted_primary_key)[0])


def opt_out(db: Session, phone_key: str, now: datetime, source: str = "text") -> bool:
    """Send this number nothing more but a confirmation; False when it was opted out before.

    Texts that wait are suppressed. ``source``: ``text`` (the citizen wrote) or ``provider``.
    """
    if is_opted_out(db, phone_key):
        return False
    db.add(OptOut(phone_key=phone_key, since=now, source=source))
    waiting = select(OutgoingText).where(
        OutgoingText.phone_key == phone_key,
        OutgoingText.state.in_((TextState.QUEUED, TextState.WAITING)),
    )
    for text in db.scalars(waiting):
        if not rule_of(text.kind).ignores_opt_out:
            suppress_text(db, text, Reason.OPTED_OUT, now)
    db.flush()
    return True


def opt_in(db: Session, phone_key: str) -> bool:
    """Texts may be sent again; False when they might before."""
    row = db.get(OptOut, phone_key)
    if row is None:
        return False
    db.delete(row)
    db.flush()
    return True


def is_opted_out(db: Session, phone_key: str) -> bool:
    """Whether the number wants no texts."""
    return db.get(OptOut, phone_key) is not None


def suppress_text(db: Session, text: OutgoingText, reason: Reason, now: datetime) -> None:
    """Never send a text that waits; staff are told where its kind asks for it."""
    text.state, text.reason, text.lease_until = TextState.SUPPRESSED, reason, None
    ask_staff(db, text, reason, now)
    db.flush()


def ask_staff(db: Session, text: OutgoingText, reason: str, now: datetime) -> StaffTask | None:
    """A task for a person because ``text`` cannot reach its citizen; one a text, None where its
    kind needs none or there is one already."""
    known = db.scalar(select(StaffTask).where(StaffTask.text_id == text.id))
    if known is not None or not rule_of(text.kind).gives_task:
        return None
    task = StaffTask(text_id=text.id, case_number=text.case_number, reason=reason, created_at=now)
    db.add(task)
    db.flush()
    return task


def ask_staff_about_case(db: Session, case_number: str, reason: str, now: datetime) -> bool:
    """A task for a person about a case; one for each case and reason. Whether it is a new one."""
    known = select(StaffTask.id).where(
        StaffTask.case_number == case_number, StaffTask.reason == reason
    )
    if db.scalar(known.limit(1)) is not None:
        return False
    db.add(StaffTask(case_number=case_number, reason=reason, created_at=now))
    db.flush()
    return True


def ask_staff_about_inbound(
    db: Session, inbound_id: int, case_number: str | None, reason: str, now: datetime
) -> None:
    """A task for a person because a text that came in could not be served."""
    db.add(StaffTask(inbound_id=inbound_id, case_number=case_number, reason=reason, created_at=now))
    db.flush()


def finish_task(db: Session, task: StaffTask, staff_id: str, now: datetime) -> None:
    """A person has done what the text could not."""
    task.done_at, task.done_by = now, staff_id
    db.flush()


def _find_reason_against(
    order: TextOrder, rule: KindRule, words: str, *, is_unwanted: bool
) -> Reason | None:
    if not words:
        return Reason.EMPTY
    if is_unwanted:
        return Reason.OPTED_OUT
    return Reason.NOT_PROVED if order.is_claimed and rule.needs_proof else None


def _as_wished(db: Session, order: TextOrder) -> TextOrder:
    """The order with the wish of its number, and without the matter where that was wished."""
    wish = find_wish(db, order.phone_key).with_newer(order.wish)
    words = order.words
    if wish.is_discreet and words:
        words = discreet_words(order.language, order.case_number)
    return replace(order, wish=wish, words=words)


def _find_wish_against(order: TextOrder, rule: KindRule) -> Reason | None:
    if not rule.obeys_wish or order.wish.allows_text:
        return None
    return Reason.CALLS_ONLY if order.wish.allows_call else Reason.NO_CONTACT


def _row(
    order: TextOrder, rule: KindRule, parts: tuple[str, ...], part: int, now: datetime
) -> dict[str, object]:
    words = parts[part - 1]
    counted = count_segments(words)
    start = next_allowed(now) if rule.is_quiet else now
    start = order.wish.next_allowed(start) if rule.obeys_wish else start
    return {
        "key": order.key if part == 1 else f"{order.key}/part{part}",
        "part": part,
        "parts": len(parts),
        "phone": order.phone,
        "phone_key": order.phone_key,
        "words": words,
        "words_key": words,
        "kind": order.kind,
        "language": order.language,
        "case_number": order.case_number,
        "conversation_id": order.conversation_id,
        "caller_key": order.caller_key,
        "is_claimed": order.is_claimed,
        "encoding": counted.encoding,
        "segments": counted.segments,
        "state": TextState.QUEUED,
        "priority": rule.priority,
        "not_before": start,
        "expires_at": start + rule.lifetime,
        "next_attempt_at": start,
        "created_at": now,
    }
