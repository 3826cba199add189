"""Rows of the voice channel: calls, their statuses, and recordings that arrived."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Boolean, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, EncryptedText, KeyedHash, UtcDateTime

_RowId = BigInteger().with_variant(Integer, "sqlite")


class Call(Base):
    """One call. ``ended_at`` is None while it is open; a call of which nothing was heard until
    ``alive_until`` is over, and its hang-up report was lost."""

    __tablename__ = "calls"

    sid: Mapped[str] = mapped_column(String(64), primary_key=True)
    phone: Mapped[str | None] = mapped_column(EncryptedText("sid"))
    phone_key: Mapped[str | None] = mapped_column(KeyedHash, index=True)
    is_vouched: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether the carrier says that the number is the caller's."""
    language: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(16))
    has_line: Mapped[bool] = mapped_column(Boolean)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    alive_until: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seconds: Mapped[int | None] = mapped_column(Integer)

    __table_args__ = (Index("ix_calls_open", "ended_at", "alive_until"),)


class RecordingState(StrEnum):
    """Where a recording stands.

    reported; taken (by the call's turn, which makes a case of it unless the citizen discards it);
    claimed (a case holds it); removed (it was fetched, and is no longer at the provider); discarded
    (removed at the provider unfetched, as the citizen wished); absent (nothing was recorded, so
    there is no case); lost (a case holds it and it could not be had).
    """

    REPORTED = "reported"
    TAKEN = "taken"
    CLAIMED = "claimed"
    REMOVED = "removed"
    DISCARDED = "discarded"
    ABSENT = "absent"
    LOST = "lost"


class CallRecording(Base):
    """A recording that the provider reported, so that none is lost whatever became of the call.

    ``provider_state`` is what the provider last said of it: completed, absent, or empty as long as
    it has said nothing. ``failures`` counts attempts to fetch it, ``fault`` is why the last failed.
    ``seconds`` is 0 while nobody has said how long it is.
    """

    __tablename__ = "call_recordings"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    sid: Mapped[str] = mapped_column(String(64), unique=True)
    call_sid: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    seconds: Mapped[int] = mapped_column(Integer)
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    provider_state: Mapped[str] = mapped_column(String(16), default="", server_default="")
    failures: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    fault: Mapped[str | None] = mapped_column(String(64))
    next_fetch_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
