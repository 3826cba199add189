"""Asking how a case stands: who guesses is counted, and whose number it is hears it always."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.case_services import CITIZEN, CaseServices
from casework.models import Case, ProgressGuess
from casework.queries import Progress, find_case_by_number, find_progress
from casework.record import record_event
from casework.vocabulary import EventKind
from core.callers import WITHHELD_PATTERN, is_withheld
from core.database import hold
from core.phones import Phone

MAX_GUESSES_A_CONVERSATION = 3
MAX_GUESSES_A_DAY = 10
MAX_WITHHELD_GUESSES_A_DAY = 30
"""Of all callers together who withhold their numbers: each call of theirs is another caller."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Asker:
    """Who asks. ``phone`` is a number that is proved to be theirs, or None; ``caller_key`` is that
    of ``core.callers``."""

    phone: Phone | None
    caller_key: str
    conversation_id: str


def ask_progress(
    db: Session,
    case_services: CaseServices,
    asker: Asker,
    number: str,
    now: datetime,
    *,
    secret: str | None = None,
) -> Progress | None:
    """How the case of a number stands, for one who shows that it is theirs; None otherwise.

    The number it was lodged from is enough, however often others guessed; asking from it proves
    the number of a case in which it was a claim. A wrong ``secret`` is counted against the asker;
    who has used up their guesses is not told even for the right one.
    """
    if asker.phone is not None:
        progress = find_progress(db, case_services, number, now, phone=asker.phone)
        if progress is not None:
            _note_proved(db, case_services, number, now)
            return progress
    if secret is None:
        return None
    # Of several calls at once each must see the guesses of the others.
    hold(db, f"guess/{asker.caller_key}")
    if not may_guess(db, asker, now):
        return None
    progress = find_progress(db, case_services, number, now, secret=secret)
    if progress is None:
        note_guess(db, asker, now)
    return progress


def note_guess(db: Session, asker: Asker, now: datetime) -> None:
    """Count a wrong number or secret against the asker."""
    db.add(
        ProgressGuess(
            caller_key=asker.caller_key, conversation_id=asker.conversation_id, guessed_at=now
        )
    )
    db.flush()


def may_guess(db: Session, asker: Asker, now: datetime) -> bool:
    """Whether the asker has wrong guesses left, in this conversation and in 24 hours."""
    count = select(func.count()).select_from(ProgressGuess)
    in_conversation = count.where(ProgressGuess.conversation_id == asker.conversation_id)
    if (db.scalar(in_conversation) or 0) >= MAX_GUESSES_A_CONVERSATION:
        return False
    in_a_day = count.where(ProgressGuess.guessed_at > now - _DAY)
    if is_withheld(asker.caller_key):
        of_all = in_a_day.where(ProgressGuess.caller_key.like(WITHHELD_PATTERN))
        return (db.scalar(of_all) or 0) < MAX_WITHHELD_GUESSES_A_DAY
    of_caller = in_a_day.where(ProgressGuess.caller_key == asker.caller_key)
    return (db.scalar(of_caller) or 0) < MAX_GUESSES_A_DAY


def _note_proved(db: Session, case_services: CaseServices, number: str, now: datetime) -> None:
    case = find_case_by_number(db, number)
    if case is not None and not case.is_phone_proved:
        prove_number(db, case_services, case, now)


def prove_number(db: Session, case_services: CaseServices, case: Case, now: datetime) -> None:
    """Record that the number of a case is its citizen's."""
    case.is_phone_proved = True
    record_event(db, case_services, case, EventKind.PHONE_PROVED, CITIZEN.id, now)
