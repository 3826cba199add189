"""Rows of the dialogue: turns that were taken, seats, and the line of those who wait for one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Boolean, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, KeyedHash, SealedText, UtcDateTime

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
    heard: Mapped[str] = mapped_column(SealedText)
    state: Mapped[str] = mapped_column(SealedText)
    replies: Mapped[str] = mapped_column(SealedText)
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    __table_args__ = (
        UniqueConstraint("conversation_id", "number"),
        Index("ix_taken_turns_thread", "phone_key", "channel", "taken_at"),
    )


class Seat(Base):
    """One seat. ``address`` is a number (E.164) or a SIP address; ``place`` orders an office's
    seats. ``busy_with`` names the call that is talked on, until ``busy_until`` at the latest."""

    __tablename__ = "seats"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    staff_user_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    office_id: Mapped[str] = mapped_column(String(64), index=True)
    languages: Mapped[list[str]] = mapped_column(JSON)
    address: Mapped[str] = mapped_column(SealedText)
    address_key: Mapped[str] = mapped_column(KeyedHash, unique=True)
    place: Mapped[int] = mapped_column(Integer)
    is_available: Mapped[bool] = mapped_column(Boolean)
    busy_with: Mapped[str | None] = mapped_column(String(64), index=True)
    busy_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    def is_free(self, now: datetime) -> bool:
        """Whether the seat can be called at this moment."""
        return self.is_available and (self.busy_until is None or self.busy_until <= now)


class WaitingCaller(Base):
    """One caller in the line. ``wish`` is what they asked for while waiting: empty, message or
    call_back; ``outcome`` how the wait ended: answered, left, hung_up or missed."""

    __tablename__ = "waiting_callers"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(64), unique=True)
    phone: Mapped[str | None] = mapped_column(SealedText)
    language: Mapped[str] = mapped_column(String(8))
    office_ids: Mapped[list[str]] = mapped_column(JSON)
    about: Mapped[str] = mapped_column(SealedText)
    wish: Mapped[str] = mapped_column(String(16))
    holds_line: Mapped[bool] = mapped_column(Boolean)
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    offered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(Integer)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(16))

    __table_args__ = (Index("ix_waiting_callers_line", "ended_at", "entered_at"),)
