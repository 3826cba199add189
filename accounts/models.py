"""Rows of accounts: staff users, and the audit trail of what staff did outside a case's record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Index, Integer, String, event
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, SealedText, UtcDateTime
from core.errors import ConflictError
from core.ledger import Ledgered

_RowId = BigInteger().with_variant(Integer, "sqlite")
_Word = String(32)
_Id = String(64)


class StaffUser(Base):
    """Somebody who signs in to the console.

    ``stamp`` changes with the password, the role, the office and ``is_active``: whoever is signed
    in with an older one is signed out.
    """

    __tablename__ = "staff_users"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    login: Mapped[str] = mapped_column(_Id, unique=True)
    name: Mapped[str] = mapped_column(_Id)
    password_hash: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(_Word)
    office_id: Mapped[str] = mapped_column(_Id, index=True)
    language: Mapped[str] = mapped_column(_Word, default="zh")
    phone: Mapped[str | None] = mapped_column(SealedText("login"))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    must_change_password: Mapped[bool] = mapped_column(Boolean, default=False)
    stamp: Mapped[str] = mapped_column(_Word)
    failed_sign_ins: Mapped[int] = mapped_column(Integer, default=0)
    blocked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_signed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def actor_id(self) -> str:
        """How this user is named in records: ``staff:7``."""
        return f"staff:{self.id}"


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
