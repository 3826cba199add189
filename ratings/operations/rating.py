"""Writing a rating down, and what a bad one leads to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.case_services import CITIZEN, CaseServices
from casework.drafts import BadRatingDraft, Contact, IdempotencyKey
from casework.models import Case
from casework.operations import lodge_bad_rating, record_event
from casework.vocabulary import EventKind
from ratings.models import BadRating, Rating, Service
from ratings.operations.holds import hold_if_too_many
from ratings.operations.services import note_service_rated_by_key
from ratings.service import ServiceEnded, phone_of
from ratings.vocabulary import LEVELS, WORST_GOOD_LEVEL, BadReason, FollowUpState, Source

_MEND_CLOCK = "mend-bad-rating"


def rate_at_end_of_call(
    db: Session, case_services: CaseServices, ended: ServiceEnded, level: int, now: datetime
) -> Rating:
    """Take a rating by key (1 to 5) at the end of a call, from one who cannot be asked by text.

    Told again for the same call, the first rating stands and nothing is written.
    """
    service = note_service_rated_by_key(db, ended, now)
    return find_current_rating(db, service) or add_rating(
        db, case_services, service, level, Source.KEY, now
    )


def add_rating(
    db: Session,
    case_services: CaseServices,
    service: Service,
    level: int,
    source: Source,
    now: datetime,
    *,
    comment: str | None = None,
) -> Rating:
    """Write a rating of a service; an earlier one is kept and marked as replaced.

    Who replies to our text has proved the number. The first bad rating that counts opens a case at
    the level above the rated office: not one from a withheld or unproved number, nor one of too
    many from the same number, which is held for two persons. Raises ValueError for a level that
    does not exist.
    """
    if level not in LEVELS:
        raise ValueError("a level is 1 to 5")
    earlier = find_current_rating(db, service)
    rating = Rating(
        service_id=service.id,
        number=1 if earlier is None else earlier.number + 1,
        level=level,
        source=source,
        comment=comment,
        office_id=service.office_id,
        month=service.month,
        phone_key=service.phone_key,
        at=now,
        is_proved=source == Source.TEXT or service.is_proved,
    )
    if earlier is not None:
        earlier.replaced_at = now
    db.add(rating)
    db.flush()
    bad = find_bad_rating(db, service)
    if bad is not None:
        add_to_case(db, case_services, bad, f"{level} {comment or ''}".strip(), now)
    elif not hold_if_too_many(db, rating, now):
        open_case_if_bad(db, case_services, rating, now)
    return rating


def open_case_if_bad(
    db: Session, case_services: CaseServices, rating: Rating, now: datetime
) -> None:
    """Open the case of a bad rating that counts, unless its service has one."""
    is_bad = rating.level < WORST_GOOD_LEVEL and rating.is_proved
    if is_bad and find_bad_rating(db, rating.service) is None:
        _open_case(db, case_services, rating.service, rating, now)


def find_current_rating(db: Session, service: Service) -> Rating | None:
    """The rating of a service that counts, or None."""
    of_service = select(Rating).where(Rating.service_id == service.id)
    return db.scalar(of_service.order_by(Rating.number.desc()).limit(1))


def find_bad_rating(db: Session, service: Service) -> BadRating | None:
    """What followed from the first bad rating of a service, or None."""
    return db.scalar(select(BadRating).where(BadRating.service_id == service.id))


def take_reason(
    db: Session,
    case_services: CaseServices,
    bad: BadRating,
    reason: BadReason,
    words: str | None,
    now: datetime,
) -> None:
    """Note why the citizen was dissatisfied, in the bad rating and in its case."""
    bad.reason, bad.reason_words, bad.reason_at = reason, words, now
    db.flush()
    add_to_case(db, case_services, bad, f"{reason} {words or ''}".strip(), now)


def add_to_case(
    db: Session, case_services: CaseServices, bad: BadRating, words: str, now: datetime
) -> None:
    """Add what the citizen said later to the case of a bad rating."""
    case = db.scalars(select(Case).where(Case.number == bad.case_number)).one()
    record_event(db, case_services, case, EventKind.NOTED, CITIZEN.id, now, detail={"text": words})


def _open_case(
    db: Session, case_services: CaseServices, service: Service, rating: Rating, now: datetime
) -> BadRating:
    draft = BadRatingDraft(
        idempotency_key=IdempotencyKey(f"rating:{service.id}", "bad"),
        contact=Contact(
            phone=phone_of(service.phone),
            channel=service.channel,
            language=service.language,
            is_proved=rating.is_proved,
        ),
        rating_id=str(rating.id),
        rated_office_id=service.office_id,
        level=rating.level,
        reason=rating.comment,
    )
    lodging = lodge_bad_rating(db, case_services, draft, now)
    due = next((c.due for c in lodging.deadlines if c.id == _MEND_CLOCK), None)
    bad = BadRating(
        service_id=service.id,
        rating_id=rating.id,
        phone_key=service.phone_key,
        case_number=lodging.case.number,
        opened_at=now,
        rectify_before_on=None if due is None else due.on,
        follow_up_state=FollowUpState.NONE,
    )
    db.add(bad)
    db.flush()
    return bad
