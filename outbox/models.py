"""Rows of the outbox: texts, attempts to send them, reports about them, opt-outs, staff tasks."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    Boolean,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, EncryptedText, HashedText, KeyedHash, UtcDateTime

_RowId = BigInteger().with_variant(Integer, "sqlite")
_Word = String(32)
_Key = String(160)
_Sid = String(64)


class OutgoingText(Base):
    """One text to one phone: a row first, sent later.

    ``key`` makes it unique; a long text is several rows (``part`` of ``parts``) with the keys
    ``key``, ``key/part2``, ... ``state`` is a ``TextState``. ``provider`` and ``provider_sid`` are
    those of its newest attempt that was taken. ``skipped`` names the providers (a space after
    each) that would not do it in this round, ``next_round_at`` is when all may be asked again
    (None: never). ``cost_yuan`` sums over all attempts taken. ``words_key`` is the keyed hash of
    the words, by which one of our texts is known when it comes back. ``caller_key`` is at whose
    wish it goes (``core.callers``; None: nobody's), ``is_claimed``: nobody proved the number.
    """

    __tablename__ = "outgoing_texts"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    key: Mapped[str] = mapped_column(_Key, unique=True)
    part: Mapped[int] = mapped_column(Integer, default=1)
    parts: Mapped[int] = mapped_column(Integer, default=1)
    phone: Mapped[str] = mapped_column(EncryptedText("key"))
    phone_key: Mapped[str] = mapped_column(KeyedHash)
    words: Mapped[str] = mapped_column(EncryptedText("key"))
    words_key: Mapped[str | None] = mapped_column(HashedText)
    kind: Mapped[str] = mapped_column(_Word)
    language: Mapped[str] = mapped_column(String(8))
    case_number: Mapped[str | None] = mapped_column(_Word, index=True)
    conversation_id: Mapped[str | None] = mapped_column(_Sid, index=True)

    caller_key: Mapped[str | None] = mapped_column(KeyedHash)
    is_claimed: Mapped[bool] = mapped_column(Boolean, default=False)

    encoding: Mapped[str] = mapped_column(String(8))
    segments: Mapped[int] = mapped_column(Integer)
    cost_yuan: Mapped[Decimal] = mapped_column(Numeric(10, 4), default=Decimal(0))

    state: Mapped[str] = mapped_column(_Word)
    reason: Mapped[str | None] = mapped_column(_Word)
    priority: Mapped[int] = mapped_column(Integer)
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    skipped: Mapped[str] = mapped_column(_Key, default="")
    next_round_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    provider: Mapped[str | None] = mapped_column(_Word)
    provider_sid: Mapped[str | None] = mapped_column(_Sid)
    error_code: Mapped[str | None] = mapped_column(_Word)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_outgoing_texts_turn", "state", "priority", "id"),
        Index("ix_outgoing_texts_line", "phone_key", "state", "priority", "id"),
        Index("ix_outgoing_texts_destination", "phone_key", "created_at"),
        Index("ix_outgoing_texts_caller", "caller_key", "created_at"),
    )


class SendAttempt(Base):
    """One try to hand a text to one provider. ``state`` is an ``AttemptState``.

    ``reference`` is ours and travels with the request; ``provider_sid`` is the
    provider's name for it. ``cost_yuan`` is what it costs if it is taken.
    """

    __tablename__ = "send_attempts"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    text_id: Mapped[int] = mapped_column(ForeignKey("outgoing_texts.id"), index=True)
    provider: Mapped[str] = mapped_column(_Word)
    reference: Mapped[str] = mapped_column(_Sid, unique=True)
    provider_sid: Mapped[str | None] = mapped_column(_Sid)
    state: Mapped[str] = mapped_column(_Word)
    error_code: Mapped[str | None] = mapped_column(_Word)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    lookups: Mapped[int] = mapped_column(Integer, default=0)
    cost_yuan: Mapped[Decimal] = mapped_column(Numeric(10, 4), default=Decimal(0))

    text: Mapped[OutgoingText] = relationship()

    __table_args__ = (UniqueConstraint("provider", "provider_sid"),)


class DeliveryReport(Base):
    """What a provider said about a text: once for each text and status, in order of arrival.

    ``status`` is the provider's own word, ``meaning`` a ``TextStatus``, ``refusal`` a ``Refusal``.
    Kept even when its text is not known yet: a report can be faster than the answer to the request.
    """

    __tablename__ = "delivery_reports"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    provider: Mapped[str] = mapped_column(_Word)
    provider_sid: Mapped[str] = mapped_column(_Sid)
    status: Mapped[str] = mapped_column(_Word)
    meaning: Mapped[str] = mapped_column(_Word)
    refusal: Mapped[str | None] = mapped_column(_Word)
    error_code: Mapped[str | None] = mapped_column(_Word)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    __table_args__ = (UniqueConstraint("provider", "provider_sid", "status"),)


class OptOut(Base):
    """A number that wants no texts, since when, and how we know (``text`` or ``provider``)."""

    __tablename__ = "opt_outs"

    phone_key: Mapped[str] = mapped_column(KeyedHash, primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    source: Mapped[str] = mapped_column(_Word)


class StoredWish(Base):
    """How, when and whether a proved number wants to be reached (``core.contact_wishes``)."""

    __tablename__ = "contact_wishes"

    phone_key: Mapped[str] = mapped_column(KeyedHash, primary_key=True)
    way: Mapped[str] = mapped_column(_Word)
    hours: Mapped[str] = mapped_column(_Word)
    is_discreet: Mapped[bool] = mapped_column(Boolean)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class CallBack(Base):
    """A call-back that was promised to a number, to be counted."""

    __tablename__ = "call_backs"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    phone_key: Mapped[str] = mapped_column(KeyedHash)
    caller_key: Mapped[str] = mapped_column(KeyedHash)
    is_claimed: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_call_backs_destination", "phone_key", "created_at"),
        Index("ix_call_backs_caller", "caller_key", "created_at"),
    )


class RefusedContact(Base):
    """A text or call-back that the limits refused: ``kind`` of ``outbox.kinds`` or ``call_back``,
    ``reason`` of ``outbox.states``."""

    __tablename__ = "refused_contacts"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    kind: Mapped[str] = mapped_column(_Word)
    reason: Mapped[str] = mapped_column(_Word)
    phone_key: Mapped[str] = mapped_column(KeyedHash)
    caller_key: Mapped[str | None] = mapped_column(KeyedHash)
    refused_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class NumberCode(Base):
    """A one-time code that was texted to prove a number, for one conversation alone.

    Only its keyed hash is stored. ``tries`` counts what was entered; ``proved_at`` is when the
    right one was.
    """

    __tablename__ = "number_codes"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(_Sid)
    phone_key: Mapped[str] = mapped_column(KeyedHash)
    code_hash: Mapped[str] = mapped_column(KeyedHash)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    proved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_number_codes_asked", "conversation_id", "phone_key"),)


class StaffTask(Base):
    """Something that a person has to do because the service could not do it: mostly because a text
    did not reach its citizen (``text_id``), or one that came in could not be served
    (``inbound_id``, a row of the text channel), else for the ``reason`` about the case."""

    __tablename__ = "staff_tasks"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    text_id: Mapped[int | None] = mapped_column(ForeignKey("outgoing_texts.id"), unique=True)
    inbound_id: Mapped[int | None] = mapped_column(BigInteger)
    case_number: Mapped[str | None] = mapped_column(_Word, index=True)
    reason: Mapped[str] = mapped_column(_Word)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    done_by: Mapped[str | None] = mapped_column(_Sid)

    text: Mapped[OutgoingText | None] = relationship()
