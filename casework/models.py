"""Rows of casework: cases, events, attachments, joint offices, mass matters, replies, seals."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    String,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.vocabulary import AttachmentState, CaseState
from core.database import Base, EncryptedText, KeyedHash, UtcDateTime
from core.ledger import Ledgered
from core.ranges import Range, T

RowId = BigInteger().with_variant(Integer, "sqlite")
_Word = String(32)
_Id = String(64)


def range_of(lower: T | None, upper: T | None) -> Range[T] | None:
    """The range of two stored ends; None when neither is known."""
    return None if lower is None and upper is None else Range(lower, upper)


class Case(Ledgered, Base):
    """One piece of work for one citizen.

    Facts that the clocks need are in the events; ``next_due_on``, ``next_check_on``, ``has_breach``
    and ``calendar_fingerprint`` are a cache of what ``casework.deadlines`` says of them, written
    anew at each event.
    """

    __tablename__ = "cases"
    __ledger__ = frozenset({"next_check_on", "calendar_fingerprint", "version"})

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    number: Mapped[str] = mapped_column(_Word, unique=True)
    kind: Mapped[str] = mapped_column(_Word)
    state: Mapped[str] = mapped_column(_Word, default=CaseState.REGISTERED)
    is_open: Mapped[bool] = mapped_column(Boolean, default=True)

    office_id: Mapped[str] = mapped_column(_Id)
    """The office that is responsible (the first asked, until another has accepted)."""
    addressed_office_id: Mapped[str | None] = mapped_column(_Id)
    """The office that is asked to take the case over, while it is forwarded or objected."""
    assigned_to: Mapped[str | None] = mapped_column(_Id)
    town: Mapped[str | None] = mapped_column(_Word)

    phone: Mapped[str | None] = mapped_column(EncryptedText("number"))
    phone_key: Mapped[str | None] = mapped_column(KeyedHash)
    is_phone_proved: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether the number was shown to be the citizen's; otherwise it is a claim."""
    code_hash: Mapped[str | None] = mapped_column(KeyedHash)
    """Keyed hash of the code that was told at registration to somebody who left no number."""
    citizen_name: Mapped[str | None] = mapped_column(EncryptedText("number"))
    employer: Mapped[str | None] = mapped_column(EncryptedText("number"))
    employer_key: Mapped[str | None] = mapped_column(KeyedHash)
    language: Mapped[str] = mapped_column(_Word, default="zh")
    channel: Mapped[str] = mapped_column(_Word)

    contact_way: Mapped[str | None] = mapped_column(_Word)
    contact_hours: Mapped[str | None] = mapped_column(_Word)
    is_contact_discreet: Mapped[bool] = mapped_column(
        Boolean, default=False, server_default=false()
    )
    contact_words: Mapped[str | None] = mapped_column(EncryptedText("number"))
    """How, when and whether the citizen wants to be reached (``casework.contact_wishes``), and in
    which words they said it."""

    topic: Mapped[str | None] = mapped_column(_Id)
    topics: Mapped[list[str]] = mapped_column(JSON, default=list)
    """All problems of a petition, the main one (``topic``) first."""
    issue: Mapped[str | None] = mapped_column(EncryptedText("number"))
    wanted: Mapped[str | None] = mapped_column(EncryptedText("number"))
    evidence: Mapped[str | None] = mapped_column(EncryptedText("number"))
    amount_yuan: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    amount_max_yuan: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    people: Mapped[int | None] = mapped_column(Integer)
    people_max: Mapped[int | None] = mapped_column(Integer)
    since_on: Mapped[date | None] = mapped_column(Date)
    since_until: Mapped[date | None] = mapped_column(Date)
    """Both ends of what is known of amount, people and day; the same twice is exact, one alone is
    "at least" or "at most"."""
    is_unfinished: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether the citizen hung up before everything had been asked."""

    remedy: Mapped[str | None] = mapped_column("road", _Word)
    remedies: Mapped[list[dict[str, object]]] = mapped_column("roads", JSON, default=list)
    """The remedies with their limits, as ``casework.remedies`` found them."""
    is_urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    urgent_reasons: Mapped[list[str]] = mapped_column(JSON, default=list)

    rated_office_id: Mapped[str | None] = mapped_column(_Id)
    rating_id: Mapped[str | None] = mapped_column(_Id)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    mass_matter_id: Mapped[int | None] = mapped_column(ForeignKey("mass_matters.id"))

    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When its personal values were lawfully erased (``privacy.operations``)."""

    next_due_on: Mapped[date | None] = mapped_column(Date)
    is_due_provisional: Mapped[bool] = mapped_column(Boolean, default=False)
    next_check_on: Mapped[date | None] = mapped_column(Date)
    has_breach: Mapped[bool] = mapped_column(Boolean, default=False)
    calendar_fingerprint: Mapped[str] = mapped_column(_Word, default="")

    event_count: Mapped[int] = mapped_column(Integer, default=0)
    head_hash: Mapped[str] = mapped_column(KeyedHash, default="")
    version: Mapped[int] = mapped_column(Integer)

    events: Mapped[list[CaseEvent]] = relationship(
        back_populates="case", order_by="CaseEvent.sequence"
    )
    attachments: Mapped[list[Attachment]] = relationship(
        back_populates="case", order_by="Attachment.id"
    )

    @property
    def people_range(self) -> Range[int] | None:
        """How many people it concerns."""
        return range_of(self.people, self.people_max)

    @property
    def amount_range(self) -> Range[Decimal] | None:
        """How much money it concerns, in yuan."""
        return range_of(self.amount_yuan, self.amount_max_yuan)

    @property
    def since_range(self) -> Range[date] | None:
        """Since when, or when it happened."""
        return range_of(self.since_on, self.since_until)

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        Index("ix_cases_work", "is_open", "is_urgent", "next_due_on", "id"),
        Index("ix_cases_office_work", "office_id", "is_open", "is_urgent", "next_due_on", "id"),
        Index("ix_cases_addressed", "addressed_office_id", "is_open"),
        Index("ix_cases_assigned", "assigned_to", "is_open"),
        Index("ix_cases_phone", "phone_key", "id"),
        Index("ix_cases_employer", "employer_key", "id"),
        Index("ix_cases_mass_matter", "mass_matter_id"),
        Index("ix_cases_merged_into", "merged_into_id"),
        Index("ix_cases_check", "next_check_on", "id"),
        Index("ix_cases_closed", "closed_at"),
        Index("ix_cases_provisional", "is_due_provisional", "calendar_fingerprint"),
    )


class CaseEvent(Base):
    """One thing that happened to a case. Written once, never changed.

    ``happened_at`` may lie before ``recorded_at`` when it was entered late. ``hash`` is a keyed
    hash over ``prev_hash`` and the canonical JSON of the event (``casework.chain``); of ``detail``
    it covers ``detail_hash``, so that words whose time to be kept is over can be erased without
    breaking the chain.
    """

    __tablename__ = "case_events"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    sequence: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(_Word)
    about: Mapped[str] = mapped_column(_Word, default="")
    days: Mapped[int | None] = mapped_column(Integer)
    """Days of an extension."""
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(_Id)
    office_id: Mapped[str] = mapped_column(_Id)
    detail: Mapped[str] = mapped_column(EncryptedText("case_id", "sequence"))
    """Canonical JSON of what else belongs to the event (``detail_of`` reads it)."""
    detail_hash: Mapped[str] = mapped_column(KeyedHash)
    detail_salt: Mapped[str | None] = mapped_column(_Word)
    """What the detail is hashed with; gone with it when it is erased."""
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_by: Mapped[str | None] = mapped_column(_Id)
    erased_for: Mapped[str | None] = mapped_column(_Id)
    tombstone: Mapped[str | None] = mapped_column(KeyedHash)
    """The signature under an erasure (``casework.erasure``)."""
    idempotency_key: Mapped[str | None] = mapped_column(String(160), unique=True)
    """Conversation and step from which it came, so that a crash cannot write it twice."""
    prev_hash: Mapped[str] = mapped_column(KeyedHash)
    hash: Mapped[str] = mapped_column(KeyedHash)

    case: Mapped[Case] = relationship(back_populates="events")

    __table_args__ = (
        UniqueConstraint("case_id", "sequence"),
        Index("ix_case_events_recorded_at", "recorded_at"),
    )


class Attachment(Ledgered, Base):
    """A recording or picture of a case. The bytes are in the recordings store, not here.

    A recording comes from the provider (``provider_sid``) and is fetched by a job; a picture is
    stored by the staff user who got it.
    """

    __tablename__ = "case_attachments"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(_Word)
    provider_sid: Mapped[str | None] = mapped_column(_Id, unique=True)
    state: Mapped[str] = mapped_column(_Word, default=AttachmentState.PENDING, index=True)
    storage_path: Mapped[str | None] = mapped_column(String(255))
    sha256: Mapped[str | None] = mapped_column(String(64))
    content_type: Mapped[str | None] = mapped_column(_Id)
    seconds: Mapped[int | None] = mapped_column(Integer)
    size_bytes: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    case: Mapped[Case] = relationship(back_populates="attachments")


class ProgressGuess(Base):
    """Somebody asked how a case stands and could not show that it is theirs.

    ``caller_key`` is that of ``core.callers``: guesses are counted by who guesses, never by whose
    case it is.
    """

    __tablename__ = "progress_guesses"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    caller_key: Mapped[str] = mapped_column(KeyedHash)
    conversation_id: Mapped[str] = mapped_column(_Id, index=True)
    guessed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_progress_guesses_caller", "caller_key", "guessed_at"),)


class JointOffice(Ledgered, Base):
    """An office that works on a case beside the responsible one (petition-work-regulations#24)."""

    __tablename__ = "case_joint_offices"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    office_id: Mapped[str] = mapped_column(_Id, primary_key=True)
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_case_joint_offices_office_id", "office_id", "case_id"),)


class MassMatter(Base):
    """Cases of several citizens about one employer within a few days, seen as one matter."""

    __tablename__ = "mass_matters"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    employer_key: Mapped[str] = mapped_column(KeyedHash)
    employer: Mapped[str | None] = mapped_column(EncryptedText("employer_key"))
    first_on: Mapped[date] = mapped_column(Date)
    last_on: Mapped[date] = mapped_column(Date)
    case_count: Mapped[int] = mapped_column(Integer)
    people: Mapped[int] = mapped_column(Integer)
    notified_people: Mapped[int] = mapped_column(Integer)
    """How many people there might be when the bureau was last told."""

    __table_args__ = (Index("ix_mass_matters_employer", "employer_key", "last_on"),)


class CannedReply(Base):
    """A ready answer that staff may start from."""

    __tablename__ = "canned_replies"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    language: Mapped[str] = mapped_column(_Word)
    topic: Mapped[str | None] = mapped_column(_Id)
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(String(2000))
    is_retired: Mapped[bool] = mapped_column(Boolean, default=False)
    changed_by: Mapped[str] = mapped_column(_Id)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_canned_replies_use", "is_retired", "language", "topic"),)


class RecordSeal(Base):
    """A daily seal over all cases whose record grew that day (``casework.seals``)."""

    __tablename__ = "record_seals"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    case_count: Mapped[int] = mapped_column(Integer)
    prev_hash: Mapped[str] = mapped_column(KeyedHash)
    ledger_number: Mapped[int | None] = mapped_column(BigInteger)
    ledger_hash: Mapped[str | None] = mapped_column(KeyedHash)
    """The newest entry of the ledger when the day was sealed; None on seals from before."""
    hash: Mapped[str] = mapped_column(KeyedHash)
    sealed_at: Mapped[datetime] = mapped_column(UtcDateTime)
