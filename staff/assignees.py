"""Who may be given a case."""

from __future__ import annotations

from sqlalchemy.orm import Session

from accounts.models import StaffUser
from accounts.permissions import permissions_of
from accounts.queries import list_colleagues
from casework.models import Case
from config.offices import OfficeDirectory


def list_assignees(db: Session, offices: OfficeDirectory, case: Case) -> list[StaffUser]:
    """Those that answer, in the case's office or above."""
    office_ids = {case.office_id, offices.above(case.office_id).id, offices.bureau.id}
    users = list_colleagues(db, office_ids)
    return [user for user in users if "case.answer" in permissions_of(user.role)]
