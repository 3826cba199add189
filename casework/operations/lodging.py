"""Making cases: offline messages, petitions, bad ratings, and those that staff enter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.deadlines import ClockState
from casework.desk import CITIZEN, SYSTEM, Actor, CaseDesk
from casework.drafts import (
    BadRatingDraft,
    Contact,
    MessageDraft,
    Origin,
    PetitionDraft,
    Recording,
    StaffDraft,
)
from casework.employers import employer_key
from casework.models import Attachment, Case, CaseEvent
from casework.operations.alarms import raise_alarms
from casework.path_sorting import Matter, first_road, sort_paths
from casework.record import append_event, clocks_of_case, refresh_clocks
from casework.routing import route
from casework.urgency import find_urgent_reasons
from casework.vocabulary import JOINABLE_STATES, AttachmentKind, CaseKind, EventKind
from core.clock import local_date
from core.errors import PermissionDeniedError
from core.reference_numbers import next_case_number
from core.working_calendar import DueDate


@dataclass(frozen=True)
class Lodging:
    """What became of a draft: the case, and whether it was joined to an open one or is a repeat.

    ``is_repeat``: the same origin was written before; nothing was written now.
    """

    case: Case
    clocks: tuple[ClockState, ...]
    is_joined: bool = False
    is_repeat: bool = False

    @property
    def due(self) -> DueDate | None:
        """The first due day of what we owe the citizen."""
        dues = (c.due for c in self.clocks if c.rule.is_duty and c.is_running and c.due)
        return min(dues, default=None)


def take_message(db: Session, desk: CaseDesk, draft: MessageDraft, now: datetime) -> Lodging:
    """Register an offline message; it is owed an answer within a working day.

    Raises InputError when it has neither words nor a recording.
    """
    draft.check()
    if repeated := _find_repeat(db, desk, draft.origin, now):
        return repeated
    office = route(
        desk.offices,
        CaseKind.MESSAGE,
        town=draft.town,
        village=draft.village,
        topic=draft.topic,
    )
    reasons = find_urgent_reasons(desk.rules, [draft.text])
    case = _new_case(desk, CaseKind.MESSAGE, office.id, draft.contact, now)
    case.received_at = draft.received_at or now
    case.issue, case.topic, case.town = draft.text, draft.topic, draft.town
    return _register(db, desk, case, draft.origin, now, reasons, recording=draft.recording)


def lodge_petition(db: Session, desk: CaseDesk, draft: PetitionDraft, now: datetime) -> Lodging:
    """Register a petition: routed, sorted, judged for urgency, its clocks running.

    A petition from the same phone about the same employer is joined to the open case. Raises
    InputError when a field is not usable.
    """
    draft.check()
    if repeated := _find_repeat(db, desk, draft.origin, now):
        return repeated
    reasons = find_urgent_reasons(
        desk.rules,
        [draft.issue, draft.wanted, draft.evidence],
        people=draft.people,
        amount_yuan=draft.amount_yuan,
    )
    if (open_case := _find_open_petition(db, desk, draft)) is not None:
        return _join(db, desk, open_case, draft, now, reasons)
    office = route(desk.offices, CaseKind.PETITION, town=draft.town)
    case = _new_case(desk, CaseKind.PETITION, office.id, draft.contact, now)
    case.received_at = draft.received_at or now
    case.issue, case.wanted, case.evidence = draft.issue, draft.wanted, draft.evidence
    case.topic, case.town, case.since_on = draft.topic, draft.town, draft.since_on
    case.people, case.amount_yuan = draft.people, draft.amount_yuan
    set_employer(desk, case, draft.employer)
    matter = Matter(
        topic=draft.topic,
        happened_on=draft.since_on,
        known_on=draft.known_on,
        is_still_employed=draft.is_still_employed,
        employment_ended_on=draft.employment_ended_on,
    )
    roads = sort_paths(matter, local_date(now))
    case.road = first_road(roads)
    case.roads = [advice.as_json() for advice in roads]
    return _register(db, desk, case, draft.origin, now, reasons, recording=draft.recording)


def lodge_bad_rating(db: Session, desk: CaseDesk, draft: BadRatingDraft, now: datetime) -> Lodging:
    """Open a bad-rating case at the level above the rated office."""
    if repeated := _find_repeat(db, desk, draft.origin, now):
        return repeated
    office = desk.offices.above(draft.rated_office_id)
    case = _new_case(desk, CaseKind.BAD_RATING, office.id, draft.contact, now)
    case.issue, case.rating_id = draft.reason, draft.rating_id
    case.rated_office_id = draft.rated_office_id
    return _register(db, desk, case, draft.origin, now, (), detail={"level": draft.level})


def lodge_staff_case(
    db: Session, desk: CaseDesk, draft: StaffDraft, actor: Actor, now: datetime
) -> Lodging:
    """Register a case that a staff user makes. Raises PermissionDeniedError without case.lodge."""
    if not actor.may("case.lodge"):
        raise PermissionDeniedError("case.lodge is needed.")
    office_id = draft.office_id or route(desk.offices, CaseKind.STAFF, town=draft.town).id
    case = _new_case(desk, CaseKind.STAFF, office_id, draft.contact, now)
    case.issue, case.topic, case.town = draft.issue, draft.topic, draft.town
    set_employer(desk, case, draft.employer)
    reasons = find_urgent_reasons(desk.rules, [draft.issue])
    return _register(db, desk, case, None, now, reasons, actor=actor)


def set_employer(desk: CaseDesk, case: Case, employer: str | None) -> None:
    """Set the employer's name and the key by which it is found again."""
    case.employer = employer or None
    case.employer_key = employer_key(desk.vault, employer)


def _new_case(
    desk: CaseDesk, kind: CaseKind, office_id: str, contact: Contact, now: datetime
) -> Case:
    phone = contact.phone
    return Case(
        kind=kind,
        office_id=office_id,
        channel=contact.channel,
        language=contact.language,
        citizen_name=contact.name or None,
        phone=None if phone is None else phone.e164,
        phone_key=None if phone is None else desk.vault.keyed_hash(phone.e164),
        received_at=now,
        created_at=now,
        is_open=True,
        event_count=0,
        head_hash="",
    )


def _register(
    db: Session,
    desk: CaseDesk,
    case: Case,
    origin: Origin | None,
    now: datetime,
    reasons: tuple[str, ...],
    *,
    actor: Actor | None = None,
    recording: Recording | None = None,
    detail: dict[str, Any] | None = None,
) -> Lodging:
    case.number, case.state_since = next_case_number(db, local_date(now)), case.received_at
    case.is_urgent, case.urgent_reasons = bool(reasons), list(reasons)
    db.add(case)
    db.flush()
    who = (actor or CITIZEN).id
    append_event(
        db,
        desk,
        case,
        EventKind.REGISTERED,
        who,
        now,
        detail={**_as_lodged(case), **(detail or {})},
        happened_at=case.received_at,
        origin=origin,
    )
    if case.road is not None:
        append_event(
            db,
            desk,
            case,
            EventKind.SORTED,
            SYSTEM.id,
            now,
            about=case.road,
            detail={"roads": case.roads},
            happened_at=case.received_at,
        )
    if recording is not None:
        add_recording(db, case, recording, now)
    raise_alarms(db, desk, case, reasons, now)
    return Lodging(case, tuple(refresh_clocks(db, desk, case, now)))


def _as_lodged(case: Case) -> dict[str, Any]:
    """The case as the citizen told it, for the record."""
    plain = ("kind", "channel", "language", "phone", "town", "topic", "people", "urgent_reasons")
    words = ("citizen_name", "employer", "issue", "wanted", "evidence")
    return {
        **{name: getattr(case, name) for name in (*plain, *words)},
        "amount_yuan": None if case.amount_yuan is None else str(case.amount_yuan),
        "since_on": None if case.since_on is None else case.since_on.isoformat(),
    }


def add_recording(db: Session, case: Case, recording: Recording, now: datetime) -> Attachment:
    """Note a recording that the provider holds; a job fetches it."""
    attachment = Attachment(
        case_id=case.id,
        kind=AttachmentKind.RECORDING,
        provider_sid=recording.provider_sid,
        seconds=recording.seconds,
        content_type=recording.content_type,
        created_at=now,
    )
    db.add(attachment)
    db.flush()
    return attachment


def _find_repeat(db: Session, desk: CaseDesk, origin: Origin, now: datetime) -> Lodging | None:
    """What the same step of the same conversation wrote before a crash, if anything."""
    event = db.scalar(select(CaseEvent).where(CaseEvent.origin == origin.key))
    if event is None:
        return None
    clocks = tuple(clocks_of_case(db, desk, event.case, now))
    return Lodging(event.case, clocks, is_joined=event.kind == EventKind.JOINED, is_repeat=True)


def _find_open_petition(db: Session, desk: CaseDesk, draft: PetitionDraft) -> Case | None:
    key = employer_key(desk.vault, draft.employer)
    if draft.contact.phone is None or key is None:
        return None
    return db.scalar(
        select(Case)
        .where(
            Case.phone_key == desk.vault.keyed_hash(draft.contact.phone.e164),
            Case.employer_key == key,
            Case.kind == CaseKind.PETITION,
            Case.state.in_(JOINABLE_STATES),
        )
        .order_by(Case.id.desc())
        .limit(1)
    )


def _join(
    db: Session,
    desk: CaseDesk,
    case: Case,
    draft: PetitionDraft,
    now: datetime,
    reasons: tuple[str, ...],
) -> Lodging:
    append_event(
        db,
        desk,
        case,
        EventKind.JOINED,
        CITIZEN.id,
        now,
        detail={
            "issue": draft.issue,
            "wanted": draft.wanted,
            "evidence": draft.evidence,
            "people": draft.people,
            "amount_yuan": None if draft.amount_yuan is None else str(draft.amount_yuan),
        },
        origin=draft.origin,
    )
    if draft.people is not None:
        case.people = max(draft.people, case.people or 0)
    if draft.recording is not None:
        add_recording(db, case, draft.recording, now)
    new = tuple(reason for reason in reasons if reason not in case.urgent_reasons)
    case.urgent_reasons = [*case.urgent_reasons, *new]
    case.is_urgent = bool(case.urgent_reasons)
    raise_alarms(db, desk, case, new, now)
    return Lodging(case, tuple(refresh_clocks(db, desk, case, now)), is_joined=True)
