"""Rows of accounts: staff users, how they sign in, and the audit trail outside a case's record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Index,
    Integer,
    String,
    UniqueConstraint,
    event,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, EncryptedText, HashedText, UtcDateTime
from core.errors import ConflictError
from core.ledger import Ledgered

_RowId = BigInteger().with_variant(Integer, "sqlite")
_Word = String(32)
_Id = String(64)


class StaffUser(Base):
    """Somebody who signs in to the console.

    ``password_hash`` is empty until the user has chosen a password. ``totp_secret`` is the shared
    secret of the second factor, in use since ``totp_since`` (None: shown, not yet confirmed);
    ``totp_step`` is the last time step whose code was accepted, because a code serves once
    (RFC 6238, section 5.2).
    """

    __tablename__ = "staff_users"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    login: Mapped[str] = mapped_column(_Id, unique=True)
    name: Mapped[str] = mapped_column(_Id)
    password_hash: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(_Word)
    office_id: Mapped[str] = mapped_column(_Id, index=True)
    language: Mapped[str] = mapped_column(_Word, default="zh")
    phone: Mapped[str | None] = mapped_column(EncryptedText("login"))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    must_change_password: Mapped[bool] = mapped_column(Boolean, default=False)
    totp_secret: Mapped[str | None] = mapped_column(EncryptedText("login"))
    totp_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    totp_step: Mapped[int | None] = mapped_column(Integer)
    last_signed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def actor_id(self) -> str:
        """How this user is named in records: ``staff:7``."""
        return f"staff:{self.id}"

    @property
    def has_second_factor(self) -> bool:
        """Whether a code is asked for after the password."""
        return self.totp_since is not None


class StaffSession(Base):
    """One browser in which a staff user is signed in, or was.

    The browser holds the token, the row its keyed hash. ``is_pending``: the password was right, the
    second factor is still asked for. ``ended_by`` is a ``sessions.Ending``.
    """

    __tablename__ = "staff_sessions"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    token_key: Mapped[str] = mapped_column(HashedText, unique=True)
    user_id: Mapped[int] = mapped_column(BigInteger, index=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    address: Mapped[str] = mapped_column(_Id)
    browser: Mapped[str] = mapped_column(String(200))
    is_pending: Mapped[bool] = mapped_column(Boolean)
    wrong_codes: Mapped[int] = mapped_column(Integer, default=0)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None] = mapped_column(_Word)


class KnownBrowser(Base):
    """A browser in which this user once signed in: the failures of others do not delay it."""

    __tablename__ = "known_browsers"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger)
    token_key: Mapped[str] = mapped_column(HashedText, index=True)
    last_used_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("user_id", "token_key"),)


class SignInAttempts(Base):
    """Attempts that failed or are not decided yet, for one key (``attempts.Key``)."""

    __tablename__ = "sign_in_attempts"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    key: Mapped[str] = mapped_column(HashedText, unique=True)
    failures: Mapped[int] = mapped_column(Integer)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)


class RecoveryCode(Base):
    """A code that stands in for the second factor once."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, index=True)
    code_key: Mapped[str] = mapped_column(HashedText)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PasswordCode(Base):
    """A one-time code with which a user chooses a password; it was sent to the user's own number.

    ``made_by`` is who asked for it. A newer code of the user ends the older ones.
    """

    __tablename__ = "password_codes"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, index=True)
    code_key: Mapped[str] = mapped_column(HashedText)
    made_by: Mapped[str] = mapped_column(_Id)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AccountInfluence(Base):
    """Somebody had a hand on another's account: made it, reset it, or changed where codes go."""

    __tablename__ = "account_influences"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, index=True)
    by_actor: Mapped[str] = mapped_column(_Id)
    action: Mapped[str] = mapped_column(_Word)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class StoredDraft(Base):
    """What a staff user is writing, so that a sign-out does not lose it."""

    __tablename__ = "kept_drafts"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger)
    place: Mapped[str] = mapped_column(String(96))
    body: Mapped[str] = mapped_column(EncryptedText("user_id", "place"))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    __table_args__ = (UniqueConstraint("user_id", "place"),)


class AuditEntry(Ledgered, Base):
    """One thing that a staff user did or tried. Written once: neither changed nor deleted.

    ``detail`` holds no citizen's data.
    """

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(_Id)
    action: Mapped[str] = mapped_column(_Word)
    subject: Mapped[str] = mapped_column(_Id)
    address: Mapped[str] = mapped_column(_Id, default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    __table_args__ = (
        Index("ix_audit_entries_actor", "actor", "id"),
        Index("ix_audit_entries_subject", "subject", "id"),
    )


def _refuse(_mapper: Any, _connection: Any, _entry: AuditEntry) -> None:
    raise ConflictError("The audit trail is not changed.")


event.listen(AuditEntry, "before_update", _refuse)
event.listen(AuditEntry, "before_delete", _refuse)
