"""Steps beside the answer: review, re-check, inspection, arbitration, mending, recordings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from casework.case_services import SYSTEM, Actor, CaseServices
from casework.models import Attachment, Case, CaseEvent
from casework.notices import queue_notice
from casework.operations.handling import check_means, confirmation, queue_citizen_notice
from casework.record import append_event, deadlines_of_case, refresh_deadlines
from casework.text_limits import check_answer
from casework.transition import apply_transition
from casework.transition_table import TRANSITIONS
from casework.vocabulary import AttachmentKind, AttachmentState, Audience, EventKind, Means
from core.clock import local_date
from core.errors import ConflictError, InputError

STEPS = frozenset(
    name
    for name, transition in TRANSITIONS.items()
    if transition.permission in {"case.record_action", "case.contact"}
)
"""Moves that ``record_action`` makes."""


def record_action(
    db: Session,
    case_services: CaseServices,
    case: Case,
    actor: Actor,
    step: str,
    now: datetime,
    *,
    reason: str | None = None,
    happened_at: datetime | None = None,
) -> CaseEvent:
    """Record a step of inspection, arbitration or mending (``STEPS``), entered late or not."""
    if step not in STEPS:
        raise InputError("This is no step of its own.", "step")
    return apply_transition(
        db, case_services, case, step, actor, now, reason=reason, happened_at=happened_at
    )


def request_review(
    db: Session,
    case_services: CaseServices,
    case: Case,
    actor: Actor,
    reason: str,
    now: datetime,
    *,
    happened_at: datetime | None = None,
) -> CaseEvent:
    """The citizen asks the office above to review the answer (petition-work-regulations#35).

    Raises ConflictError when the 30 days are over.
    """
    _check_right(db, case_services, case, "request-review", happened_at or now, now)
    office_id = case_services.offices.above(case.office_id).id
    return _ask_above(
        db, case_services, case, actor, "request_review", office_id, reason, now, happened_at
    )


def request_recheck(
    db: Session,
    case_services: CaseServices,
    case: Case,
    actor: Actor,
    reason: str,
    now: datetime,
    *,
    happened_at: datetime | None = None,
) -> CaseEvent:
    """The citizen asks for a re-check of the review (petition-work-regulations#36).

    Raises ConflictError when there was no review or the 30 days are over.
    """
    _check_right(db, case_services, case, "request-recheck", happened_at or now, now)
    reviewer = case.addressed_office_id or case_services.offices.above(case.office_id).id
    office_id = case_services.offices.above(reviewer).id
    return _ask_above(
        db, case_services, case, actor, "request_recheck", office_id, reason, now, happened_at
    )


def answer_review(
    db: Session,
    case_services: CaseServices,
    case: Case,
    actor: Actor,
    text: str,
    now: datetime,
    *,
    is_recheck: bool = False,
    means: Means = Means.LETTER,
    happened_at: datetime | None = None,
    confirms_number: bool = False,
) -> CaseEvent:
    """The written answer of the office above to a review or a re-check; ``confirms_number`` as for
    the first answer."""
    check_answer(text, means)
    check_means(case, means, confirms_number=confirms_number)
    confirmed = confirmation(case, means, confirms_number=confirms_number)
    name = "answer_recheck" if is_recheck else "answer_review"
    detail = {"text": text.strip(), "means": means, **confirmed}
    event = apply_transition(
        db, case_services, case, name, actor, now, detail=detail, happened_at=happened_at
    )
    if means == Means.TEXT:
        queue_citizen_notice(db, case, "notice.citizen_answered", event, now, params=confirmed)
    return event


def store_recording(
    db: Session,
    attachment: Attachment,
    *,
    storage_path: str,
    sha256: str,
    size_bytes: int,
    content_type: str,
) -> None:
    """Note where the fetched bytes of a recording are."""
    attachment.state = AttachmentState.STORED
    attachment.storage_path, attachment.sha256 = storage_path, sha256
    attachment.size_bytes, attachment.content_type = size_bytes, content_type
    db.flush()


def attach_picture(
    db: Session,
    case_services: CaseServices,
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    storage_path: str,
    sha256: str,
    size_bytes: int,
    content_type: str,
) -> Attachment:
    """Add a picture or paper that a staff user has stored."""
    apply_transition(db, case_services, case, "attach", actor, now, detail={"sha256": sha256})
    attachment = Attachment(
        case_id=case.id,
        kind=AttachmentKind.PICTURE,
        state=AttachmentState.STORED,
        storage_path=storage_path,
        sha256=sha256,
        size_bytes=size_bytes,
        content_type=content_type,
        created_at=now,
    )
    db.add(attachment)
    db.flush()
    return attachment


def reject_recording(
    db: Session, case_services: CaseServices, attachment: Attachment, reason: str, now: datetime
) -> None:
    """Note for good that a recording cannot be had.

    The case stays: its citizen was notified of it, and a person answers it without the recording.
    """
    attachment.state = AttachmentState.REJECTED
    note_recording(db, case_services, attachment, reason, now)


def note_recording(
    db: Session, case_services: CaseServices, attachment: Attachment, reason: str, now: datetime
) -> None:
    """Note on the case what is the matter with its recording."""
    detail = {"text": reason, "recording": attachment.provider_sid}
    append_event(db, case_services, attachment.case, EventKind.NOTED, SYSTEM.id, now, detail=detail)
    refresh_deadlines(db, case_services, attachment.case, now)


def _check_right(
    db: Session,
    case_services: CaseServices,
    case: Case,
    deadline_id: str,
    asked_at: datetime,
    now: datetime,
) -> None:
    deadlines = deadlines_of_case(db, case_services, case, now)
    running = next((c for c in deadlines if c.id == deadline_id and c.is_running), None)
    if running is None:
        raise ConflictError("There is nothing yet to ask a review of.")
    if running.due is not None and local_date(asked_at) > running.due.on:
        raise ConflictError("The 30 days for this are over.")


def _ask_above(
    db: Session,
    case_services: CaseServices,
    case: Case,
    actor: Actor,
    name: str,
    office_id: str,
    reason: str,
    now: datetime,
    happened_at: datetime | None,
) -> CaseEvent:
    event = apply_transition(
        db,
        case_services,
        case,
        name,
        actor,
        now,
        reason=reason,
        detail={"to": office_id},
        happened_at=happened_at,
        changes={"addressed_office_id": office_id},
    )
    queue_notice(
        db,
        case,
        Audience.OFFICE_HEAD,
        f"notice.{event.kind}",
        now,
        key=f"{event.kind}:{event.sequence}",
        office_id=office_id,
    )
    return event
