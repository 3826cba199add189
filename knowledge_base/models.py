"""Rows of the knowledge base: receipts of answers given, and questions nobody could answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Float, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, KeyedHash, SealedText, UtcDateTime

_RowId = BigInteger().with_variant(Integer, "sqlite")


class AnswerReceipt(Base):
    """One answer as it was given: enough to find who got an answer that has since changed."""

    __tablename__ = "answer_receipts"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(64), index=True)
    turn: Mapped[int] = mapped_column(Integer)
    topic: Mapped[str] = mapped_column(String(64), index=True)
    entry_version: Mapped[str] = mapped_column(String(32))
    figures: Mapped[dict[str, str]] = mapped_column(JSON)
    citations: Mapped[list[str]] = mapped_column(JSON)
    channel: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(8))
    confidence: Mapped[float] = mapped_column(Float)
    phone: Mapped[str | None] = mapped_column(SealedText)
    phone_key: Mapped[str | None] = mapped_column(KeyedHash, index=True)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class UnansweredQuestion(Base):
    """A masked question that got no answer (``none``) or one that did not help (``unhelpful``)."""

    __tablename__ = "unanswered_questions"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    masked_words: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(8))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
