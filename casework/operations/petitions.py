"""Lodging petitions, and contacts: grievances that were told and not confirmed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.case_services import CITIZEN, CaseServices
from casework.contact_wishes import note_wish
from casework.drafts import ContactDraft, PetitionDraft, Story
from casework.employers import employer_key
from casework.models import Case
from casework.operations.alarms import raise_alarms
from casework.operations.lodging import (
    Lodging,
    add_recording,
    find_repeat,
    new_case,
    plain_value,
    register,
    set_employer,
)
from casework.record import append_event, refresh_deadlines
from casework.remedies import Matter, RemedyAdvice, first_remedy, sort_remedies
from casework.routing import route
from casework.urgency import find_urgent_reasons
from casework.vocabulary import JOINABLE_STATES, CaseKind, EventKind
from core.clock import local_date
from core.ranges import Range, T


def lodge_petition(
    db: Session, case_services: CaseServices, draft: PetitionDraft, now: datetime
) -> Lodging:
    """Register a petition: routed, sorted, judged for urgency, its clocks running.

    A petition about the same employer is joined to the open case of the same phone, where both
    were lodged from a proved number: on a claim nothing that exists is joined. Raises InputError
    when a field is not usable.
    """
    draft.check()
    if repeated := find_repeat(db, case_services, draft.idempotency_key, now):
        return repeated
    reasons = _urgent_reasons(case_services, draft)
    if (open_case := _find_open_petition(db, case_services, draft)) is not None:
        return _join(db, case_services, open_case, draft, now, reasons)
    case = _case_of(case_services, CaseKind.PETITION, draft, now)
    case.is_unfinished = draft.is_unfinished
    advice = advise(draft, local_date(now))
    case.remedy = first_remedy(advice)
    case.remedies = [one.as_json() for one in advice]
    return register(
        db, case_services, case, draft.idempotency_key, now, reasons, recording=draft.recording
    )


def lodge_contact(
    db: Session, case_services: CaseServices, draft: ContactDraft, now: datetime
) -> Lodging:
    """Register what somebody told and did not confirm, for a call-back within a working day.

    It is no petition: no statutory deadline starts and it is joined to none. Urgent matters are
    notified to the bureau all the same. Raises InputError when a field is not usable.
    """
    draft.check()
    if repeated := find_repeat(db, case_services, draft.idempotency_key, now):
        return repeated
    case = _case_of(case_services, CaseKind.CONTACT, draft, now)
    case.is_unfinished = True
    reasons = _urgent_reasons(case_services, draft)
    return register(
        db, case_services, case, draft.idempotency_key, now, reasons, recording=draft.recording
    )


def advise(draft: PetitionDraft, today: date) -> tuple[RemedyAdvice, ...]:
    """The remedies of a petition. "Since when" was asked of the main problem; for the others it is
    an assumption, and so is any limit that is counted from it."""
    known, left = _span(draft.known_on), _span(draft.employment_ended_on)
    matters = [
        Matter(
            topic=topic,
            since=draft.since,
            known=known if rank == 0 else None,
            is_still_employed=draft.is_still_employed,
            employment_ended=left,
            is_since_assumed=rank > 0,
        )
        for rank, topic in enumerate(draft.topics)
    ]
    return sort_remedies(matters, today)


def _span(day: Range[date] | date | None) -> Range[date] | None:
    return Range.exactly(day) if isinstance(day, date) else day


def _urgent_reasons(case_services: CaseServices, story: Story) -> tuple[str, ...]:
    return find_urgent_reasons(
        case_services.rules,
        [story.issue, story.wanted, story.evidence],
        people=story.people,
        amount_yuan=story.amount_yuan,
    )


def _case_of(case_services: CaseServices, kind: CaseKind, story: Story, now: datetime) -> Case:
    office = route(case_services.offices, kind, town=story.town)
    case = new_case(case_services, kind, office.id, story.contact, now)
    case.received_at = story.received_at or now
    case.issue, case.wanted, case.evidence = story.issue, story.wanted, story.evidence
    case.town, case.topic, case.topics = story.town, story.topic, list(story.topics)
    case.since_on, case.since_until = _both_ends(story.since)
    case.people, case.people_max = _both_ends(story.people)
    case.amount_yuan, case.amount_max_yuan = _both_ends(story.amount_yuan)
    set_employer(case_services, case, story.employer)
    return case


def _both_ends(of: Range[T] | None) -> tuple[T | None, T | None]:
    return (None, None) if of is None else (of.lower, of.upper)


def _find_open_petition(
    db: Session, case_services: CaseServices, draft: PetitionDraft
) -> Case | None:
    key = employer_key(case_services.vault, draft.employer)
    if draft.contact.phone is None or not draft.contact.is_proved or key is None:
        return None
    return db.scalar(
        select(Case)
        .where(
            Case.phone_key == case_services.vault.keyed_hash(draft.contact.phone.e164),
            Case.is_phone_proved,
            Case.employer_key == key,
            Case.kind == CaseKind.PETITION,
            Case.state.in_(JOINABLE_STATES),
        )
        .order_by(Case.id.desc())
        .limit(1)
    )


def _join(
    db: Session,
    case_services: CaseServices,
    case: Case,
    draft: PetitionDraft,
    now: datetime,
    reasons: tuple[str, ...],
) -> Lodging:
    advice = advise(draft, local_date(now))
    amount, people = _both_ends(draft.amount_yuan), _both_ends(draft.people)
    since = _both_ends(draft.since)
    said = {
        "issue": draft.issue,
        "wanted": draft.wanted,
        "evidence": draft.evidence,
        "contact_words": draft.contact.wish.words or None,
        "topics": list(draft.topics),
        "people": people[0],
        "people_max": people[1],
        "amount_yuan": amount[0],
        "amount_max_yuan": amount[1],
        "since_on": since[0],
        "since_until": since[1],
        "roads": [one.as_json() for one in advice],
    }
    detail = {name: plain_value(value) for name, value in said.items()}
    append_event(
        db,
        case_services,
        case,
        EventKind.JOINED,
        CITIZEN.id,
        now,
        detail=detail,
        idempotency_key=draft.idempotency_key,
    )
    _add_to(case, draft, local_date(now))
    note_wish(case, draft.contact.wish)
    if draft.recording is not None:
        add_recording(db, case, draft.recording, now)
    new = tuple(reason for reason in reasons if reason not in case.urgent_reasons)
    case.urgent_reasons = [*case.urgent_reasons, *new]
    case.is_urgent = bool(case.urgent_reasons)
    raise_alarms(db, case_services, case, new, now)
    deadlines = tuple(refresh_deadlines(db, case_services, case, now))
    return Lodging(case, deadlines, is_joined=True, advice=advice)


def _add_to(case: Case, draft: PetitionDraft, today: date) -> None:
    """What a case learns from a petition that is joined to it: more people, other problems."""
    case.people, case.people_max = _both_ends(_larger(case.people_range, draft.people))
    topics = tuple(dict.fromkeys([*case.topics, *draft.topics]))
    if len(topics) > len(case.topics):
        whole = replace(draft, topics=topics, since=case.since_range or draft.since)
        case.topics, case.topic = list(topics), topics[0]
        case.remedies = [one.as_json() for one in advise(whole, today)]
    case.is_unfinished = case.is_unfinished and draft.is_unfinished


def _larger(first: Range[int] | None, second: Range[int] | None) -> Range[int] | None:
    """At least the larger lower end, at most the larger upper one; open as soon as one is open."""
    if first is None or second is None:
        return first or second
    lowers = [n for n in (first.lower, second.lower) if n is not None]
    uppers = [n for n in (first.upper, second.upper) if n is not None]
    return Range(max(lowers, default=None), max(uppers) if len(uppers) == 2 else None)
