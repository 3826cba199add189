"""Everyday handling: assign, note, tell, answer, close, withdraw, reopen, correct, merge."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.case_services import CITIZEN, SYSTEM, Actor, CaseServices
from casework.models import Case, CaseEvent
from casework.notices import Notice, queue_notice, take_notice
from casework.operations.alarms import notify_bureau
from casework.record import record_event
from casework.text_limits import check_answer, check_note
from casework.transition import apply_transition
from casework.vocabulary import Audience, CaseKind, EventKind, Means, Notified
from core.errors import ConflictError, InputError


def assign_case(
    db: Session,
    case_services: CaseServices,
    case: Case,
    actor: Actor,
    staff_id: str | None,
    now: datetime,
) -> CaseEvent:
    """Give the case to a staff user, or to nobody in particular."""
    detail = {"from": case.assigned_to, "to": staff_id}
    changes = {"assigned_to": staff_id}
    return apply_transition(
        db, case_services, case, "assign", actor, now, detail=detail, changes=changes
    )


def hand_over_cases(
    db: Session,
    case_services: CaseServices,
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
        assign_case(db, case_services, case, actor, to_staff_id, now)
    return len(cases)


def add_note(
    db: Session, case_services: CaseServices, case: Case, actor: Actor, text: str, now: datetime
) -> CaseEvent:
    """Add an internal note; the citizen never sees it. Raises InputError when it is empty or too
    long."""
    check_note(text)
    return apply_transition(
        db, case_services, case, "note", actor, now, detail={"text": text.strip()}
    )


def add_from_citizen(
    db: Session, case_services: CaseServices, case: Case, text: str, now: datetime
) -> CaseEvent:
    """Add what the citizen tells later, word for word: they came again about the same matter.
    Raises InputError when it is empty."""
    if not text.strip():
        raise InputError("What the citizen adds needs words.", "text")
    detail = {"issue": text.strip()}
    return record_event(db, case_services, case, EventKind.JOINED, CITIZEN.id, now, detail=detail)


def mark_urgent(
    db: Session, case_services: CaseServices, case: Case, actor: Actor, reason: str, now: datetime
) -> CaseEvent:
    """Mark the case urgent by a person's judgement; the bureau is told at once."""
    reasons = sorted({*case.urgent_reasons, "staff"})
    changes = {"is_urgent": True, "urgent_reasons": reasons}
    event = apply_transition(
        db, case_services, case, "mark_urgent", actor, now, reason=reason, changes=changes
    )
    notify_bureau(db, case_services, case, now)
    return event


def notify_citizen(
    db: Session,
    case_services: CaseServices,
    case: Case,
    actor: Actor,
    about: Notified,
    means: Means,
    now: datetime,
    *,
    text_id: str | None = None,
    words: str | None = None,
    happened_at: datetime | None = None,
) -> CaseEvent:
    """Record that the citizen was told something, by a text (its id) or otherwise.

    Raises InputError when the words are too long.
    """
    if words is not None:
        check_answer(words, means)
    detail = {"means": means, "text_id": text_id, "words": words}
    return apply_transition(
        db,
        case_services,
        case,
        "tell",
        actor,
        now,
        about=about,
        detail=detail,
        happened_at=happened_at,
    )


def answer_case(
    db: Session,
    case_services: CaseServices,
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
    proved; that is recorded. Raises InputError when the answer is empty or too long
    (``text_limits``) or the means does not fit: a text needs a phone that is proved or confirmed,
    ``stored`` is only for a citizen who left none.
    """
    check_answer(text, means)
    check_means(case, means, confirms_number=confirms_number)
    name = "answer_petition" if case.kind == CaseKind.PETITION else "answer"
    detail = {"text": text.strip(), "means": means, "text_id": text_id}
    confirmed = confirmation(case, means, confirms_number=confirms_number)
    event = apply_transition(
        db,
        case_services,
        case,
        name,
        actor,
        now,
        detail={**detail, **confirmed},
        happened_at=happened_at,
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
    notifies: Notified | None = None,
    office_id: str | None = None,
    params: Mapping[str, Any] | None = None,
) -> None:
    """Queue what the citizen is to be told because of an event; nothing without a phone.

    ``event`` in the params is the event's sequence, by which the words (an answer, a reason) are
    found when the text is made; ``notifies`` is recorded as told when it was sent; ``office_id`` is
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
        params={"event": event.sequence, "tells": notifies, **(params or {})},
    )


def conclude_notice(
    db: Session,
    case_services: CaseServices,
    notice: Notice,
    now: datetime,
    *,
    text_id: str | None = None,
) -> None:
    """Mark a notice as done: turned into the text ``text_id``, or in need of none.

    A text to the citizen becomes part of the record: linked to its answer, or as told.
    """
    take_notice(db, notice, now)
    if notice.audience != Audience.CITIZEN or text_id is None:
        return
    case = db.get_one(Case, notice.case_id)
    detail = {"means": Means.TEXT, "text_id": text_id, "event": notice.params["event"]}
    notifies = notice.params["tells"]
    kind = EventKind.TEXT_LINKED if notifies is None else EventKind.NOTIFIED
    record_event(db, case_services, case, kind, SYSTEM.id, now, about=notifies or "", detail=detail)


def close_case(
    db: Session, case_services: CaseServices, case: Case, actor: Actor, now: datetime
) -> CaseEvent:
    """Close the case. Raises ConflictError when the citizen has had no answer."""
    if case.is_open and not _is_answered(db, case):
        raise ConflictError("The citizen has not been answered yet.")
    return apply_transition(db, case_services, case, "close", actor, now)


def withdraw_case(
    db: Session, case_services: CaseServices, case: Case, actor: Actor, reason: str, now: datetime
) -> CaseEvent:
    """End the case because the citizen takes it back."""
    return apply_transition(db, case_services, case, "withdraw", actor, now, reason=reason)


def reopen_case(
    db: Session, case_services: CaseServices, case: Case, actor: Actor, reason: str, now: datetime
) -> CaseEvent:
    """Open a closed case again; its finishing clock starts anew."""
    changes = {"addressed_office_id": None}
    return apply_transition(
        db, case_services, case, "reopen", actor, now, reason=reason, changes=changes
    )


def merge_case(
    db: Session,
    case_services: CaseServices,
    case: Case,
    into: Case,
    actor: Actor,
    reason: str,
    now: datetime,
) -> CaseEvent:
    """Merge a duplicate into an older open case of the same kind, whose clocks run first.

    The duplicate's number goes on working: look-ups lead to the other, whose state and answer its
    citizen then hears. So both must be one citizen's; those of several about one employer are
    linked as a mass matter (``link_case``). Raises ConflictError when the other is the same,
    younger, closed, of another kind or another citizen's.
    """
    if not is_same_citizen(case, into):
        raise ConflictError("These cases are not of the same citizen: link them as a mass matter.")
    is_fit = into.is_open and into.kind == case.kind
    if into.id == case.id or not is_fit or into.received_at > case.received_at:
        raise ConflictError("A case is merged into an older open one of its kind.")
    event = apply_transition(
        db,
        case_services,
        case,
        "merge",
        actor,
        now,
        reason=reason,
        detail={"into": into.number},
        changes={"merged_into_id": into.id, "addressed_office_id": None},
    )
    detail = {"number": case.number, "reason": reason}
    record_event(db, case_services, into, EventKind.ABSORBED, actor.id, now, detail=detail)
    return event


def is_same_citizen(case: Case, other: Case) -> bool:
    """Whether two cases are known to be one citizen's: by the number, or, where neither has one, by
    the name."""
    if case.phone_key is not None or other.phone_key is not None:
        return case.phone_key == other.phone_key
    return case.citizen_name is not None and case.citizen_name == other.citizen_name


def _is_answered(db: Session, case: Case) -> bool:
    answers = select(CaseEvent.id).where(
        CaseEvent.case_id == case.id, CaseEvent.kind == EventKind.ANSWERED
    )
    return db.scalar(answers.limit(1)) is not None
