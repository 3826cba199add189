"""Linking cases of several citizens about one employer as one mass matter, by a person's hand."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from casework.case_services import Actor, CaseServices
from casework.mass_matters import add_to_matter, new_matter
from casework.models import Case, CaseEvent, MassMatter
from casework.record import record_event
from casework.transition import apply_transition
from casework.vocabulary import EventKind
from core.errors import ConflictError


def link_case(
    db: Session,
    case_services: CaseServices,
    case: Case,
    other: Case,
    actor: Actor,
    reason: str,
    now: datetime,
) -> CaseEvent:
    """Link a case with another about the same employer: both stay, each with its own citizen.

    The caller has checked that the actor sees the other. Raises ConflictError when it is the same
    case, about another employer, or when each belongs to another matter already.
    """
    if case.id == other.id or case.employer_key is None or case.employer_key != other.employer_key:
        raise ConflictError("A mass matter is of several cases about one employer.")
    ids = {one.mass_matter_id for one in (case, other)} - {None}
    if len(ids) > 1 or (ids and case.mass_matter_id == other.mass_matter_id):
        raise ConflictError("These cases belong to mass matters already.")
    detail = {"number": other.number}
    event = apply_transition(
        db, case_services, case, "link", actor, now, reason=reason, detail=detail
    )
    matter = db.get_one(MassMatter, ids.pop()) if ids else new_matter(db, [case, other])
    add_to_matter(db, matter, [case, other])
    detail = {"number": case.number, "reason": reason}
    record_event(db, case_services, other, EventKind.LINKED, actor.id, now, detail=detail)
    return event
