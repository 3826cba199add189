"""A service ended: note it once, and decide whether the citizen is asked to rate it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from outbox.operations import is_opted_out
from ratings.models import Invitation, Service
from ratings.periods import month_of
from ratings.service import ServiceEnded
from ratings.vocabulary import Awaits, InvitationState, NotSent

ASKING_GAP = timedelta(hours=24)
"""A citizen is asked at most once in this span (docs/rules.md, "Ratings")."""
_ASKED_STATES = (
    InvitationState.PENDING,
    InvitationState.QUEUED,
    InvitationState.ANSWERED,
    InvitationState.EXPIRED,
)


def note_service_ended(db: Session, ended: ServiceEnded, now: datetime) -> Service:
    """Note a service and its invitation, or why none is sent; the same key twice, once only."""
    service = find_service(db, ended.key)
    if service is None:
        service = _add_service(db, ended, now)
        _add_invitation(db, service, _reason_not_to_ask(db, ended, now), now)
    return service


def note_service_rated_by_key(db: Session, ended: ServiceEnded, now: datetime) -> Service:
    """Note a service that was rated by key at the end of the call: no text is sent for it."""
    service = find_service(db, ended.key)
    if service is None:
        service = _add_service(db, ended, now)
        _add_invitation(db, service, NotSent.RATED_BY_KEY, now)
    else:
        invitation = get_invitation(db, service)
        if invitation.state == InvitationState.PENDING:
            mark_not_sent(invitation, NotSent.RATED_BY_KEY, now)
            db.flush()
    return service


def find_service(db: Session, key: str) -> Service | None:
    """The service of a key, or None."""
    return db.scalar(select(Service).where(Service.key == key))


def get_invitation(db: Session, service: Service) -> Invitation:
    """The invitation of a service; every service has one."""
    return db.scalars(select(Invitation).where(Invitation.service_id == service.id)).one()


def mark_not_sent(invitation: Invitation, reason: NotSent, now: datetime) -> None:
    """Mark that the citizen is not asked, and why."""
    invitation.state, invitation.reason = InvitationState.NOT_SENT, reason
    invitation.awaits, invitation.settled_at = Awaits.NOTHING, now


def was_asked_recently(
    db: Session, phone_key: str, now: datetime, *, but: int = 0, is_proved: bool = False
) -> bool:
    """Whether another invitation of this citizen was made or sent in the last 24 hours.

    ``is_proved``: of a proved number only those for services to a proved number, so that nobody
    keeps its holder from rating by calling in their name.
    """
    since = now - ASKING_GAP
    asked_at = func.coalesce(Invitation.queued_at, Invitation.created_at)
    recent = select(Invitation.id).where(
        Invitation.phone_key == phone_key,
        Invitation.id != but,
        Invitation.state.in_(_ASKED_STATES),
        or_(asked_at > since, Invitation.state == InvitationState.PENDING),
    )
    if is_proved:
        recent = recent.join(Invitation.service).where(Service.is_proved)
    if but:
        # Of several that wait, the first is sent.
        recent = recent.where(
            or_(Invitation.queued_at.is_not(None), Invitation.id < but),
        )
    return db.scalar(recent.limit(1)) is not None


def _reason_not_to_ask(db: Session, ended: ServiceEnded, now: datetime) -> NotSent | None:
    if ended.is_test:
        return NotSent.TEST
    if not ended.phone:
        return NotSent.WITHHELD
    if not ended.can_text:
        return NotSent.CANNOT_TEXT
    if is_opted_out(db, ended.phone_key):
        return NotSent.OPTED_OUT
    if was_asked_recently(db, ended.phone_key, now, is_proved=ended.is_proved):
        return NotSent.ASKED_RECENTLY
    return None


def _add_service(db: Session, ended: ServiceEnded, now: datetime) -> Service:
    service = Service(
        key=ended.key,
        office_id=ended.office_id,
        channel=ended.channel,
        kind=ended.kind,
        case_number=ended.case_number,
        phone=ended.phone or None,
        phone_key=(ended.phone_key or None) if ended.phone else None,
        language=ended.language,
        ended_at=ended.ended_at,
        month=month_of(ended.ended_at),
        is_test=ended.is_test,
        is_proved=ended.is_proved,
        created_at=now,
    )
    db.add(service)
    db.flush()
    return service


def _add_invitation(db: Session, service: Service, reason: NotSent | None, now: datetime) -> None:
    invitation = Invitation(
        service_id=service.id,
        office_id=service.office_id,
        month=service.month,
        phone_key=service.phone_key,
        state=InvitationState.PENDING,
        awaits=Awaits.LEVEL,
        has_asked_again=False,
        created_at=now,
    )
    if reason is not None:
        mark_not_sent(invitation, reason, now)
    db.add(invitation)
    db.flush()
