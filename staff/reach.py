"""Which cases a staff user sees: those of the offices within reach."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy.orm import Session

from casework.case_services import Actor
from casework.models import Case
from casework.queries import get_case, list_joint_offices_of
from core.errors import NotFoundError


def can_see(db: Session, case: Case, actor: Actor) -> bool:
    """Whether an office in reach is responsible for the case, addressed, or joined to it."""
    return bool(list_seen(db, [case], actor))


def list_seen(db: Session, cases: Collection[Case], actor: Actor) -> list[Case]:
    """Those of the cases that ``can_see`` is true of, in one query at most."""
    if actor.office_ids is None:
        return list(cases)
    joint = list_joint_offices_of(db, cases)
    return [case for case in cases if _reaches_any(actor, case, joint.get(case.id, ()))]


def _reaches_any(actor: Actor, case: Case, joint: Iterable[str]) -> bool:
    offices = (case.office_id, case.addressed_office_id, *joint)
    return any(office is not None and actor.reaches(office) for office in offices)


def get_seen_case(db: Session, number: str, actor: Actor) -> Case:
    """The case of a number. Raises NotFoundError also when it is not within reach: whoever may
    not see a case does not learn that it exists."""
    case = get_case(db, number)
    if not can_see(db, case, actor):
        raise NotFoundError("There is no case of this number.")
    return case
