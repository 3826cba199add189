"""What the page of seats shows: seats with what they do, and who waits in line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.queries import list_users
from core.phones import mask
from dialogue.conversation import Conversation
from dialogue.flows.person.flow import about_of
from dialogue.models import Seat, WaitingCaller
from dialogue.seats import mask_address
from dialogue.store import find_conversations
from dialogue.waiting_line import expected_seconds, list_line

TALKING, RINGING = "talking", "ringing"
# Shape and colour of what a seat does.
SEAT_TONES: Mapping[str, str] = {
    TALKING: "work",
    RINGING: "new",
    "available": "good",
    "after_call": "away",
}


@dataclass(frozen=True)
class SeatRow:
    """One seat: what it does since when, and of the citizen whom it serves the masked number, the
    language and what was asked."""

    seat: Seat
    who: str
    address: str
    state: str
    tone: str
    since: datetime
    caller: str
    language: str
    about: str


@dataclass(frozen=True)
class WaitingRow:
    """One caller in the line. ``minutes`` is how long the wait will still be, None when nobody
    knows; ``caller`` is masked, and empty when the number is withheld."""

    waiting: WaitingCaller
    place: int
    minutes: int | None
    caller: str
    is_offered: bool


def seat_rows(db: Session, seats: Iterable[Seat], now: datetime) -> list[SeatRow]:
    """The seats as they are shown."""
    seats = list(seats)
    names = {user.id: user.name for user in list_users(db)}
    served = {seat.serving for seat in seats if seat.serving and seat.is_busy(now)}
    conversations = find_conversations(db, served)
    return [
        _seat_row(
            seat, names.get(seat.staff_user_id or 0, ""), conversations.get(seat.serving or ""), now
        )
        for seat in seats
    ]


def _seat_row(seat: Seat, who: str, served: Conversation | None, now: datetime) -> SeatRow:
    state, since, caller, language, about = seat.availability, seat.changed_at, "", "", ""
    if seat.is_busy(now):
        state = TALKING if seat.accepted_at else RINGING
        since = seat.accepted_at or seat.busy_since or now
        if served is not None:
            caller, language = mask(served.phone), served.language
            about = about_of(served)
    return SeatRow(
        seat, who, mask_address(seat.address), state, SEAT_TONES.get(state, "end"), since,
        caller, language, about,
    )  # fmt: skip


def waiting_rows(db: Session, office_ids: frozenset[str] | None, now: datetime) -> list[WaitingRow]:
    """Who waits for seats of these offices (None: of all), first come first."""
    line = list_line(db)
    whole_waits = {of: _whole_wait(db, *of, now) for of in {_queue_of(one) for one in line}}
    return [
        WaitingRow(
            waiting=waiting,
            place=1 + sum(_is_before(other, waiting) for other in line),
            minutes=_minutes(_still_to_wait(whole_waits[_queue_of(waiting)], waiting, now)),
            caller=mask(waiting.phone or ""),
            is_offered=waiting.offered_at is not None,
        )
        for waiting in line
        if office_ids is None or not office_ids.isdisjoint(waiting.office_ids)
    ]


def _queue_of(waiting: WaitingCaller) -> tuple[str, bool]:
    return waiting.language, waiting.is_urgent


def _is_before(other: WaitingCaller, waiting: WaitingCaller) -> bool:
    """As ``place_of`` counts, for a line that was read already."""
    if other.language != waiting.language:
        return False
    if other.is_urgent != waiting.is_urgent:
        return other.is_urgent
    return other.entered_at < waiting.entered_at


def _whole_wait(db: Session, language: str, is_urgent: bool, now: datetime) -> float | None:
    """How long a caller who came now would wait."""
    newcomer = WaitingCaller(language=language, is_urgent=is_urgent, entered_at=now)
    return expected_seconds(db, newcomer, now)


def _still_to_wait(whole: float | None, waiting: WaitingCaller, now: datetime) -> float | None:
    return None if whole is None else max(whole - (now - waiting.entered_at).total_seconds(), 0.0)


def _minutes(seconds: float | None) -> int | None:
    return None if seconds is None else max(round(seconds / 60), 1)
