"""Rows of the call centre: agents, and callers in the call queue."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, BigInteger, Boolean, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, EncryptedText, KeyedHash, UtcDateTime

_RowId = BigInteger().with_variant(Integer, "sqlite")


class Availability(StrEnum):
    """What an agent says of themselves."""

    AVAILABLE = "available"
    AWAY = "away"
    AFTER_CALL = "after_call"


# After-call work takes so long at most: an agent who forgot to end it takes calls again.
MAX_AFTER_CALL = timedelta(minutes=10)


class Agent(Base):
    """One agent: a telephone of the hotline and who answers it. ``address`` is a number (E.164) or
    a SIP address; ``place`` orders an office's agents. ``busy_with`` names the call by which the
    agent is rung or talks, since ``busy_since`` and until ``busy_until`` at the latest;
    ``accepted_at`` is None while the telephone only rings. ``serving`` is the conversation of the
    citizen."""

    __tablename__ = "agents"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    staff_user_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    office_id: Mapped[str] = mapped_column(String(64), index=True)
    languages: Mapped[list[str]] = mapped_column(JSON)
    address: Mapped[str] = mapped_column(EncryptedText("address_key", table="seats"))
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
        """Whether the agent is being rung or talks."""
        return self.busy_until is not None and self.busy_until > now

    def is_on_duty(self) -> bool:
        """Whether the agent takes calls, if not now then soon."""
        return self.availability != Availability.AWAY

    def is_free(self, now: datetime, *, is_urgent: bool = False) -> bool:
        """Whether the agent can be called at this moment; for danger to life also during
        after-call work."""
        is_writing = self.availability == Availability.AFTER_CALL
        if is_writing and not is_urgent and self.changed_at > now - MAX_AFTER_CALL:
            return False
        return self.is_on_duty() and not self.is_busy(now)


class QueuedCaller(Base):
    """One caller in the call queue. ``wish`` is what they asked for while waiting: empty, message
    or call_back; ``is_on_phone``: not yet promised a call-back; ``declined_by`` are the agents who
    did not take the call; ``connected_at`` is when one did; ``tries`` counts calls back to the
    citizen; ``outcome`` is how the wait ended: answered, left, missed or danger. ``is_urgent``: a
    life is in danger, and the caller is before all others."""

    __tablename__ = "queued_callers"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(64), unique=True)
    phone: Mapped[str | None] = mapped_column(
        EncryptedText("conversation_id", table="waiting_callers")
    )
    language: Mapped[str] = mapped_column(String(8))
    office_ids: Mapped[list[str]] = mapped_column(JSON)
    about: Mapped[str] = mapped_column(EncryptedText("conversation_id", table="waiting_callers"))
    wish: Mapped[str] = mapped_column(String(16))
    is_urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    is_on_phone: Mapped[bool] = mapped_column(Boolean)
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    offered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    declined_by: Mapped[list[int]] = mapped_column(JSON)
    connected_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(Integer)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(16))

    __table_args__ = (Index("ix_queued_callers_queue", "ended_at", "entered_at"),)
