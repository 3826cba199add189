"""Rows of the dialogue: turns that were taken, seats, and the line of those who wait for one."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, BigInteger, Boolean, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, EncryptedText, KeyedHash, UtcDateTime

_RowId = BigInteger().with_variant(Integer, "sqlite")


class TakenTurn(Base):
    """One turn of one conversation, written in the same transaction as all that it led to.

    ``request_key`` is what the provider would repeat (CallSid and turn, or MessageSid): asked for
    again, the stored replies are given again. ``state`` and ``replies`` are JSON, ``heard`` the
    input in words; all three are sealed.
    """

    __tablename__ = "taken_turns"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(64))
    number: Mapped[int] = mapped_column(Integer)
    request_key: Mapped[str] = mapped_column(String(96), unique=True)
    channel: Mapped[str] = mapped_column(String(8))
    phone_key: Mapped[str | None] = mapped_column(KeyedHash)
    step: Mapped[str] = mapped_column(String(40))
    heard: Mapped[str] = mapped_column(EncryptedText("request_key"))
    state: Mapped[str] = mapped_column(EncryptedText("request_key"))
    replies: Mapped[str] = mapped_column(EncryptedText("request_key"))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    __table_args__ = (
        UniqueConstraint("conversation_id", "number"),
        Index("ix_taken_turns_thread", "phone_key", "channel", "taken_at"),
    )


class Availability(StrEnum):
    """What the person at a seat says of themselves."""

    AVAILABLE = "available"
    AWAY = "away"
    AFTER_CALL = "after_call"


# Writing up a call takes so long at most: a seat whose person forgot to say so takes calls again.
MOST_AFTER_CALL = timedelta(minutes=10)


class Seat(Base):
    """One seat. ``address`` is a number (E.164) or a SIP address; ``place`` orders an office's
    seats. ``busy_with`` names the call by which the seat is rung or talks, since ``busy_since`` and
    until ``busy_until`` at the latest; ``accepted_at`` is None while it only rings. ``serving`` is
    the conversation of the citizen."""

    __tablename__ = "seats"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    staff_user_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    office_id: Mapped[str] = mapped_column(String(64), index=True)
    languages: Mapped[list[str]] = mapped_column(JSON)
    address: Mapped[str] = mapped_column(EncryptedText("address_key"))
    address_key: Mapped[str] = mapped_column(KeyedHash, unique=True)
    place: Mapped[int] = mapped_column(Integer)
    availability: Mapped[str] = mapped_column(String(16))
    busy_with: Mapped[str | None] = mapped_column(String(64), index=True)
    busy_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    busy_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    serving: Mapped[str | None] = mapped_column(String(64))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    def is_busy(self, now: datetime) -> bool:
        """Whether the seat is being rung or talks."""
        return self.busy_until is not None and self.busy_until > now

    def is_on_duty(self) -> bool:
        """Whether the seat takes calls, if not now then soon."""
        return self.availability != Availability.AWAY

    def is_free(self, now: datetime, *, is_urgent: bool = False) -> bool:
        """Whether the seat can be called at this moment; for danger to life also while its person
        writes up a call."""
        is_writing = self.availability == Availability.AFTER_CALL
        if is_writing and not is_urgent and self.changed_at > now - MOST_AFTER_CALL:
            return False
        return self.is_on_duty() and not self.is_busy(now)


class WaitingCaller(Base):
    """One caller in the line. ``wish`` is what they asked for while waiting: empty, message or
    call_back; ``declined_by`` are the seats that did not take the call; ``connected_at`` is when
    one did; ``tries`` counts calls back to the citizen; ``outcome`` is how the wait ended:
    answered, left or missed. ``is_urgent``: a life is in danger, and the caller stands before all
    others."""

    __tablename__ = "waiting_callers"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(64), unique=True)
    phone: Mapped[str | None] = mapped_column(EncryptedText("conversation_id"))
    language: Mapped[str] = mapped_column(String(8))
    office_ids: Mapped[list[str]] = mapped_column(JSON)
    about: Mapped[str] = mapped_column(EncryptedText("conversation_id"))
    wish: Mapped[str] = mapped_column(String(16))
    is_urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    holds_line: Mapped[bool] = mapped_column(Boolean)
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    offered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    declined_by: Mapped[list[int]] = mapped_column(JSON)
    connected_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(Integer)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(16))

    __table_args__ = (Index("ix_waiting_callers_line", "ended_at", "entered_at"),)
