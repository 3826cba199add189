"""How many texts and call-backs, to whom, and where to: one table, and the one place that asks it.

What goes at the wish of a caller costs money and rings at somebody's, who need not be the caller.
Texts to numbers that are claims are counted apart from those to proved ones, so that nobody can
use up what reaches a citizen. Danger to life comes before every limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from core.callers import WITHHELD_PATTERN, is_withheld
from core.database import hold
from core.errors import InputError
from core.phones import COUNTRIES_RULE, Phone, parse_phone
from outbox.kinds import Kind
from outbox.models import CallBack, OutgoingText, RefusedContact, StaffTask
from outbox.states import Reason, TextState

log = structlog.get_logger()

CALL_BACK = "call_back"
TASK_REASON = "limit_reached"
DEFAULT_COUNTRIES = frozenset({"+86"})
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
# All who withhold their numbers together may cause so many times what one caller may.
_WITHHELD_TIMES = 10


@dataclass(frozen=True)
class Cap:
    """The most of a kind: to one number in an hour and in 24 hours, and at the wish of one caller.

    ``claimed_hour`` and ``claimed_day`` are for a number that is a claim.
    """

    hour: int
    day: int
    caller_hour: int
    caller_day: int
    claimed_hour: int = 3
    claimed_day: int = 6


CAPS: Mapping[str, Cap | None] = {
    # Danger to life, and the last word to who wants no texts: never refused.
    Kind.ALARM: None,
    Kind.HELP: None,
    Kind.OPT_OUT_CONFIRMATION: Cap(10, 20, 10, 20),
    Kind.CODE: Cap(3, 6, 3, 10),
    # A texter is answered; sms.flood judges before.
    Kind.REPLY: Cap(120, 400, 120, 400),
    Kind.ANSWER: Cap(20, 60, 20, 60),
    Kind.ACKNOWLEDGEMENT: Cap(10, 30, 10, 30),
    Kind.RATING_FOLLOW_UP: Cap(20, 60, 20, 60),
    Kind.CASE_ANSWER: Cap(30, 60, 30, 60),
    Kind.CASE_NOTICE: Cap(30, 60, 30, 60),
    # One office head may be notified of a busy day.
    Kind.STAFF_NOTICE: Cap(300, 2_000, 300, 2_000),
    # A code is asked for by an administrator, who may mistype; a notice about it counts, too.
    Kind.STAFF_CODE: Cap(10, 30, 10, 30),
    Kind.RATING: Cap(2, 3, 2, 3, claimed_hour=1, claimed_day=1),
    Kind.DIGEST: Cap(10, 20, 10, 20),
    CALL_BACK: Cap(2, 4, 2, 4, claimed_hour=1, claimed_day=2),
}
"""Every kind of text, and call-backs; a test holds it complete."""


@dataclass(frozen=True)
class Destination:
    """Where something is to go, of which ``kind``, and at whose wish (None: nobody's)."""

    kind: str
    phone: str
    phone_key: str
    caller_key: str | None = None
    is_claimed: bool = False


def find_refusal(db: Session, to: Destination, now: datetime) -> Reason | None:
    """Why this must not go there now, or None. What is refused is not counted, nor noted here.

    Where a caller causes it, others who count for the same number wait until the transaction ends.
    """
    if to.caller_key is not None:
        hold(db, f"contact/{to.phone_key}")
    return refuse_number(db, to.kind, to.phone) or _find_cap_reached(db, to, now)


def refuse_number(db: Session, kind: str, e164: str) -> Reason | None:
    """Why nothing of this kind goes to such a number, whoever asks; None when it may.

    Alarms and help in danger go to every country.
    """
    try:
        phone = parse_phone(e164)
    except InputError:
        return Reason.NOT_TEXTABLE
    is_for_a_life = CAPS[kind] is None
    if not is_for_a_life and not phone.is_ordinary:
        return Reason.PREMIUM
    if not is_for_a_life and phone.country_code not in countries_of(db):
        return Reason.COUNTRY
    return None if kind == CALL_BACK or phone.can_receive_texts else Reason.NOT_TEXTABLE


def countries_of(db: Session) -> frozenset[str]:
    """The calling codes that are written to and called."""
    countries = db.info.get(COUNTRIES_RULE, DEFAULT_COUNTRIES)
    return frozenset(countries)


def note_refusal(db: Session, to: Destination, reason: Reason, now: datetime) -> None:
    """Count and log a refusal, and give the bureau a task; one that is open says enough."""
    db.add(
        RefusedContact(
            kind=to.kind,
            reason=reason,
            phone_key=to.phone_key,
            caller_key=to.caller_key,
            refused_at=now,
        )
    )
    number = Phone(to.phone, can_receive_texts=True).masked
    log.warning("limit reached", kind=to.kind, reason=str(reason), number=number)
    is_open = select(StaffTask.id).where(
        StaffTask.reason == TASK_REASON, StaffTask.done_at.is_(None)
    )
    if db.scalar(is_open.limit(1)) is None:
        db.add(StaffTask(reason=TASK_REASON, created_at=now))
    db.flush()


def note_call_back(db: Session, to: Destination, now: datetime) -> Reason | None:
    """Count a call-back that is promised; the reason why it must not be, when it must not."""
    reason = find_refusal(db, to, now)
    if reason is not None:
        note_refusal(db, to, reason, now)
        return reason
    db.add(
        CallBack(
            phone_key=to.phone_key,
            caller_key=to.caller_key or to.phone_key,
            is_claimed=to.is_claimed,
            created_at=now,
        )
    )
    db.flush()
    return None


def _find_cap_reached(db: Session, to: Destination, now: datetime) -> Reason | None:
    cap = CAPS[to.kind]
    if cap is None:
        return None
    table = _table_of(to.kind)
    stored = (table.phone_key == to.phone_key, table.is_claimed == to.is_claimed)
    hour, day = (cap.claimed_hour, cap.claimed_day) if to.is_claimed else (cap.hour, cap.day)
    if _is_reached(db, to.kind, now, stored, hour, day):
        return Reason.DESTINATION
    if to.caller_key is None:
        return None
    of_caller = (table.caller_key == to.caller_key,)
    if _is_reached(db, to.kind, now, of_caller, cap.caller_hour, cap.caller_day):
        return Reason.CALLER
    if not is_withheld(to.caller_key):
        return None
    of_all = (table.caller_key.like(WITHHELD_PATTERN),)
    hour, day = cap.caller_hour * _WITHHELD_TIMES, cap.caller_day * _WITHHELD_TIMES
    return Reason.CALLER if _is_reached(db, to.kind, now, of_all, hour, day) else None


def _is_reached(
    db: Session,
    kind: str,
    now: datetime,
    stored: tuple[ColumnElement[bool], ...],
    max_per_hour: int,
    max_per_day: int,
) -> bool:
    table = _table_of(kind)
    in_hour = func.sum(case((table.created_at > now - _HOUR, 1), else_=0))
    counted = select(in_hour, func.count()).where(*stored, table.created_at > now - _DAY)
    if kind != CALL_BACK:
        counted = counted.where(
            OutgoingText.kind == kind,
            OutgoingText.part == 1,
            OutgoingText.state != TextState.SUPPRESSED,
        )
    hour, day = db.execute(counted).one()
    return (hour or 0) >= max_per_hour or day >= max_per_day


def _table_of(kind: str) -> type[OutgoingText] | type[CallBack]:
    return CallBack if kind == CALL_BACK else OutgoingText
