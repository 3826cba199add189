"""What the page of seats shows: seats with what they do, and who waits in line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.queries import list_users
from core.phones import mask
from dialogue.flows.person.flow import about_of
from dialogue.models import Seat, WaitingCaller
from dialogue.seats import mask_address
from dialogue.store import find_conversation
from dialogue.waiting_line import expected_seconds, list_line, place_of

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
    names = {user.id: user.name for user in list_users(db)}
    return [_seat_row(db, seat, names.get(seat.staff_user_id or 0, ""), now) for seat in seats]


def _seat_row(db: Session, seat: Seat, who: str, now: datetime) -> SeatRow:
    state, since, caller, language, about = seat.availability, seat.changed_at, "", "", ""
    if seat.is_busy(now):
        state = TALKING if seat.accepted_at else RINGING
        since = seat.accepted_at or seat.busy_since or now
        conversation = find_conversation(db, seat.serving or "")
        if conversation is not None:
            caller, language = mask(conversation.phone), conversation.language
            about = about_of(conversation)
    return SeatRow(
        seat, who, mask_address(seat.address), state, SEAT_TONES.get(state, "end"), since,
        caller, language, about,
    )  # fmt: skip


def waiting_rows(db: Session, office_ids: frozenset[str] | None, now: datetime) -> list[WaitingRow]:
    """Who waits for seats of these offices (None: of all), first come first."""
    return [
        WaitingRow(
            waiting=waiting,
            place=place_of(db, waiting),
            minutes=_minutes(expected_seconds(db, waiting, now)),
            caller=mask(waiting.phone or ""),
            is_offered=waiting.offered_at is not None,
        )
        for waiting in list_line(db)
        if office_ids is None or not office_ids.isdisjoint(waiting.office_ids)
    ]


def _minutes(seconds: float | None) -> int | None:
    return None if seconds is None else max(round(seconds / 60), 1)
