"""Rows of privacy: proofs that data was deleted, and requests to erase one citizen's data."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Date, Integer, String, event
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, EncryptedText, KeyedHash, UtcDateTime
from core.ledger import Ledgered

_RowId = BigInteger().with_variant(Integer, "sqlite")


class DeletionProof(Ledgered, Base):
    """What one run deleted from one table, written in the same transaction; covered by the ledger
    and so by the daily seal.

    ``why`` is ``retention`` or ``request/<id>``; ``policy_on`` the day of the policy that ruled.
    ``digest`` is the SHA-256 of the primary keys in order, one a line: with a copy from before one
    can tell exactly which rows went. ``first_at`` and ``last_at`` are the ends of their dates.
    """

    __tablename__ = "deletion_proofs"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    ran_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    why: Mapped[str] = mapped_column(String(32), index=True)
    policy_on: Mapped[date | None] = mapped_column(Date)
    kind: Mapped[str] = mapped_column(String(32))
    table_name: Mapped[str] = mapped_column(String(48))
    action: Mapped[str] = mapped_column(String(16))
    count: Mapped[int] = mapped_column(Integer)
    first_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_key: Mapped[str] = mapped_column(String(64))
    last_key: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class RequestState(StrEnum):
    """Where a request to erase stands."""

    PROPOSED = "proposed"
    REFUSED = "refused"
    DONE = "done"


class ErasureRequest(Base):
    """A request to erase one citizen's data: proposed by one administrator, decided by another.

    ``reason`` says how the citizen asked and how it was made sure that it was they. ``outcome``:
    rows by table that were erased, and the cases that the law keeps.
    """

    __tablename__ = "erasure_requests"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    phone: Mapped[str | None] = mapped_column(EncryptedText("key"))
    phone_key: Mapped[str | None] = mapped_column(KeyedHash, index=True)
    reason: Mapped[str] = mapped_column(EncryptedText("key"))
    state: Mapped[str] = mapped_column(String(16), index=True, default=RequestState.PROPOSED)
    proposed_by: Mapped[str] = mapped_column(String(64))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSON)


@event.listens_for(ErasureRequest, "init")
def _name_row(_target: Any, _args: Any, values: dict[str, Any]) -> None:
    values.setdefault("key", secrets.token_hex(12))
