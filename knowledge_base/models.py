"""Rows of the knowledge base: versions, law texts, receipts of answers, open questions."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    Float,
    ForeignKey,
    Integer,
    String,
    Text,
    UniqueConstraint,
    event,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, EncryptedText, KeyedHash, UtcDateTime

_RowId = BigInteger().with_variant(Integer, "sqlite")


class VersionState(StrEnum):
    """Where an entry version stands on its way."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    RETIRED = "retired"


class EntryVersion(Base):
    """One version of one topic's file, byte for byte; numbers count from 1 within a topic.

    The figures are kept in the same way, under the topic ``figures.yaml``. ``entry_version`` is
    the hash of what is told, as receipts name it. ``based_on`` is the number of the version that
    was published when this one was begun.
    """

    __tablename__ = "entry_versions"
    __table_args__ = (UniqueConstraint("topic", "number"),)

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    topic: Mapped[str] = mapped_column(String(64))
    number: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(16), index=True)
    content: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(String(64))
    entry_version: Mapped[str | None] = mapped_column(String(32), index=True)
    based_on: Mapped[int | None] = mapped_column(Integer)
    author: Mapped[str] = mapped_column(String(64))
    reviewer: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text)
    effective_from: Mapped[date | None] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class EntryEvent(Base):
    """One step of a version, who took it and why."""

    __tablename__ = "entry_events"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("entry_versions.id"), index=True)
    action: Mapped[str] = mapped_column(String(16))
    by: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ContentStamp(Base):
    """One row that counts the changes of what is published: cheap to ask for, always growing."""

    __tablename__ = "content_stamp"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    value: Mapped[int] = mapped_column(Integer)


class StatuteText(Base):
    """One version of a law as it was imported.

    ``statute`` is the id of the index, or the title of a law that the index does not have.
    ``version_on`` is the day of promulgation or of the last amendment.
    """

    __tablename__ = "statute_texts"
    __table_args__ = (UniqueConstraint("statute", "text_hash"),)

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    statute: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(200))
    short_title: Mapped[str] = mapped_column(String(200))
    version_on: Mapped[date] = mapped_column(Date)
    effective_on: Mapped[date] = mapped_column(Date)
    articles: Mapped[int] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(String(200))
    text_hash: Mapped[str] = mapped_column(String(64))
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StatuteArticle(Base):
    """The words of one article of one version of a law."""

    __tablename__ = "statute_articles"

    text_id: Mapped[int] = mapped_column(ForeignKey("statute_texts.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    words: Mapped[str] = mapped_column(Text)


class AnswerReceipt(Base):
    """One answer as it was given: enough to find who got an answer that has since changed.

    ``text`` is byte for byte what was said or sent (None for receipts from before it was kept);
    ``year`` is the year that was asked about, if any.
    """

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
    text: Mapped[str | None] = mapped_column(Text)
    year: Mapped[int | None] = mapped_column(Integer)
    phone: Mapped[str | None] = mapped_column(EncryptedText("conversation_id", "turn"))
    phone_key: Mapped[str | None] = mapped_column(KeyedHash, index=True)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class CorrectionState(StrEnum):
    """Where a correction stands: drafted by the program, approved or dropped by a person."""

    DRAFT = "draft"
    APPROVED = "approved"
    DROPPED = "dropped"
    SENT = "sent"


class CorrectionText(Base):
    """A text that tells a citizen that an answer they got has changed."""

    __tablename__ = "correction_texts"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    receipt_id: Mapped[int] = mapped_column(ForeignKey("answer_receipts.id"), index=True)
    topic: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(8))
    words: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(EncryptedText("key"))
    phone_key: Mapped[str] = mapped_column(KeyedHash)
    state: Mapped[str] = mapped_column(String(16), index=True)
    drafted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_by: Mapped[str | None] = mapped_column(String(64))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class GroupState(StrEnum):
    """What editors made of a group of open questions."""

    OPEN = "open"
    DRAFTED = "drafted"
    SET_ASIDE = "set_aside"


class QuestionGroup(Base):
    """Questions of one week that are alike; ``words`` is the one in their middle. ``key`` names the
    row for what is encrypted in it.

    ``week_on`` is the Monday (local day). ``nearest`` are topics, the nearest first.
    """

    __tablename__ = "question_groups"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    week_on: Mapped[date] = mapped_column(Date, index=True)
    words: Mapped[str] = mapped_column(EncryptedText("key"))
    size: Mapped[int] = mapped_column(Integer)
    nearest: Mapped[list[str]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(16), index=True)
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("entry_versions.id"))
    settled_by: Mapped[str | None] = mapped_column(String(64))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class UnansweredQuestion(Base):
    """A question that got no answer (``none``) or one that did not help (``unhelpful``): masked
    (``core.masking``), and encrypted besides, for no masker finds everything."""

    __tablename__ = "unanswered_questions"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    masked_words: Mapped[str] = mapped_column(EncryptedText("key"))
    reason: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(8))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("question_groups.id"), index=True)


@event.listens_for(QuestionGroup, "init")
@event.listens_for(UnansweredQuestion, "init")
def _name_row(_target: Any, _args: Any, values: dict[str, Any]) -> None:
    values.setdefault("key", secrets.token_hex(12))
