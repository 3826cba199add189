"""How a citizen may be reached, as staff learn it: their wish, and whose the number is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from casework.case_services import Actor, CaseServices
from casework.contact_wishes import wish_of
from casework.models import Case, CaseEvent
from casework.transition import apply_transition
from core.contact_wishes import ContactWish
from core.errors import ConflictError, InputError

MAX_WISH_WORDS = 300


def set_contact_wish(
    db: Session,
    case_services: CaseServices,
    case: Case,
    actor: Actor,
    wish: ContactWish,
    reason: str,
    now: datetime,
) -> CaseEvent:
    """Put a wish in the place of the case's present one: how, when, whether, in which words.

    Earlier and new wish stay in the record. Raises InputError for words that are too long,
    ConflictError when the wish is the present one.
    """
    if len(wish.words) > MAX_WISH_WORDS:
        raise InputError("A wish has 300 characters at most.", "contact_words")
    before = wish_of(case)
    if wish == before:
        raise ConflictError("This is the wish of the case already.")
    detail = {
        "contact_way": {"from": before.way, "to": wish.way},
        "contact_hours": {"from": before.hours, "to": wish.hours},
        "is_contact_discreet": {"from": before.is_discreet, "to": wish.is_discreet},
        "words": wish.words,
    }
    return apply_transition(
        db, case_services, case, "set_contact_wish", actor, now, reason=reason, detail=detail,
        changes={
            "contact_way": wish.way,
            "contact_hours": wish.hours,
            "is_contact_discreet": wish.is_discreet,
            "contact_words": wish.words or None,
        },
    )  # fmt: skip


def prove_phone(
    db: Session, case_services: CaseServices, case: Case, actor: Actor, reason: str, now: datetime
) -> CaseEvent:
    """Record that staff made sure whose the number is (an identity card at the counter, a call
    back); ``reason`` says how.

    Raises ConflictError for a case without a number, or whose number is proved already.
    """
    return apply_transition(
        db,
        case_services,
        case,
        "prove_phone",
        actor,
        now,
        reason=reason,
        changes={"is_phone_proved": True},
    )
