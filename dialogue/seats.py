"""Seats: who can be called as a person, in which languages, and who of them is free now.

A seat is busy while its telephone rings, and from the moment the person there takes the call with
a key until the talk is reported over. A report that is lost gives the seat back by itself: after
``MOST_RINGING`` when it was not taken, after ``MOST_TALK`` when it was.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.encryption import Vault
from core.errors import DuplicateError, InputError, NotFoundError
from core.phones import mask, parse_phone
from dialogue.models import Availability, Seat

MOST_TALK = timedelta(hours=2)
# Ringing, hearing who calls, and the time for a key.
MOST_RINGING = timedelta(seconds=75)
_SIP = re.compile(r"sip:[\w.+-]{1,64}@[\w.-]{1,180}")
LANGUAGES = ("zh", "yue", "en")


@dataclass(frozen=True, kw_only=True)
class SeatDraft:
    """What is told of a seat. ``languages`` are of zh, yue and en, at least one."""

    name: str
    office_id: str
    languages: tuple[str, ...]
    address: str
    place: int = 1
    staff_user_id: int | None = None


def add_seat(db: Session, vault: Vault, draft: SeatDraft, now: datetime) -> Seat:
    """Write a new seat, not yet available.

    Raises InputError for a field that is not usable, DuplicateError for an address of another seat
    or somebody who has one.
    """
    seat = Seat(availability=Availability.AWAY, changed_at=now)
    _fill(db, vault, seat, draft)
    db.add(seat)
    db.flush()
    return seat


def change_seat(db: Session, vault: Vault, seat: Seat, draft: SeatDraft) -> Seat:
    """Write what is told of a seat anew. Raises as ``add_seat``."""
    _fill(db, vault, seat, draft)
    db.flush()
    return seat


def remove_seat(db: Session, seat: Seat) -> None:
    """Take a seat away."""
    db.delete(seat)
    db.flush()


def set_availability(db: Session, seat: Seat, availability: Availability, now: datetime) -> Seat:
    """Begin or end taking calls at a seat. A talk that is going on goes on."""
    if seat.availability != availability:
        seat.availability = availability
        seat.changed_at = now
        db.flush()
    return seat


def vacate_seats(db: Session, staff_user_id: int, now: datetime) -> int:
    """Nobody sits any more where this person sat, and nobody is called there; how many seats."""
    seats = list(db.scalars(select(Seat).where(Seat.staff_user_id == staff_user_id)))
    for seat in seats:
        seat.staff_user_id = None
        set_availability(db, seat, Availability.AWAY, now)
    db.flush()
    return len(seats)


def mask_address(address: str) -> str:
    """A seat's number or SIP address for lists and logs: ``sip:s****@hotline.cn``."""
    if not address.startswith("sip:"):
        return mask(address)
    user, _, host = address.removeprefix("sip:").partition("@")
    return f"sip:{user[:1]}****@{host}"


def ring_seat(
    db: Session, seat: Seat, call_sid: str, now: datetime, *, serving: str | None = None
) -> Seat:
    """Mark a seat as being called, for ``MOST_RINGING`` at the longest. ``serving`` is the
    citizen's conversation when it is not the call itself."""
    if seat.busy_with != call_sid or not seat.is_busy(now):
        seat.busy_since = now
    seat.busy_with = call_sid
    seat.busy_until = now + MOST_RINGING
    seat.accepted_at = None
    seat.serving = serving or call_sid
    db.flush()
    return seat


def occupy_seat(
    db: Session, seat: Seat, call_sid: str, now: datetime, *, serving: str | None = None
) -> Seat:
    """Mark a seat as talking in a call that it took, for ``MOST_TALK`` at the longest."""
    ring_seat(db, seat, call_sid, now, serving=serving)
    seat.accepted_at = now
    seat.busy_until = now + MOST_TALK
    db.flush()
    return seat


def free_seats_of_call(db: Session, call_sid: str) -> None:
    """Give back the seats that were busy with a call."""
    db.execute(
        update(Seat)
        .where(Seat.busy_with == call_sid)
        .values(busy_with=None, busy_since=None, busy_until=None, accepted_at=None, serving=None)
        .execution_options(synchronize_session="fetch")
    )


def get_seat(db: Session, seat_id: int) -> Seat:
    """The seat. Raises NotFoundError."""
    seat = db.get(Seat, seat_id)
    if seat is None:
        raise NotFoundError("There is no such seat.")
    return seat


def find_seat_of_call(db: Session, call_sid: str) -> Seat | None:
    """The seat that is rung or talks in a call, or None."""
    return db.scalar(select(Seat).where(Seat.busy_with == call_sid).limit(1))


def find_seat_by_address(db: Session, vault: Vault, address: str) -> Seat | None:
    """The seat at a number or SIP address, or None."""
    return db.scalar(select(Seat).where(Seat.address_key == vault.keyed_hash(address)))


def find_seat_of_staff(db: Session, staff_user_id: int) -> Seat | None:
    """The seat of a staff user, or None."""
    return db.scalar(select(Seat).where(Seat.staff_user_id == staff_user_id).limit(1))


def talking_since(db: Session, staff_user_id: int, now: datetime) -> datetime | None:
    """Since when a staff user talks at their seat; None while they do not."""
    seat = find_seat_of_staff(db, staff_user_id)
    if seat is None or seat.accepted_at is None or not seat.is_busy(now):
        return None
    return seat.accepted_at


def list_seats(db: Session, office_id: str | None = None) -> list[Seat]:
    """All seats, or those of one office, by office and place."""
    query = select(Seat).order_by(Seat.office_id, Seat.place, Seat.id)
    return list(db.scalars(query.where(Seat.office_id == office_id) if office_id else query))


def list_free_seats(
    db: Session,
    office_ids: tuple[str, ...],
    language: str,
    now: datetime,
    *,
    is_urgent: bool = False,
) -> list[Seat]:
    """The seats that can be called now, in the order to try them.

    Seats that speak the language come before those that do not, and within each the offices in the
    order given; seats of other offices are not called. For an urgent caller seats are called too
    whose person writes up a call, after those that are free.
    """
    order = {office: number for number, office in enumerate(office_ids)}
    seats = [s for s in list_seats(db) if s.office_id in order]
    return sorted(
        (seat for seat in seats if seat.is_free(now, is_urgent=is_urgent)),
        key=lambda s: (
            not s.is_free(now),
            language not in s.languages,
            order[s.office_id],
            s.place,
            s.id,
        ),
    )


def is_any_seat_on_duty(db: Session, office_ids: tuple[str, ...]) -> bool:
    """Whether somebody takes calls at these offices, now or soon."""
    return any(seat.is_on_duty() for seat in list_seats(db) if seat.office_id in office_ids)


def is_any_seat_busy(db: Session, office_ids: tuple[str, ...], now: datetime) -> bool:
    """Whether waiting makes sense: somebody on duty is talking and will be free again."""
    return any(
        seat.is_on_duty() and not seat.is_free(now)
        for seat in list_seats(db)
        if seat.office_id in office_ids
    )


def _fill(db: Session, vault: Vault, seat: Seat, draft: SeatDraft) -> None:
    if not draft.name.strip():
        raise InputError("A seat needs a name.", "name")
    if not draft.languages or not set(LANGUAGES).issuperset(draft.languages):
        raise InputError("A seat speaks zh, yue or en.", "languages")
    address = _read_address(draft.address)
    other = find_seat_by_address(db, vault, address)
    if other is not None and other is not seat:
        raise DuplicateError("Another seat has this number.")
    if draft.staff_user_id is not None:
        taken = find_seat_of_staff(db, draft.staff_user_id)
        if taken is not None and taken is not seat:
            raise DuplicateError("This person has another seat.")
    seat.name = draft.name.strip()
    seat.staff_user_id = draft.staff_user_id
    seat.office_id = draft.office_id
    seat.languages = list(draft.languages)
    seat.address = address
    seat.address_key = vault.keyed_hash(address)
    seat.place = draft.place


def _read_address(written: str) -> str:
    if written.startswith("sip:"):
        if not _SIP.fullmatch(written):
            raise InputError("This is no SIP address.", "address")
        return written
    return parse_phone(written).e164
