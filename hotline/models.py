"""Rows of the voice channel: calls, their statuses, and recordings that arrived."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, KeyedHash, SealedText, UtcDateTime

_RowId = BigInteger().with_variant(Integer, "sqlite")


class Call(Base):
    """One call. ``ended_at`` is None while it is open; a call of which nothing was heard until
    ``alive_until`` is over, and its hang-up report was lost."""

    __tablename__ = "calls"

    sid: Mapped[str] = mapped_column(String(64), primary_key=True)
    phone: Mapped[str | None] = mapped_column(SealedText)
    phone_key: Mapped[str | None] = mapped_column(KeyedHash, index=True)
    language: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(16))
    has_line: Mapped[bool] = mapped_column(Boolean)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    alive_until: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seconds: Mapped[int | None] = mapped_column(Integer)

    __table_args__ = (Index("ix_calls_open", "ended_at", "alive_until"),)


class CallRecording(Base):
    """A recording that the provider reported, so that none is lost whatever became of the call.

    ``state``: reported; taken (by the call's turn, which makes a case of it unless the citizen
    discards it); claimed (a case holds it); removed (it was fetched, and is no longer at the
    provider); discarded (removed at the provider unfetched); absent (nothing was recorded).
    """

    __tablename__ = "call_recordings"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    sid: Mapped[str] = mapped_column(String(64), unique=True)
    call_sid: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    seconds: Mapped[int] = mapped_column(Integer)
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
