"""Making cases: offline messages, bad ratings, those that staff enter; what all lodging shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from casework.case_services import CITIZEN, SYSTEM, Actor, CaseServices
from casework.chain import detail_of
from casework.codes import CODE_DIGITS, hash_code
from casework.contact_wishes import note_wish
from casework.deadlines import DeadlineState
from casework.drafts import (
    BadRatingDraft,
    Contact,
    IdempotencyKey,
    MessageDraft,
    Recording,
    StaffDraft,
)
from casework.employers import employer_key
from casework.models import Attachment, Case, CaseEvent
from casework.operations.alarms import raise_alarms
from casework.record import append_event, deadlines_of_case, refresh_deadlines
from casework.remedies import RemedyAdvice, advice_from_json
from casework.routing import route
from casework.urgency import find_urgent_reasons
from casework.vocabulary import AttachmentKind, CaseKind, EventKind
from core.clock import local_date
from core.errors import PermissionDeniedError
from core.reference_numbers import draw_case_number
from core.working_calendar import DueDate


@dataclass(frozen=True)
class Lodging:
    """What became of a draft: the case, and whether it was joined to an open one or is a repeat.

    ``is_repeat``: the same origin was written before; nothing was written now. ``advice``: the
    remedies for what a petition said, the best first (``casework.remedies``). ``code`` is what a
    citizen who left no number must say to hear how the case stands: known here only, once.
    """

    case: Case
    deadlines: tuple[DeadlineState, ...]
    is_joined: bool = False
    is_repeat: bool = False
    advice: tuple[RemedyAdvice, ...] = ()
    code: str = ""

    @property
    def due(self) -> DueDate | None:
        """The first due day of what we owe the citizen."""
        dues = (c.due for c in self.deadlines if c.rule.is_duty and c.is_running and c.due)
        return min(dues, default=None)


def take_message(
    db: Session, case_services: CaseServices, draft: MessageDraft, now: datetime
) -> Lodging:
    """Register an offline message; it is owed an answer within a working day.

    Raises InputError when it has neither words nor a recording.
    """
    draft.check()
    if repeated := find_repeat(db, case_services, draft.idempotency_key, now):
        return repeated
    office = route(
        case_services.offices,
        CaseKind.MESSAGE,
        town=draft.town,
        village=draft.village,
        topic=draft.topic,
    )
    reasons = find_urgent_reasons(case_services.rules, [draft.text])
    case = new_case(case_services, CaseKind.MESSAGE, office.id, draft.contact, now)
    case.received_at = draft.received_at or now
    case.issue, case.topic, case.town = draft.text, draft.topic, draft.town
    return register(
        db, case_services, case, draft.idempotency_key, now, reasons, recording=draft.recording
    )


def lodge_bad_rating(
    db: Session, case_services: CaseServices, draft: BadRatingDraft, now: datetime
) -> Lodging:
    """Open a bad-rating case at the level above the rated office."""
    if repeated := find_repeat(db, case_services, draft.idempotency_key, now):
        return repeated
    office = case_services.offices.above(draft.rated_office_id)
    case = new_case(case_services, CaseKind.BAD_RATING, office.id, draft.contact, now)
    case.issue, case.rating_id = draft.reason, draft.rating_id
    case.rated_office_id = draft.rated_office_id
    return register(
        db, case_services, case, draft.idempotency_key, now, (), detail={"level": draft.level}
    )


def lodge_staff_case(
    db: Session, case_services: CaseServices, draft: StaffDraft, actor: Actor, now: datetime
) -> Lodging:
    """Register a case that a staff user makes. Raises PermissionDeniedError without case.lodge."""
    if not actor.may("case.lodge"):
        raise PermissionDeniedError("case.lodge is needed.")
    office_id = draft.office_id or route(case_services.offices, CaseKind.STAFF, town=draft.town).id
    case = new_case(case_services, CaseKind.STAFF, office_id, draft.contact, now)
    case.issue, case.topic, case.town = draft.issue, draft.topic, draft.town
    set_employer(case_services, case, draft.employer)
    reasons = find_urgent_reasons(case_services.rules, [draft.issue])
    return register(db, case_services, case, None, now, reasons, actor=actor)


def set_employer(case_services: CaseServices, case: Case, employer: str | None) -> None:
    """Set the employer's name and the key by which it is found again."""
    case.employer = employer or None
    case.employer_key = employer_key(case_services.vault, employer)


def new_case(
    case_services: CaseServices, kind: CaseKind, office_id: str, contact: Contact, now: datetime
) -> Case:
    """A case with what is known of the citizen, not yet registered."""
    phone = contact.phone
    case = Case(
        kind=kind,
        office_id=office_id,
        topics=[],
        is_unfinished=False,
        channel=contact.channel,
        language=contact.language,
        citizen_name=contact.name or None,
        phone=None if phone is None else phone.e164,
        phone_key=None if phone is None else case_services.vault.keyed_hash(phone.e164),
        is_phone_proved=phone is not None and contact.is_proved,
        received_at=now,
        created_at=now,
        is_open=True,
        event_count=0,
        head_hash="",
    )
    note_wish(case, contact.wish)
    return case


def register(
    db: Session,
    case_services: CaseServices,
    case: Case,
    idempotency_key: IdempotencyKey | None,
    now: datetime,
    reasons: tuple[str, ...],
    *,
    actor: Actor | None = None,
    recording: Recording | None = None,
    detail: dict[str, Any] | None = None,
) -> Lodging:
    """Number a case, write down how it began, and start its clocks."""
    case.number, case.state_since = number_for(db, case_services, now), case.received_at
    code = (
        _give_code(case_services, case)
        if idempotency_key is not None and case.phone is None
        else ""
    )
    case.is_urgent, case.urgent_reasons = bool(reasons), list(reasons)
    db.add(case)
    db.flush()
    who = (actor or CITIZEN).id
    append_event(
        db,
        case_services,
        case,
        EventKind.REGISTERED,
        who,
        now,
        detail={**_as_lodged(case), **(detail or {})},
        happened_at=case.received_at,
        idempotency_key=idempotency_key,
    )
    if case.remedy is not None:
        append_event(
            db,
            case_services,
            case,
            EventKind.SORTED,
            SYSTEM.id,
            now,
            about=case.remedy,
            detail={"roads": case.remedies},
            happened_at=case.received_at,
        )
    if recording is not None:
        add_recording(db, case, recording, now)
    raise_alarms(db, case_services, case, reasons, now)
    deadlines = tuple(refresh_deadlines(db, case_services, case, now))
    return Lodging(case, deadlines, advice=_advice_of(case.remedies), code=code)


def number_for(db: Session, case_services: CaseServices, now: datetime) -> str:
    """A number for a new case, that no case has."""

    def is_taken(number: str) -> bool:
        return bool(db.scalar(select(exists().where(Case.number == number))))

    return draw_case_number(local_date(now), case_services.draw, is_taken)


def _give_code(case_services: CaseServices, case: Case) -> str:
    code = case_services.draw(CODE_DIGITS)
    case.code_hash = hash_code(case_services.vault, case.number, code)
    return code


def _as_lodged(case: Case) -> dict[str, Any]:
    """The case as the citizen told it, for the record."""
    return {name: plain_value(getattr(case, name)) for name in (*_FACTS, *_WORDS)}


def plain_value(value: object) -> object:
    """A value as the record's JSON has it: days and amounts as text."""
    return str(value) if isinstance(value, date | Decimal) else value


_FACTS = (
    "kind",
    "channel",
    "language",
    "phone",
    "contact_way",
    "contact_hours",
    "is_contact_discreet",
    "is_phone_proved",
    "town",
    "topics",
    "topic",
    "people",
    "people_max",
    "amount_yuan",
    "amount_max_yuan",
    "since_on",
    "since_until",
    "is_unfinished",
    "urgent_reasons",
)
_WORDS = ("citizen_name", "employer", "issue", "wanted", "evidence", "contact_words")


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


def find_repeat(
    db: Session, case_services: CaseServices, idempotency_key: IdempotencyKey, now: datetime
) -> Lodging | None:
    """What the same step of the same conversation wrote before a crash, if anything."""
    event = db.scalar(select(CaseEvent).where(CaseEvent.idempotency_key == idempotency_key.key))
    if event is None:
        return None
    case, is_joined = event.case, event.kind == EventKind.JOINED
    remedies = detail_of(event).get("roads", []) if is_joined else case.remedies
    return Lodging(
        case,
        tuple(deadlines_of_case(db, case_services, case, now)),
        is_joined=is_joined,
        is_repeat=True,
        advice=_advice_of(remedies),
    )


def _advice_of(remedies: Iterable[Mapping[str, Any]]) -> tuple[RemedyAdvice, ...]:
    return tuple(map(advice_from_json, remedies))
