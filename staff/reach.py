"""Which cases a staff user sees: those of the offices within reach."""

from __future__ import annotations

from sqlalchemy.orm import Session

from casework.case_services import Actor
from casework.models import Case
from casework.queries import get_case, list_joint_offices
from core.errors import NotFoundError


def can_see(db: Session, case: Case, actor: Actor) -> bool:
    """Whether an office in reach is responsible for the case, addressed, or joined to it."""
    if actor.reaches(case.office_id):
        return True
    if case.addressed_office_id is not None and actor.reaches(case.addressed_office_id):
        return True
    return any(actor.reaches(office_id) for office_id in list_joint_offices(db, case))


def get_seen_case(db: Session, number: str, actor: Actor) -> Case:
    """The case of a number. Raises NotFoundError also when it is not within reach: whoever may
    not see a case does not learn that it exists."""
    case = get_case(db, number)
    if not can_see(db, case, actor):
        raise NotFoundError("There is no case of this number.")
    return case
