"""Telling the bureau at once of what is urgent (petition-work-regulations#25)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from casework.case_services import CaseServices
from casework.mass_matters import join_mass_matter
from casework.models import Case
from casework.notices import queue_notice
from casework.vocabulary import Audience


def raise_alarms(
    db: Session,
    case_services: CaseServices,
    case: Case,
    new_reasons: tuple[str, ...],
    now: datetime,
) -> None:
    """Tell the bureau of new reasons for urgency, and of a mass matter that the case makes or
    doubles."""
    matter = join_mass_matter(db, case_services, case)
    if matter is not None:
        queue_notice(
            db,
            case,
            Audience.BUREAU,
            "notice.mass_matter",
            now,
            key=f"mass:{matter.id}:{matter.notified_people}",
            office_id=case_services.offices.bureau.id,
            params={
                "matter": matter.id,
                "cases": matter.case_count,
                "people": matter.people,
                "first_on": matter.first_on.isoformat(),
                "last_on": matter.last_on.isoformat(),
            },
            is_urgent=True,
        )
    if new_reasons:
        notify_bureau(db, case_services, case, now)


def notify_bureau(db: Session, case_services: CaseServices, case: Case, now: datetime) -> None:
    """Tell the bureau of an urgent case, once for each set of reasons."""
    reasons = sorted(case.urgent_reasons)
    queue_notice(
        db,
        case,
        Audience.BUREAU,
        "notice.urgent_case",
        now,
        key="urgent:" + ",".join(reasons),
        office_id=case_services.offices.bureau.id,
        params={"reasons": reasons, "office": case.office_id, "people": case.people},
        is_urgent=True,
    )
