"""Writing the record of a case: events in a hash chain, and the cache that the clocks give."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from casework.case_services import CaseServices
from casework.chain import hash_detail, hash_event
from casework.deadlines import CaseFacts, DeadlineState, EventFact, deadlines_of
from casework.drafts import IdempotencyKey
from casework.models import Case, CaseEvent
from casework.reminders import find_latest, next_check_on, reminders_of
from casework.vocabulary import CaseKind, EventKind, Remedy
from core.canonical import canonical_json
from core.clock import local_date, local_midnight
from core.errors import ConflictError, DuplicateError, InputError
from core.record_key import record_mac
from core.working_calendar import ONE_DAY

SYSTEM_ID = "system"


def record_event(
    db: Session,
    case_services: CaseServices,
    case: Case,
    kind: EventKind,
    actor_id: str,
    now: datetime,
    *,
    about: str = "",
    days: int | None = None,
    detail: Mapping[str, Any] | None = None,
    happened_at: datetime | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> CaseEvent:
    """Append an event to the case's chain and update its deadlines.

    ``happened_at`` is given for what happened before it is entered. Raises InputError when that
    lies in the future or before the case, DuplicateError when ``idempotency_key`` is in use.
    """
    event = append_event(
        db,
        case_services,
        case,
        kind,
        actor_id,
        now,
        about=about,
        days=days,
        detail=detail,
        happened_at=happened_at,
        idempotency_key=idempotency_key,
    )
    refresh_deadlines(db, case_services, case, now)
    return event


def append_event(
    db: Session,
    case_services: CaseServices,
    case: Case,
    kind: EventKind,
    actor_id: str,
    now: datetime,
    *,
    about: str = "",
    days: int | None = None,
    detail: Mapping[str, Any] | None = None,
    happened_at: datetime | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> CaseEvent:
    """Append an event and leave the deadlines alone; ``refresh_deadlines`` must follow.

    With an ``idempotency_key`` it is flushed at once, so that a repetition is refused here.
    """
    happened_at = now if happened_at is None else happened_at
    if not case.received_at <= happened_at <= now:
        raise InputError("This cannot have happened before the case or in the future.", "when")
    mac = record_mac(db)
    event = CaseEvent(
        case_id=case.id,
        sequence=case.event_count + 1,
        kind=kind,
        about=about,
        days=days,
        happened_at=happened_at,
        recorded_at=now,
        actor=actor_id,
        office_id=case.office_id,
        detail=(words := canonical_json(detail or {})),
        detail_salt=(salt := secrets.token_hex(16)),
        detail_hash=hash_detail(mac, words, salt),
        idempotency_key=None if idempotency_key is None else idempotency_key.key,
        prev_hash=case.head_hash,
    )
    event.hash = hash_event(mac, case.number, event)
    case.event_count += 1
    case.head_hash = event.hash
    db.add(event)
    if idempotency_key is not None:
        try:
            db.flush()
        except IntegrityError as error:
            raise DuplicateError("This was already recorded.") from error
    return event


def facts_of(case_services: CaseServices, case: Case) -> CaseFacts:
    """What the clocks must know of the case."""
    return CaseFacts(
        kind=CaseKind(case.kind),
        remedy=None if case.remedy is None else Remedy(case.remedy),
        rolls_natural_days=case_services.rules.rolls_natural_days,
    )


def event_facts_of(db: Session, cases: Iterable[Case]) -> dict[int, list[EventFact]]:
    """The events of each case as the clocks see them, in the order in which they happened."""
    facts: dict[int, list[EventFact]] = {case.id: [] for case in cases}
    columns = (
        CaseEvent.case_id,
        CaseEvent.happened_at,
        CaseEvent.kind,
        CaseEvent.about,
        CaseEvent.days,
    )
    rows = db.execute(
        select(*columns)
        .where(CaseEvent.case_id.in_(facts))
        .order_by(CaseEvent.happened_at, CaseEvent.sequence)
    )
    for case_id, happened_at, kind, about, days in rows:
        facts[case_id].append(EventFact(local_date(happened_at), kind, about, days or 0))
    return facts


def deadlines_of_case(
    db: Session, case_services: CaseServices, case: Case, now: datetime
) -> list[DeadlineState]:
    """Every clock of the case as it stands at ``now``."""
    events = event_facts_of(db, [case])[case.id]
    return deadlines_of(facts_of(case_services, case), events, case_services.calendar, now)


def refresh_deadlines(
    db: Session, case_services: CaseServices, case: Case, now: datetime
) -> list[DeadlineState]:
    """Compute the clocks, write down new breaches, and renew the case's cache of them.

    Flushes. Raises ConflictError when somebody else has changed the case meanwhile.
    """
    try:
        deadlines = renew_deadlines(
            db, case_services, case, event_facts_of(db, [case])[case.id], now
        )
        db.flush()
    except StaleDataError as error:
        raise ConflictError("Somebody else has just changed this case.") from error
    return deadlines


def renew_deadlines(
    db: Session, case_services: CaseServices, case: Case, events: list[EventFact], now: datetime
) -> list[DeadlineState]:
    """What ``refresh_deadlines`` does, with events at hand and without the flush."""
    deadlines = deadlines_of(facts_of(case_services, case), events, case_services.calendar, now)
    _record_breaches(db, case_services, case, deadlines, events, now)
    running = running_duties(case, deadlines)
    dues = [clock.due for clock in running if clock.due is not None]
    first = min(dues, default=None)
    case.next_due_on = None if first is None else first.on
    case.is_due_provisional = any(due.is_provisional for due in dues)
    case.next_check_on = _check_on(running, case_services, local_date(now))
    case.calendar_fingerprint = case_services.calendar.fingerprint
    return deadlines


def running_duties(case: Case, deadlines: Iterable[DeadlineState]) -> list[DeadlineState]:
    """The clocks of an open case that somebody of ours must stop in time."""
    return [c for c in deadlines if case.is_open and c.rule.is_duty and c.is_running]


def _check_on(
    running: list[DeadlineState], case_services: CaseServices, today: date
) -> date | None:
    """Today while a reminder's day has come (the sweep knows which were sent), else the next."""
    for clock in running:
        if find_latest(reminders_of(clock, case_services.calendar), today) is not None:
            return today
    return next_check_on(running, case_services.calendar, today)


def _record_breaches(
    db: Session,
    case_services: CaseServices,
    case: Case,
    deadlines: list[DeadlineState],
    events: list[EventFact],
    now: datetime,
) -> None:
    """Write down each duty that was not done in time, once.

    A late ending never stops being late, because clocks are computed from events. A breach of a
    clock that no longer applies (the road was corrected) stays by its event.
    """
    written = {(event.about, event.on) for event in events if event.kind == EventKind.BREACHED}
    for clock in deadlines:
        if not clock.is_breached or clock.due is None:
            continue
        on = clock.due.on + ONE_DAY
        if (clock.id, on) not in written:
            append_event(
                db,
                case_services,
                case,
                EventKind.BREACHED,
                SYSTEM_ID,
                now,
                about=clock.id,
                detail={"due_on": clock.due.on.isoformat()},
                happened_at=max(local_midnight(on), case.received_at),
            )
    present = {clock.id for clock in deadlines}
    is_breached_before = any(about not in present for about, _ in written)
    case.has_breach = is_breached_before or any(clock.is_breached for clock in deadlines)
