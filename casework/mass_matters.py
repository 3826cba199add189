"""Many citizens, one employer, a few days: one matter that the bureau must know of at once.

petition-work-regulations#25 (important and urgent matters are reported in time);
gd-labour-inspection-regulations#21 (mass incidents over unpaid wages).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.case_services import CaseServices
from casework.models import Case, MassMatter
from casework.vocabulary import CaseState
from core.clock import local_date, local_midnight

_NOT_COUNTED = (CaseState.MERGED, CaseState.VOID)
# The bureau is told again when the number of people has doubled since.
_TELL_AGAIN_FACTOR = 2
_STAFF_CHANNEL = "staff"


def join_mass_matter(db: Session, case_services: CaseServices, case: Case) -> MassMatter | None:
    """The matter to tell the bureau of because of this case, or None.

    Looks at the cases about the same employer in the last days (``CaseRules.mass_days``). From
    ``mass_people`` people on they become one matter, or grow the matter that they belong to. It is
    returned when it is new, or its people have doubled since the bureau was told. Only cases whose
    number is proved, or that staff wrote down, count: the claims of one caller make no matter of
    other people's cases.
    """
    if case.employer_key is None or not _counts(case):
        return None
    last_on = local_date(case.received_at)
    cases = _recent_cases(db, case.employer_key, last_on, case_services.rules.mass_days)
    matter = _find_matter(db, case.employer_key, last_on, case_services.rules.mass_days)
    if matter is None:
        if sum(_max_people(c) for c in cases) < case_services.rules.mass_people or len(cases) < 2:
            return None
        matter = new_matter(db, cases)
    members = add_to_matter(db, matter, cases)
    at_most = sum(_max_people(member) for member in members)
    if at_most < matter.notified_people * _TELL_AGAIN_FACTOR:
        return None
    matter.notified_people = at_most
    db.flush()
    return matter


def new_matter(db: Session, cases: Sequence[Case]) -> MassMatter:
    """A matter for cases about one employer, still without them."""
    days = [local_date(case.received_at) for case in cases]
    matter = MassMatter(
        employer_key=cases[0].employer_key,
        employer=cases[0].employer,
        first_on=min(days),
        last_on=max(days),
        case_count=0,
        people=0,
        notified_people=0,
    )
    db.add(matter)
    db.flush()
    return matter


def add_to_matter(db: Session, matter: MassMatter, cases: Sequence[Case]) -> list[Case]:
    """Put cases into a matter and count it again; all its cases."""
    for case in cases:
        _add(matter, case)
    db.flush()
    members = list_cases_of_matter(db, matter)
    matter.case_count = len(members)
    matter.people = sum(_people_of(member) for member in members)
    matter.last_on = max(matter.last_on, *(local_date(case.received_at) for case in cases))
    return members


def list_mass_matters(db: Session, since: date, *, limit: int = 50) -> list[MassMatter]:
    """Matters that grew on or after a day, the latest first."""
    recent = select(MassMatter).where(MassMatter.last_on >= since)
    return list(db.scalars(recent.order_by(MassMatter.last_on.desc(), MassMatter.id).limit(limit)))


def list_cases_of_matter(db: Session, matter: MassMatter) -> list[Case]:
    """The cases of a matter in the order of lodging."""
    cases = select(Case).where(Case.mass_matter_id == matter.id)
    return list(db.scalars(cases.order_by(Case.id)))


def _recent_cases(db: Session, employer_key: str, last_on: date, days: int) -> list[Case]:
    first_at = local_midnight(last_on - timedelta(days=days - 1))
    cases = select(Case).where(
        Case.employer_key == employer_key,
        Case.received_at >= first_at,
        Case.state.not_in(_NOT_COUNTED),
    )
    return [case for case in db.scalars(cases.order_by(Case.id)) if _counts(case)]


def _counts(case: Case) -> bool:
    return case.is_phone_proved or case.channel == _STAFF_CHANNEL


def _find_matter(db: Session, employer_key: str, on: date, days: int) -> MassMatter | None:
    recent = select(MassMatter).where(
        MassMatter.employer_key == employer_key,
        MassMatter.last_on > on - timedelta(days=days),
    )
    return db.scalar(recent.order_by(MassMatter.id.desc()).limit(1))


def _add(matter: MassMatter, case: Case) -> None:
    if case.mass_matter_id is not None:
        return
    case.mass_matter_id = matter.id
    case.is_urgent = True
    case.urgent_reasons = [*case.urgent_reasons, "mass"]


def _people_of(case: Case) -> int:
    """How many people at least."""
    return max(case.people or 1, 1)


def _max_people(case: Case) -> int:
    """How many people there may be: the upper end, or the lower one of an open range."""
    return max(case.people_max or 1, _people_of(case))
