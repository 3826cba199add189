"""Rows of the text channel: texts that came in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Index, Integer, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, EncryptedText, KeyedHash, UtcDateTime

IS_WAITING = text("outcome = 'waiting'")
"""Of the texts those that wait; in these words, so that the databases see the index for it."""


class InboundText(Base):
    """A text from a citizen, once, whatever became of it; stored before it is served.

    ``message_sid`` is the provider's name for it (behind the provider's own and a slash, where that
    is not Twilio). ``outcome`` is one of ``sms.inbound.Outcome``. ``words_key`` is the keyed hash
    of its words, by which repetitions are seen. ``is_cut``: more was written than is stored.
    ``attempts`` counts how often serving it was begun, ``attempted_at`` is when last; they are
    written before the work, so that a process that is killed by it has counted it.
    """

    __tablename__ = "inbound_texts"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    message_sid: Mapped[str] = mapped_column(String(96), unique=True)
    phone: Mapped[str] = mapped_column(EncryptedText("message_sid"))
    phone_key: Mapped[str] = mapped_column(KeyedHash)
    words: Mapped[str] = mapped_column(EncryptedText("message_sid"))
    words_key: Mapped[str] = mapped_column(KeyedHash)
    attachments: Mapped[int] = mapped_column(Integer)
    outcome: Mapped[str] = mapped_column(String(16))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    is_cut: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    attempts: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    attempted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_inbound_texts_thread", "phone_key", "received_at"),
        Index(
            "ix_inbound_texts_waiting",
            "id",
            sqlite_where=IS_WAITING,
            postgresql_where=IS_WAITING,
        ),
    )
