"""Rows of ratings: services, invitations, ratings, bad ratings, oversight, frozen rankings.

A rating says what a citizen said and is never overwritten; a later one of the same service stands
beside it and marks it as replaced. Facts carry their moment, so that a ranking can be computed as
of any moment in the past.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    event,
    inspect,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, EncryptedText, KeyedHash, UtcDateTime
from core.errors import ConflictError
from core.ledger import Ledgered
from ratings.vocabulary import Awaits, Decision, FollowUpState, InvitationState

RowId = BigInteger().with_variant(Integer, "sqlite")
_Word = String(32)
_Id = String(64)
_Month = String(7)


class Service(Ledgered, Base):
    """One service that was given. ``key`` names it once (conversation id, or case and closing).

    ``month`` is the local month in which it ended, by which it counts.
    """

    __tablename__ = "rating_services"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    office_id: Mapped[str] = mapped_column(_Id)
    channel: Mapped[str] = mapped_column(_Word)
    kind: Mapped[str] = mapped_column(_Word)
    case_number: Mapped[str | None] = mapped_column(_Word)
    phone: Mapped[str | None] = mapped_column(EncryptedText("key"))
    phone_key: Mapped[str | None] = mapped_column(KeyedHash)
    language: Mapped[str] = mapped_column(_Word)
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)
    month: Mapped[str] = mapped_column(_Month)
    is_test: Mapped[bool] = mapped_column(Boolean, default=False)
    is_proved: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether the number is the citizen's, and no mere claim."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_rating_services_month", "month", "office_id"),)


class Invitation(Base):
    """The request to rate a service, or why none was sent.

    ``spoke_at``: when the citizen last heard from us about it; ``awaits``: what their next reply
    would be. ``settled_at``: when it was answered, expired, or found not to be sent.
    """

    __tablename__ = "rating_invitations"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("rating_services.id"), unique=True)
    office_id: Mapped[str] = mapped_column(_Id)
    month: Mapped[str] = mapped_column(_Month)
    phone_key: Mapped[str | None] = mapped_column(KeyedHash)
    state: Mapped[str] = mapped_column(_Word, default=InvitationState.PENDING)
    reason: Mapped[str | None] = mapped_column(_Word)
    awaits: Mapped[str] = mapped_column(_Word, default=Awaits.LEVEL)
    has_asked_again: Mapped[bool] = mapped_column(Boolean, default=False)
    text_id: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    queued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    spoke_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    service: Mapped[Service] = relationship()

    __table_args__ = (
        Index("ix_rating_invitations_state", "state", "id"),
        Index("ix_rating_invitations_phone", "phone_key", "id"),
        Index("ix_rating_invitations_month", "month", "office_id"),
    )


class Rating(Ledgered, Base):
    """What a citizen said of a service. The highest ``number`` of a service is the one that counts.

    ``replaced_at`` is when a later one of the same service took its place. ``is_proved``: it came
    from a number that is the citizen's; otherwise it is counted in a column of its own.
    """

    __tablename__ = "ratings"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("rating_services.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    level: Mapped[int] = mapped_column(SmallInteger)
    source: Mapped[str] = mapped_column(_Word)
    comment: Mapped[str | None] = mapped_column(EncryptedText("service_id", "number"))
    office_id: Mapped[str] = mapped_column(_Id)
    month: Mapped[str] = mapped_column(_Month)
    phone_key: Mapped[str | None] = mapped_column(KeyedHash)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    replaced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_proved: Mapped[bool] = mapped_column(Boolean, default=False)

    service: Mapped[Service] = relationship()

    __table_args__ = (
        UniqueConstraint("service_id", "number"),
        Index("ix_ratings_month", "month", "office_id"),
        Index("ix_ratings_at", "at"),
    )


class BadRating(Ledgered, Base):
    """What followed from the first bad rating of a service: the case, the reason, the mending.

    ``rectify_before_on`` is the due day as it was when the case was opened. ``follow_up_level`` is
    the one rating after the rectification; it stands beside the original, never over it.
    """

    __tablename__ = "bad_ratings"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("rating_services.id"), unique=True)
    rating_id: Mapped[int] = mapped_column(ForeignKey("ratings.id"), unique=True)
    phone_key: Mapped[str | None] = mapped_column(KeyedHash, index=True)
    case_number: Mapped[str] = mapped_column(_Word, unique=True)
    reason: Mapped[str | None] = mapped_column(_Word)
    reason_words: Mapped[str | None] = mapped_column(EncryptedText("service_id"))
    reason_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    rectify_before_on: Mapped[date | None] = mapped_column("mend_due_on", Date)
    mended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rectification_noted_at: Mapped[datetime | None] = mapped_column("mending_noted_at", UtcDateTime)
    is_mended_in_time: Mapped[bool | None] = mapped_column(Boolean)
    follow_up_state: Mapped[str] = mapped_column(_Word, default=FollowUpState.NONE)
    follow_up_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    follow_up_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    follow_up_level: Mapped[int | None] = mapped_column(SmallInteger)
    follow_up_comment: Mapped[str | None] = mapped_column(EncryptedText("service_id"))
    follow_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    service: Mapped[Service] = relationship()
    rating: Mapped[Rating] = relationship()


class RatingFlag(Base):
    """A reason to look at a rating twice. A flag excludes nothing by itself."""

    __tablename__ = "rating_flags"

    rating_id: Mapped[int] = mapped_column(ForeignKey("ratings.id"), primary_key=True)
    code: Mapped[str] = mapped_column(_Word, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class RatingHold(Ledgered, Base):
    """A rating that does not count until two persons have decided: one proposes, another agrees.

    ``code`` says why it is held. ``proposal`` is a ``HoldProposal`` or None; ``decided_at`` is when
    the hold ended, from when on the rating counts or is excluded.
    """

    __tablename__ = "rating_holds"

    rating_id: Mapped[int] = mapped_column(ForeignKey("ratings.id"), primary_key=True)
    code: Mapped[str] = mapped_column(_Word)
    held_at: Mapped[datetime] = mapped_column(UtcDateTime)
    proposal: Mapped[str | None] = mapped_column(_Word)
    proposed_by: Mapped[str | None] = mapped_column(_Id)
    proposed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(_Id)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)

    rating: Mapped[Rating] = relationship()


class Exclusion(Ledgered, Base):
    """A rating left out of the ranking, proposed by one person and approved by another."""

    __tablename__ = "rating_exclusions"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    rating_id: Mapped[int] = mapped_column(ForeignKey("ratings.id"), index=True)
    code: Mapped[str] = mapped_column(_Word)
    words: Mapped[str] = mapped_column(EncryptedText("rating_id"))
    state: Mapped[str] = mapped_column(_Word, default=Decision.PROPOSED)
    proposed_by: Mapped[str] = mapped_column(_Id)
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(_Id)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    rating: Mapped[Rating] = relationship()

    __table_args__ = (Index("ix_rating_exclusions_state", "state", "id"),)


class Appeal(Ledgered, Base):
    """The one appeal of a rated office against a bad rating that it holds to be mistaken."""

    __tablename__ = "rating_appeals"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    rating_id: Mapped[int] = mapped_column(ForeignKey("ratings.id"), unique=True)
    words: Mapped[str] = mapped_column(EncryptedText("rating_id"))
    state: Mapped[str] = mapped_column(_Word, default=Decision.PROPOSED)
    filed_by: Mapped[str] = mapped_column(_Id)
    filed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decision_words: Mapped[str | None] = mapped_column(EncryptedText("rating_id"))
    decided_by: Mapped[str | None] = mapped_column(_Id)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    rating: Mapped[Rating] = relationship()

    __table_args__ = (Index("ix_rating_appeals_state", "state", "id"),)


class RankingConfig(Ledgered, Base):
    """Rules of the ranking from a month on (``RankingRules`` as JSON)."""

    __tablename__ = "ranking_configs"

    from_month: Mapped[str] = mapped_column(_Month, primary_key=True)
    rules: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_by: Mapped[str] = mapped_column(_Id)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FrozenRanking(Ledgered, Base):
    """A ranking as it was published, for a month (``2026-11``) or a year (``2026``).

    ``document`` is canonical JSON of rules, inputs and results; ``sha256`` its hash. Nothing of it
    changes any more; a correction is another row with the next ``revision``. ``cutoff_at`` is the
    moment as of which the facts were counted.
    """

    __tablename__ = "frozen_rankings"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    period: Mapped[str] = mapped_column(_Month)
    revision: Mapped[int] = mapped_column(SmallInteger)
    cutoff_at: Mapped[datetime] = mapped_column(UtcDateTime)
    document: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    frozen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    frozen_by: Mapped[str] = mapped_column(_Id)
    approved_by: Mapped[str | None] = mapped_column(_Id)
    code: Mapped[str | None] = mapped_column(_Word)
    words: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (UniqueConstraint("period", "revision"),)


class RankingRevision(Ledgered, Base):
    """A proposal to make a month's ranking anew, for a second person to decide."""

    __tablename__ = "ranking_revisions"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    period: Mapped[str] = mapped_column(_Month, index=True)
    code: Mapped[str] = mapped_column(_Word)
    words: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(_Word, default=Decision.PROPOSED)
    proposed_by: Mapped[str] = mapped_column(_Id)
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(_Id)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@event.listens_for(FrozenRanking, "before_update")
@event.listens_for(RankingConfig, "before_update")
def _refuse_change(_mapper: Any, _connection: Any, target: Base) -> None:
    raise ConflictError(f"A row of {target.__tablename__} never changes.")


@event.listens_for(Rating, "before_update")
def _refuse_overwriting(_mapper: Any, _connection: Any, rating: Rating) -> None:
    """Only the mark that it was replaced may be set, once; whose it is and the comment may be
    erased."""
    changed = {a.key for a in inspect(rating).attrs if a.history.has_changes()}
    changed -= {name for name in ("comment", "phone_key") if getattr(rating, name) is None}
    if changed - {"replaced_at", "service"}:
        raise ConflictError("A rating is never overwritten.")
