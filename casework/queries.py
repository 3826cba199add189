"""Reads of casework: one case, lists for the console, a citizen's own cases, progress."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, false, func, or_, select, union_all
from sqlalchemy.orm import Session

from casework.case_services import SYSTEM, CaseServices
from casework.codes import hash_code
from casework.deadlines import DeadlineState
from casework.employers import employer_key
from casework.models import Attachment, Case, CaseEvent, JointOffice
from casework.record import deadlines_of_case
from casework.vocabulary import CaseKind, CaseState, EventKind
from core.clock import local_date
from core.errors import NotFoundError
from core.phones import Phone
from core.reference_numbers import find_case_number

PAGE_SIZE = 50
_ANSWERS = (EventKind.ANSWERED, EventKind.REVIEW_ANSWERED, EventKind.RECHECK_ANSWERED)


@dataclass(frozen=True, kw_only=True)
class CaseFilter:
    """What a list is narrowed to; None narrows nothing.

    ``office_ids``: the reach of the reader (responsible, addressed or joint). ``is_overdue`` is
    as of ``today``, which must then be given. ``employer`` is compared by its normal form.
    """

    office_ids: frozenset[str] | None = None
    is_open: bool | None = True
    kind: CaseKind | None = None
    state: CaseState | None = None
    assigned_to: str | None = None
    town: str | None = None
    topic: str | None = None
    is_urgent: bool | None = None
    is_overdue: bool = False
    has_breach: bool | None = None
    phone: Phone | None = None
    employer: str | None = None
    today: date | None = None
    order: Literal["work", "newest"] = "work"


@dataclass(frozen=True)
class CasePage:
    """One page of a list, and whether another follows. Pages count from 1."""

    cases: tuple[Case, ...]
    page: int
    has_more: bool


@dataclass(frozen=True)
class Progress:
    """What a citizen who asks is told: where the case stands, what is due, the answer if any.

    ``case`` is the case it was merged into, when it was merged. ``answer`` is the latest answer.
    """

    case: Case
    deadlines: tuple[DeadlineState, ...]
    answer: CaseEvent | None


def find_case_by_number(db: Session, number: str) -> Case | None:
    """The case of a number as people write or say it, or None."""
    canonical = find_case_number(number)
    if canonical is None:
        return None
    return db.scalar(select(Case).where(Case.number == canonical))


def list_cases_by_number(db: Session, numbers: Collection[str]) -> dict[str, Case]:
    """The cases of exact numbers, by number, in one query; those that there are."""
    found = select(Case).where(Case.number.in_(numbers))
    return {case.number: case for case in db.scalars(found)}


def get_case(db: Session, number: str) -> Case:
    """The case of a number. Raises NotFoundError."""
    case = find_case_by_number(db, number)
    if case is None:
        raise NotFoundError("There is no case of this number.")
    return case


def find_case_by_rating(db: Session, rating_id: str) -> Case | None:
    """The bad-rating case that a rating opened, or None."""
    return db.scalar(select(Case).where(Case.rating_id == rating_id))


def list_cases(
    db: Session,
    case_services: CaseServices,
    narrowed: CaseFilter,
    *,
    page: int = 1,
    size: int = PAGE_SIZE,
) -> CasePage:
    """A page of cases: danger to life, then urgent, then by due day (``work``); or newest first."""
    query = select(Case).where(*_conditions(case_services, narrowed)).order_by(*_order(narrowed))
    rows = db.scalars(query.limit(size + 1).offset((page - 1) * size)).all()
    return CasePage(tuple(rows[:size]), page, len(rows) > size)


def count_cases(
    db: Session, case_services: CaseServices, narrowed: CaseFilter, *, limit: int = 1000
) -> int:
    """How many cases a filter finds, counted no further than ``limit``."""
    found = select(Case.id).where(*_conditions(case_services, narrowed)).limit(limit).subquery()
    return db.scalar(select(func.count()).select_from(found)) or 0


def list_cases_of_phone(
    db: Session,
    case_services: CaseServices,
    phone: Phone,
    *,
    limit: int = 100,
    with_alerts: bool = False,
    with_claims: bool = True,
) -> list[Case]:
    """Every case lodged from a phone, newest first.

    ``with_alerts``: also alerts of danger to life, which the service opened and of which the
    citizen was not told a number. ``with_claims``: also those whose number nobody has proved.
    """
    query = select(Case).where(Case.phone_key == case_services.vault.keyed_hash(phone.e164))
    if not with_alerts:
        query = query.where(Case.kind != CaseKind.DANGER)
    if not with_claims:
        query = query.where(Case.is_phone_proved)
    return list(db.scalars(query.order_by(Case.id.desc()).limit(limit)))


def list_events(db: Session, case: Case) -> list[CaseEvent]:
    """The case's record in the order of recording."""
    events = select(CaseEvent).where(CaseEvent.case_id == case.id)
    return list(db.scalars(events.order_by(CaseEvent.sequence)))


def newest_human_event(db: Session, case: Case) -> int:
    """The sequence of the newest event that a person caused; 0 when there is none.

    What the service notes by itself (a text linked, a recording stored) changes no decision.
    """
    human = select(func.max(CaseEvent.sequence)).where(
        CaseEvent.case_id == case.id, CaseEvent.actor != SYSTEM.id
    )
    return db.scalar(human) or 0


def list_timeline(db: Session, case_services: CaseServices, phone: Phone) -> list[CaseEvent]:
    """All events of a citizen's cases, latest first, for the console's timeline."""
    ids = [case.id for case in list_cases_of_phone(db, case_services, phone, with_alerts=True)]
    events = select(CaseEvent).where(CaseEvent.case_id.in_(ids))
    return list(db.scalars(events.order_by(CaseEvent.happened_at.desc(), CaseEvent.id.desc())))


def list_joint_offices(db: Session, case: Case) -> list[str]:
    """Ids of the offices that work on the case beside the responsible one."""
    joint = select(JointOffice.office_id).where(JointOffice.case_id == case.id)
    return list(db.scalars(joint.order_by(JointOffice.office_id)))


def list_joint_offices_of(db: Session, cases: Collection[Case]) -> dict[int, list[str]]:
    """Ids of the joined offices by the id of the case, in one query; cases without are missing."""
    joint = (
        select(JointOffice)
        .where(JointOffice.case_id.in_([case.id for case in cases]))
        .order_by(JointOffice.case_id, JointOffice.office_id)
    )
    offices: dict[int, list[str]] = {}
    for row in db.scalars(joint):
        offices.setdefault(row.case_id, []).append(row.office_id)
    return offices


def list_pending_recordings(db: Session, *, limit: int = 50) -> list[Attachment]:
    """Recordings whose bytes are still with the provider, oldest first."""
    pending = select(Attachment).where(Attachment.state == "pending")
    return list(db.scalars(pending.order_by(Attachment.id).limit(limit)))


def find_attachment(db: Session, provider_sid: str) -> Attachment | None:
    """The attachment of a provider's recording, or None."""
    return db.scalar(select(Attachment).where(Attachment.provider_sid == provider_sid))


def find_answer(db: Session, case: Case) -> CaseEvent | None:
    """The latest answer to the citizen, of the office or of a review; or None."""
    answers = select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.kind.in_(_ANSWERS))
    return db.scalar(answers.order_by(CaseEvent.sequence.desc()).limit(1))


def find_progress(
    db: Session,
    case_services: CaseServices,
    number: str,
    now: datetime,
    *,
    phone: Phone | None = None,
    secret: str | None = None,
) -> Progress | None:
    """How a case stands, for one who shows that it is theirs; None otherwise.

    Shown by asking from the phone it was lodged from (``phone``: proved to be the asker's), or by a
    ``secret``: that phone's last four digits or, where none was left, the code that was told at
    registration. An alert of danger to life is never shown.
    """
    case = find_case_by_number(db, number)
    if (
        case is None
        or case.kind == CaseKind.DANGER
        or not _is_theirs(case_services, case, phone, secret)
    ):
        return None
    return progress_of(db, case_services, case, now)


def progress_of(db: Session, case_services: CaseServices, case: Case, now: datetime) -> Progress:
    """How a case stands, for one who is known to be its citizen."""
    while case.merged_into_id is not None:
        into = db.get_one(Case, case.merged_into_id)
        # Another citizen's case, merged when that was still possible, is not theirs to hear of.
        if into.phone_key != case.phone_key:
            break
        case = into
    deadlines = tuple(deadlines_of_case(db, case_services, case, now))
    return Progress(case, deadlines, find_answer(db, case))


def list_for_sweep(
    db: Session, case_services: CaseServices, now: datetime, *, limit: int
) -> Sequence[Case]:
    """Open cases whose clocks need looking at: a reminder's or a breach's day has come, or their
    provisional due day was computed with another calendar."""
    is_due = Case.next_check_on <= local_date(now)
    due = select(Case).where(is_due).order_by(Case.next_check_on, Case.id).limit(limit)
    found = list(db.scalars(due))
    stale = select(Case).where(
        Case.is_due_provisional, Case.calendar_fingerprint != case_services.calendar.fingerprint
    )
    seen = {case.id for case in found}
    found += [case for case in db.scalars(stale.limit(limit)) if case.id not in seen]
    return found


def _is_theirs(
    case_services: CaseServices, case: Case, phone: Phone | None, secret: str | None
) -> bool:
    if phone is not None and phone.e164 == case.phone:
        return True
    if not secret:
        return False
    if case.phone is not None:
        return hmac.compare_digest(secret.encode(), case.phone[-4:].encode())
    return hmac.compare_digest(
        hash_code(case_services.vault, case.number, secret), case.code_hash or ""
    )


def _conditions(case_services: CaseServices, narrowed: CaseFilter) -> list[ColumnElement[bool]]:
    plain = ("is_open", "kind", "state", "assigned_to", "town", "topic", "is_urgent", "has_breach")
    conditions = [
        getattr(Case, name) == value
        for name in plain
        if (value := getattr(narrowed, name)) is not None
    ]
    if narrowed.is_overdue:
        conditions.append(Case.next_due_on < narrowed.today)
    if narrowed.phone is not None:
        conditions.append(Case.phone_key == case_services.vault.keyed_hash(narrowed.phone.e164))
    if narrowed.employer is not None:
        key = employer_key(case_services.vault, narrowed.employer)
        conditions.append(false() if key is None else Case.employer_key == key)
    if narrowed.office_ids is not None:
        conditions.append(_within(narrowed.office_ids, narrowed.is_open))
    return conditions


def _within(office_ids: frozenset[str], is_open: bool | None) -> ColumnElement[bool]:
    """Cases of these offices: responsible, addressed or joint."""
    joint = select(JointOffice.case_id).where(JointOffice.office_id.in_(office_ids))
    own = Case.office_id.in_(office_ids)
    addressed = Case.addressed_office_id.in_(office_ids)
    if not is_open:
        return or_(own, addressed, Case.id.in_(joint))
    # Open cases of an office are few among all: each index gives its share of them, where the
    # database would otherwise walk through every open case of the city.
    own_open = select(Case.id).where(own, Case.is_open)
    addressed_open = select(Case.id).where(addressed, Case.is_open)
    return Case.id.in_(union_all(own_open, addressed_open, joint))


def _order(narrowed: CaseFilter) -> list[ColumnElement[Any]]:
    if narrowed.order == "newest":
        return [Case.id.desc()]
    is_danger = and_(Case.is_open, Case.kind == CaseKind.DANGER)
    return [
        is_danger.desc(),
        Case.is_urgent.desc(),
        Case.next_due_on.asc().nulls_last(),
        Case.id.asc(),
    ]
