"""Where a case lies: sorting, forwarding, taking over, objecting, joint offices.

The office first asked stays responsible until another has accepted (首问负责制); an objection
returns the case only when the sender agrees (petition-work-regulations#23).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from casework.case_services import Actor, CaseServices
from casework.models import Case, CaseEvent, JointOffice
from casework.notices import queue_notice
from casework.operations.handling import queue_citizen_notice
from casework.record import deadlines_of_case
from casework.routing import takes
from casework.transition import apply_transition
from casework.vocabulary import Audience, CaseState, Notified, Remedy
from config.offices import Office
from core.errors import ConflictError, InputError


def accept_case(
    db: Session, case_services: CaseServices, case: Case, actor: Actor, now: datetime
) -> CaseEvent:
    """Accept the case: by the responsible office, or by the one it was forwarded to."""
    if case.state != CaseState.FORWARDED:
        return apply_transition(db, case_services, case, "accept", actor, now)
    changes = {
        "office_id": case.addressed_office_id,
        "addressed_office_id": None,
        "assigned_to": None,
    }
    detail = {"from": case.office_id, "to": case.addressed_office_id}
    return apply_transition(
        db, case_services, case, "take_over", actor, now, detail=detail, changes=changes
    )


def sort_case(
    db: Session,
    case_services: CaseServices,
    case: Case,
    actor: Actor,
    remedy: Remedy,
    reason: str,
    now: datetime,
) -> CaseEvent:
    """Correct the road of a petition, with the reason."""
    detail = {"from": case.remedy}
    changes = {"remedy": remedy}
    return apply_transition(
        db,
        case_services,
        case,
        "sort",
        actor,
        now,
        about=remedy,
        reason=reason,
        detail=detail,
        changes=changes,
    )


def forward_case(
    db: Session,
    case_services: CaseServices,
    case: Case,
    actor: Actor,
    to_office_id: str,
    reason: str,
    now: datetime,
) -> CaseEvent:
    """Ask another office to take the case over; that office and the citizen are told.

    Raises InputError when there is no such office, it is the same, or a station that does not
    do this work.
    """
    office = _other_office(case_services, case, to_office_id)
    event = apply_transition(
        db,
        case_services,
        case,
        "forward",
        actor,
        now,
        reason=reason,
        detail={"to": office.id},
        changes={"addressed_office_id": office.id},
    )
    params = {"from": case.office_id, "to": office.id}
    _notify_office(db, case, office.id, "notice.case_forwarded", event, now, params)
    queue_citizen_notice(
        db,
        case,
        "notice.citizen_forwarded",
        event,
        now,
        notifies=Notified.FORWARDING,
        office_id=office.id,
        params=params,
    )
    return event


def object_to_routing(
    db: Session, case_services: CaseServices, case: Case, actor: Actor, reason: str, now: datetime
) -> CaseEvent:
    """Object that the matter is not the addressed office's, within five working days.

    Raises ConflictError when the five days are over.
    """
    deadlines = deadlines_of_case(db, case_services, case, now)
    if any(clock.id == "object" and clock.has_lapsed for clock in deadlines):
        raise ConflictError("The five working days for an objection are over.")
    event = apply_transition(db, case_services, case, "object", actor, now, reason=reason)
    params = {"from": case.addressed_office_id}
    _notify_office(db, case, case.office_id, "notice.routing_objected", event, now, params)
    return event


def decide_objection(
    db: Session,
    case_services: CaseServices,
    case: Case,
    actor: Actor,
    *,
    agrees: bool,
    reason: str,
    now: datetime,
) -> CaseEvent:
    """The sender's decision: agreed, the case is back with it; refused, it stays forwarded."""
    if agrees:
        return apply_transition(
            db,
            case_services,
            case,
            "agree_objection",
            actor,
            now,
            reason=reason,
            changes={"addressed_office_id": None},
        )
    event = apply_transition(db, case_services, case, "refuse_objection", actor, now, reason=reason)
    to_office_id = case.addressed_office_id or case.office_id
    _notify_office(db, case, to_office_id, "notice.objection_refused", event, now, {})
    return event


def join_office(
    db: Session,
    case_services: CaseServices,
    case: Case,
    actor: Actor,
    office_id: str,
    reason: str,
    now: datetime,
) -> CaseEvent:
    """Let another office work on the case beside the responsible one.

    Raises InputError for an unknown office, ConflictError when it has joined already.
    """
    office = _other_office(case_services, case, office_id)
    if db.get(JointOffice, (case.id, office.id)) is not None:
        raise ConflictError("This office has joined already.")
    detail = {"office": office.id}
    event = apply_transition(
        db, case_services, case, "join_office", actor, now, reason=reason, detail=detail
    )
    db.add(JointOffice(case_id=case.id, office_id=office.id, joined_at=now))
    db.flush()
    _notify_office(db, case, office.id, "notice.office_joined", event, now, {})
    return event


def _other_office(case_services: CaseServices, case: Case, office_id: str) -> Office:
    office = case_services.offices.find(office_id)
    if office is None or office.id == case.office_id:
        raise InputError("Choose another office.", "office")
    if not takes(office, case.topic):
        raise InputError("This station does not do this work.", "office")
    return office


def _notify_office(
    db: Session,
    case: Case,
    office_id: str,
    text_key: str,
    event: CaseEvent,
    now: datetime,
    params: Mapping[str, str | None],
) -> None:
    queue_notice(
        db,
        case,
        Audience.OFFICE_HEAD,
        text_key,
        now,
        key=f"{text_key}:{event.sequence}",
        office_id=office_id,
        params=params,
    )
