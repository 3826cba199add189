"""The line of those who wait for a person: on the phone, or for a call back that keeps the place.

The provider's queue holds the calls; this is who stands where in it. The place is counted from
when somebody came, whether they still hold the line or wait for the call back; urgent callers,
whose life is in danger, stand before all others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import mean

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from dialogue.models import WaitingCaller

# How many of the last waits tell how long the next will be.
_WAITS_COUNTED = 10
# A caller offered to a seat so long ago without being connected is offered again.
OFFER_HOLDS = timedelta(seconds=60)
MOST_CALL_BACKS_TRIED = 2
_WAITS = (WaitingCaller.ended_at.is_(None), WaitingCaller.connected_at.is_(None))


@dataclass(frozen=True)
class QueueEntry:
    """A caller who wants an agent. ``office_ids`` are the offices whose seats may take the call,
    the best first; ``about`` is what the agent is told. ``is_urgent``: before all who are not."""

    conversation_id: str
    phone: str
    language: str
    office_ids: tuple[str, ...]
    about: str
    is_urgent: bool = False


def enter_line(db: Session, entry: QueueEntry, now: datetime) -> WaitingCaller:
    """Put a caller at the end of the queue, an urgent one behind urgent ones who came before; a
    caller who left it before begins again."""
    caller = find_in_line(db, entry.conversation_id)
    if caller is None:
        caller = WaitingCaller(conversation_id=entry.conversation_id)
        db.add(caller)
    caller.phone = entry.phone or None
    caller.language = entry.language
    caller.office_ids = list(entry.office_ids)
    caller.about = entry.about
    caller.wish = ""
    caller.is_urgent = entry.is_urgent
    caller.holds_line = True
    caller.entered_at = now
    caller.offered_at = caller.connected_at = caller.ended_at = caller.outcome = None
    caller.declined_by = []
    caller.tries = 0
    db.flush()
    return caller


def find_in_line(db: Session, conversation_id: str) -> WaitingCaller | None:
    """The caller's place in the line, also when the wait is over; None without one."""
    return db.scalar(select(WaitingCaller).where(WaitingCaller.conversation_id == conversation_id))


def note_wish(db: Session, caller: WaitingCaller, wish: str) -> WaitingCaller:
    """Note what a caller asked for while waiting: message or call_back."""
    caller.wish = wish
    db.flush()
    return caller


def keep_place(db: Session, caller: WaitingCaller) -> WaitingCaller:
    """Let a caller hang up and be called back in turn."""
    caller.holds_line = False
    db.flush()
    return caller


def end_wait(db: Session, caller: WaitingCaller, outcome: str, now: datetime) -> WaitingCaller:
    """Take a caller out of the line, once."""
    if caller.ended_at is None:
        caller.ended_at = now
        caller.outcome = outcome
        db.flush()
    return caller


def note_offer(db: Session, caller: WaitingCaller, now: datetime) -> WaitingCaller:
    """Note that a seat is being called for this caller."""
    caller.offered_at = now
    db.flush()
    return caller


def withdraw_offer(db: Session, caller: WaitingCaller) -> WaitingCaller:
    """The seat that was called for this caller serves an urgent one: the next seat is called."""
    caller.offered_at = None
    db.flush()
    return caller


def note_declined(db: Session, caller: WaitingCaller, seat_id: int) -> WaitingCaller:
    """Note that a seat did not take the call, so that the next one is called at once."""
    caller.declined_by = [*caller.declined_by, seat_id]
    caller.offered_at = None
    db.flush()
    return caller


def forget_declined(db: Session, caller: WaitingCaller) -> WaitingCaller:
    """Begin anew with the seats that did not take the call."""
    caller.declined_by = []
    db.flush()
    return caller


def note_connected(db: Session, caller: WaitingCaller, now: datetime) -> WaitingCaller:
    """Note that a seat took the call: the wait is over unless the two do not come together."""
    caller.connected_at = now
    caller.tries += not caller.holds_line
    db.flush()
    return caller


def note_not_connected(db: Session, caller: WaitingCaller, now: datetime) -> WaitingCaller:
    """Put a caller back who was to be connected and was not; offered again after a while."""
    caller.connected_at = None
    caller.offered_at = now
    db.flush()
    return caller


def list_line(db: Session) -> list[WaitingCaller]:
    """Who waits: urgent callers first, then first come first."""
    waiting = select(WaitingCaller).where(*_WAITS)
    order = (WaitingCaller.is_urgent.desc(), WaitingCaller.entered_at, WaitingCaller.id)
    return list(db.scalars(waiting.order_by(*order)))


def head_of_line(db: Session, caller: WaitingCaller) -> WaitingCaller | None:
    """Who holds the line longest among those that the provider queues with this caller: all of
    the same language, first office and urgency. None when nobody does."""
    return next(
        (one for one in list_line(db) if one.holds_line and _queue_of(one) == _queue_of(caller)),
        None,
    )


def urgent_head(db: Session, office_id: str) -> WaitingCaller | None:
    """The urgent caller who holds the line longest and may be served by this office's seats,
    whatever the language; None when there is none."""
    return next(
        (
            one
            for one in list_line(db)
            if one.is_urgent and one.holds_line and office_id in one.office_ids
        ),
        None,
    )


def _queue_of(caller: WaitingCaller) -> tuple[str, list[str], bool]:
    return caller.language, caller.office_ids[:1], caller.is_urgent


def place_of(db: Session, caller: WaitingCaller) -> int:
    """How many stand before this caller in the same language, and themselves: 1 is next.

    Urgent callers stand before all others.
    """
    came_before = and_(
        WaitingCaller.is_urgent == caller.is_urgent, WaitingCaller.entered_at < caller.entered_at
    )
    is_before = came_before if caller.is_urgent else or_(WaitingCaller.is_urgent, came_before)
    before = db.scalar(
        select(func.count())
        .select_from(WaitingCaller)
        .where(
            *_WAITS,
            WaitingCaller.language == caller.language,
            is_before,
        )
    )
    return (before or 0) + 1


def expected_seconds(db: Session, caller: WaitingCaller, now: datetime) -> float | None:
    """How long this caller will probably still wait, from the last waits of the same day that
    ended with a person; None when there were none. Urgent callers are counted by themselves."""
    recent = db.scalars(
        select(WaitingCaller)
        .where(
            WaitingCaller.language == caller.language,
            WaitingCaller.is_urgent == caller.is_urgent,
            WaitingCaller.connected_at > now - timedelta(hours=12),
        )
        .order_by(WaitingCaller.connected_at.desc())
        .limit(_WAITS_COUNTED)
    )
    waits = [(w.connected_at - w.entered_at).total_seconds() for w in recent if w.connected_at]
    waited = (now - caller.entered_at).total_seconds()
    return max(mean(waits) - waited, 0.0) if waits else None
