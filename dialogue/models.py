"""Rows of the dialogue: turns that were taken."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, String, UniqueConstraint
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
