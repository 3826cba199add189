"""Noting what can be rated, asking for it once, and closing what was not answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from casework.case_services import CaseServices
from casework.contact_wishes import wish_of
from casework.models import Case, CaseEvent
from casework.record import deadlines_of_case
from casework.vocabulary import CaseKind, CaseState, EventKind
from core.clock import Clock
from core.contact_wishes import NO_WISH, ContactWish
from core.database import Database
from core.jobs import Counts
from outbox.models import OutgoingText
from outbox.operations import TextOrder, enqueue_text, is_opted_out
from outbox.quiet_hours import is_quiet
from outbox.states import TextState
from ratings.models import BadRating, Invitation, Service
from ratings.operations.services import (
    mark_not_sent,
    note_service_ended,
    was_asked_recently,
)
from ratings.service import service_of_case
from ratings.vocabulary import Awaits, FollowUpState, InvitationState, NotSent
from ratings.wordings import wording

Row = TypeVar("Row", Invitation, BadRating)

VALID_FOR = timedelta(days=7)
"""How long an invitation can be answered after it was sent."""
TOO_OLD_TO_ASK = timedelta(days=3)
_LOOK_BACK = timedelta(days=7)
_BATCH = 200
_MEND_CLOCK = "mend-bad-rating"
_NEVER_ARRIVED = (
    TextState.FAILED,
    TextState.EXPIRED,
    TextState.SUPPRESSED,
    TextState.UNDELIVERED,
)


def note_closed_cases(database: Database, clock: Clock) -> Counts:
    """Note cases that were closed as services; a bad-rating case has its follow-up instead,
    and nobody is asked to rate how a danger to their life was handled."""
    now = clock.now()
    noted = exists().where(Service.case_number == Case.number, Service.ended_at == Case.closed_at)
    with database.write() as db:
        closed = db.scalars(
            select(Case)
            .where(
                Case.state == CaseState.CLOSED,
                Case.kind.not_in((CaseKind.BAD_RATING, CaseKind.DANGER)),
                Case.closed_at > now - _LOOK_BACK,
                ~noted,
            )
            .order_by(Case.id)
            .limit(_BATCH)
        ).all()
        for case in closed:
            note_service_ended(db, service_of_case(case), now)
    return {"services": len(closed)}


CanAnswer = Callable[[str], bool]
"""Whether the citizen at a number (E.164) can write back to a text of ours."""


def _everybody(_phone: str) -> bool:
    return True


def send_invitations(
    database: Database, clock: Clock, can_answer: CanAnswer = _everybody
) -> Counts:
    """Queue the invitations that wait, in the allowed hours; those overtaken by events are not."""
    waiting = (
        select(Invitation)
        .where(Invitation.state == InvitationState.PENDING)
        .order_by(Invitation.id)
    )
    return _send_each(
        database, clock, waiting, partial(_send, can_answer=can_answer), ("sent", "not_sent")
    )


def close_invitations(database: Database, clock: Clock) -> Counts:
    """Close invitations whose window is over, and those whose text never arrived."""
    now = clock.now()
    counts: Counter[str] = Counter()
    with database.write() as db:
        for invitation in _list_never_arrived(db):
            mark_not_sent(invitation, NotSent.UNDELIVERED, now)
            counts["undelivered"] += 1
        over = db.scalars(
            select(Invitation)
            .where(Invitation.state == InvitationState.QUEUED, Invitation.expires_at <= now)
            .limit(_BATCH)
        )
        for invitation in over:
            invitation.state, invitation.awaits = InvitationState.EXPIRED, Awaits.NOTHING
            invitation.settled_at = now
            counts["expired"] += 1
    return dict(counts)


def note_rectification(database: Database, clock: Clock, case_services: CaseServices) -> Counts:
    """Note bad ratings that were mended, whether in time, and that the follow-up is due."""
    now = clock.now()
    with database.write() as db:
        rows = db.execute(
            select(BadRating, Case, CaseEvent)
            .join(Case, Case.number == BadRating.case_number)
            .join(CaseEvent, CaseEvent.case_id == Case.id)
            .where(BadRating.rectification_noted_at.is_(None), CaseEvent.kind == EventKind.MENDED)
            .order_by(CaseEvent.sequence)
            .limit(_BATCH)
        ).all()
        for bad, case, event in rows:
            if bad.rectification_noted_at is None:
                _note_mended(db, case_services, bad, case, event.happened_at, now)
    return {"mended": len({bad.id for bad, _case, _event in rows})}


def send_follow_ups(database: Database, clock: Clock, can_answer: CanAnswer = _everybody) -> Counts:
    """Ask once how the mending of a bad rating was, in the allowed hours."""
    due = (
        select(BadRating)
        .where(BadRating.follow_up_state == FollowUpState.DUE)
        .order_by(BadRating.id)
    )
    return _send_each(
        database, clock, due, partial(_ask_follow_up, can_answer=can_answer), ("asked", "not_asked")
    )


def _send_each(
    database: Database,
    clock: Clock,
    waiting: Select[Row],
    send: Callable[[Session, Row, datetime], bool],
    outcomes: tuple[str, str],
) -> Counts:
    """Send for a batch of rows unless it is a quiet hour; counts by outcome (sent, not sent)."""
    now = clock.now()
    counts: Counter[str] = Counter()
    if is_quiet(now):
        return dict(counts)
    with database.write() as db:
        rows = db.scalars(waiting.limit(_BATCH).with_for_update(skip_locked=True)).all()
        for row in rows:
            counts[outcomes[0] if send(db, row, now) else outcomes[1]] += 1
    return dict(counts)


def _send(db: Session, invitation: Invitation, now: datetime, can_answer: CanAnswer) -> bool:
    service = invitation.service
    reason = _reason_not_to_send(db, invitation, now, can_answer)
    text_id = _queue(db, service, _invitation_words(service), f"rating:{service.id}", now, reason)
    if text_id is None:
        mark_not_sent(invitation, reason or NotSent.REFUSED, now)
        return False
    invitation.state, invitation.text_id = InvitationState.QUEUED, text_id
    invitation.queued_at = invitation.spoke_at = now
    invitation.expires_at = now + VALID_FOR
    db.flush()
    return True


def _reason_not_to_send(
    db: Session, invitation: Invitation, now: datetime, can_answer: CanAnswer
) -> NotSent | None:
    phone_key = invitation.phone_key or ""
    if not can_answer(invitation.service.phone or ""):
        return NotSent.CANNOT_ANSWER
    if invitation.service.ended_at < now - TOO_OLD_TO_ASK:
        return NotSent.TOO_LATE
    if is_opted_out(db, phone_key):
        return NotSent.OPTED_OUT
    if was_asked_recently(
        db, phone_key, now, but=invitation.id, is_proved=invitation.service.is_proved
    ):
        return NotSent.ASKED_RECENTLY
    return None


def _invitation_words(service: Service) -> str:
    if service.case_number is None:
        return wording(service.language, "text.invitation")
    return wording(service.language, "text.invitation_case", number=service.case_number)


def _queue(
    db: Session,
    service: Service,
    words: str,
    key: str,
    now: datetime,
    reason: NotSent | None = None,
) -> int | None:
    if reason is not None or service.phone is None or service.phone_key is None:
        return None
    order = TextOrder(
        phone=service.phone,
        phone_key=service.phone_key,
        words=words,
        kind="rating",
        language="en" if service.language == "en" else "zh",
        key=key,
        case_number=service.case_number,
        wish=_wish_for(db, service),
        is_claimed=not service.is_proved,
    )
    return enqueue_text(db, order, now)


def _wish_for(db: Session, service: Service) -> ContactWish:
    case = db.scalar(select(Case).where(Case.number == service.case_number))
    return NO_WISH if case is None else wish_of(case)


def _list_never_arrived(db: Session) -> list[Invitation]:
    return list(
        db.scalars(
            select(Invitation)
            .join(OutgoingText, OutgoingText.id == Invitation.text_id)
            .where(
                Invitation.state == InvitationState.QUEUED,
                OutgoingText.state.in_(_NEVER_ARRIVED),
            )
            .limit(_BATCH)
        )
    )


def _note_mended(
    db: Session,
    case_services: CaseServices,
    bad: BadRating,
    case: Case,
    mended_at: datetime,
    now: datetime,
) -> None:
    deadlines = deadlines_of_case(db, case_services, case, now)
    clock = next((c for c in deadlines if c.id == _MEND_CLOCK), None)
    bad.mended_at, bad.rectification_noted_at = mended_at, now
    bad.is_mended_in_time = clock is not None and not clock.is_late
    bad.follow_up_state = FollowUpState.DUE
    db.flush()


def _ask_follow_up(db: Session, bad: BadRating, now: datetime, can_answer: CanAnswer) -> bool:
    service = bad.service
    words = wording(service.language, "text.follow_up")
    reason = None if can_answer(service.phone or "") else NotSent.CANNOT_ANSWER
    if _queue(db, service, words, f"rating-follow-up:{bad.id}", now, reason) is None:
        bad.follow_up_state = FollowUpState.NOT_ASKED
        return False
    bad.follow_up_state, bad.follow_up_asked_at = FollowUpState.ASKED, now
    bad.follow_up_expires_at = now + VALID_FOR
    db.flush()
    return True
