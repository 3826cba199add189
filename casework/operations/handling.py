"""Everyday handling: assign, note, tell, answer, close, withdraw, reopen, correct, merge."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.desk import SYSTEM, Actor, CaseDesk
from casework.models import Case, CaseEvent
from casework.notices import Notice, queue_notice, take_notice
from casework.operations.alarms import tell_bureau
from casework.record import record_event
from casework.transition import make_move
from casework.vocabulary import Audience, CaseKind, EventKind, Means, Told
from core.errors import ConflictError, InputError


def assign_case(
    db: Session, desk: CaseDesk, case: Case, actor: Actor, staff_id: str | None, now: datetime
) -> CaseEvent:
    """Give the case to a staff user, or to nobody in particular."""
    detail = {"from": case.assigned_to, "to": staff_id}
    changes = {"assigned_to": staff_id}
    return make_move(db, desk, case, "assign", actor, now, detail=detail, changes=changes)


def hand_over_cases(
    db: Session,
    desk: CaseDesk,
    actor: Actor,
    from_staff_id: str,
    to_staff_id: str | None,
    now: datetime,
) -> int:
    """Give every open case of one staff user to another, or back to the offices; how many.

    Raises PermissionDeniedError at the first case that the actor may not assign.
    """
    cases = db.scalars(
        select(Case).where(Case.assigned_to == from_staff_id, Case.is_open).order_by(Case.id)
    ).all()
    for case in cases:
        assign_case(db, desk, case, actor, to_staff_id, now)
    return len(cases)


def add_note(
    db: Session, desk: CaseDesk, case: Case, actor: Actor, text: str, now: datetime
) -> CaseEvent:
    """Add an internal note; the citizen never sees it. Raises InputError when it is empty."""
    if not text.strip():
        raise InputError("A note needs words.", "text")
    return make_move(db, desk, case, "note", actor, now, detail={"text": text.strip()})


def mark_urgent(
    db: Session, desk: CaseDesk, case: Case, actor: Actor, reason: str, now: datetime
) -> CaseEvent:
    """Mark the case urgent by a person's judgement; the bureau is told at once."""
    reasons = sorted({*case.urgent_reasons, "staff"})
    changes = {"is_urgent": True, "urgent_reasons": reasons}
    event = make_move(db, desk, case, "mark_urgent", actor, now, reason=reason, changes=changes)
    tell_bureau(db, desk, case, now)
    return event


def tell_citizen(
    db: Session,
    desk: CaseDesk,
    case: Case,
    actor: Actor,
    about: Told,
    means: Means,
    now: datetime,
    *,
    text_id: str | None = None,
    words: str | None = None,
    happened_at: datetime | None = None,
) -> CaseEvent:
    """Record that the citizen was told something, by a text (its id) or otherwise."""
    detail = {"means": means, "text_id": text_id, "words": words}
    return make_move(
        db, desk, case, "tell", actor, now, about=about, detail=detail, happened_at=happened_at
    )


def answer_case(
    db: Session,
    desk: CaseDesk,
    case: Case,
    actor: Actor,
    text: str,
    now: datetime,
    *,
    means: Means = Means.TEXT,
    text_id: str | None = None,
    happened_at: datetime | None = None,
    confirms_number: bool = False,
) -> CaseEvent:
    """Answer the citizen.

    By text without a ``text_id``, a notice to the citizen is queued that the application turns
    into the text. ``confirms_number``: a person says that the text may go to a number that nobody
    proved; that is recorded. Raises InputError when the answer is empty or the means does not fit:
    a text needs a phone that is proved or confirmed, ``kept`` is only for a citizen who left none.
    """
    if not text.strip():
        raise InputError("An answer needs words.", "text")
    check_means(case, means, confirms_number=confirms_number)
    name = "answer_petition" if case.kind == CaseKind.PETITION else "answer"
    detail = {"text": text.strip(), "means": means, "text_id": text_id}
    confirmed = confirmation(case, means, confirms_number=confirms_number)
    event = make_move(
        db, desk, case, name, actor, now, detail={**detail, **confirmed}, happened_at=happened_at
    )
    if means == Means.TEXT and text_id is None:
        queue_citizen_notice(db, case, "notice.citizen_answered", event, now, params=confirmed)
    return event


def confirmation(case: Case, means: Means, *, confirms_number: bool) -> dict[str, bool]:
    """What is recorded, and noted for the text, when a person lets a text go to a number that
    nobody proved; empty otherwise."""
    is_needed = means == Means.TEXT and not case.is_phone_proved
    return {"confirms_number": True} if is_needed and confirms_number else {}


def check_means(case: Case, means: Means, *, confirms_number: bool = False) -> None:
    """Raise InputError when the citizen cannot be told by this means."""
    if means == Means.TEXT and case.phone is None:
        raise InputError("There is no phone to send a text to.", "means")
    if means == Means.TEXT and not (case.is_phone_proved or confirms_number):
        raise InputError("The number is not proved: confirm it, or tell otherwise.", "means")
    if means == Means.KEPT and case.phone is not None:
        raise InputError("The citizen left a phone and must be told.", "means")


def queue_citizen_notice(
    db: Session,
    case: Case,
    text_key: str,
    event: CaseEvent,
    now: datetime,
    *,
    tells: Told | None = None,
    office_id: str | None = None,
    params: Mapping[str, Any] | None = None,
) -> None:
    """Queue what the citizen is to be told because of an event; nothing without a phone.

    ``event`` in the params is the event's sequence, by which the words (an answer, a reason) are
    found when the text is made; ``tells`` is recorded as told when it was sent; ``office_id`` is
    the office that the words name, the responsible one unless given.
    """
    if case.phone is None:
        return
    queue_notice(
        db,
        case,
        Audience.CITIZEN,
        text_key,
        now,
        key=f"{text_key}:{event.sequence}",
        office_id=office_id or case.office_id,
        params={"event": event.sequence, "tells": tells, **(params or {})},
    )


def settle_notice(
    db: Session, desk: CaseDesk, notice: Notice, now: datetime, *, text_id: str | None = None
) -> None:
    """Mark a notice as done: turned into the text ``text_id``, or in need of none.

    A text to the citizen becomes part of the record: linked to its answer, or as told.
    """
    take_notice(db, notice, now)
    if notice.audience != Audience.CITIZEN or text_id is None:
        return
    case = db.get_one(Case, notice.case_id)
    detail = {"means": Means.TEXT, "text_id": text_id, "event": notice.params["event"]}
    tells = notice.params["tells"]
    kind = EventKind.TEXT_LINKED if tells is None else EventKind.TOLD
    record_event(db, desk, case, kind, SYSTEM.id, now, about=tells or "", detail=detail)


def close_case(db: Session, desk: CaseDesk, case: Case, actor: Actor, now: datetime) -> CaseEvent:
    """Close the case. Raises ConflictError when the citizen has had no answer."""
    if case.is_open and not _is_answered(db, case):
        raise ConflictError("The citizen has not been answered yet.")
    return make_move(db, desk, case, "close", actor, now)


def withdraw_case(
    db: Session, desk: CaseDesk, case: Case, actor: Actor, reason: str, now: datetime
) -> CaseEvent:
    """End the case because the citizen takes it back."""
    return make_move(db, desk, case, "withdraw", actor, now, reason=reason)


def reopen_case(
    db: Session, desk: CaseDesk, case: Case, actor: Actor, reason: str, now: datetime
) -> CaseEvent:
    """Open a closed case again; its finishing clock starts anew."""
    changes = {"addressed_office_id": None}
    return make_move(db, desk, case, "reopen", actor, now, reason=reason, changes=changes)


def merge_case(
    db: Session, desk: CaseDesk, case: Case, into: Case, actor: Actor, reason: str, now: datetime
) -> CaseEvent:
    """Merge a duplicate into an older open case of the same kind, whose clocks run first.

    The duplicate's number goes on working: look-ups lead to the other. Raises ConflictError when
    the other is the same, younger, closed, or of another kind.
    """
    is_fit = into.is_open and into.kind == case.kind
    if into.id == case.id or not is_fit or into.received_at > case.received_at:
        raise ConflictError("A case is merged into an older open one of its kind.")
    event = make_move(
        db,
        desk,
        case,
        "merge",
        actor,
        now,
        reason=reason,
        detail={"into": into.number},
        changes={"merged_into_id": into.id, "addressed_office_id": None},
    )
    detail = {"number": case.number, "reason": reason}
    record_event(db, desk, into, EventKind.ABSORBED, actor.id, now, detail=detail)
    return event


def _is_answered(db: Session, case: Case) -> bool:
    answers = select(CaseEvent.id).where(
        CaseEvent.case_id == case.id, CaseEvent.kind == EventKind.ANSWERED
    )
    return db.scalar(answers.limit(1)) is not None
