"""The key of the record: what the chain of a case, the ledger and the daily seals are hashed with.

It is kept in the database, encrypted with ``DATA_KEY``, so that a change of ``DATA_KEY`` leaves all
hashes valid: the job that encrypts columns again encrypts this one too. Who can edit the database
but does not have ``DATA_KEY`` can make no hash.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.database import Base, SealedText
from core.sealed_columns import open_raw, raw_value, vault_of
from core.sealing import Vault

_ID = "record"


class RecordKey(Base):
    """The one key of the record, as hex digits."""

    __tablename__ = "record_keys"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    key: Mapped[str] = mapped_column(SealedText("id"))


@dataclass(frozen=True)
class RecordMac:
    """Makes the keyed hashes of the record."""

    key: bytes = field(repr=False)

    def hash(self, value: str, salt: str = "") -> str:
        """HMAC-SHA-256 of ``value`` behind its salt, the first 32 hex digits."""
        said = f"{salt}|{value}" if salt else value
        return hmac.new(self.key, said.encode(), hashlib.sha256).hexdigest()[:32]


_KEY = select(raw_value(RecordKey.__table__.c.key)).where(RecordKey.id == _ID)


def record_mac(db: Session, vault: Vault | None = None) -> RecordMac:
    """The record's hash; with ``vault``, read again with that one.

    Until ``ensure_record_key`` has written a key it is the one that the first ``DATA_KEY`` gives.
    Raises SealBrokenError when the key does not open.
    """
    dialect = db.get_bind().dialect
    if vault is not None:
        return _read(db, vault)
    known = getattr(dialect, "hotline_record_mac", None)
    if isinstance(known, RecordMac):
        return known
    mac = _read(db, vault_of(dialect))
    dialect.hotline_record_mac = mac  # type: ignore[attr-defined]
    return mac


def _read(db: Session, vault: Vault) -> RecordMac:
    raw = db.scalar(_KEY)
    return RecordMac(vault.first_record_key if raw is None else bytes.fromhex(open_raw(vault, raw)))


def ensure_record_key(db: Session) -> bool:
    """Write the record's key down, before ``DATA_KEY`` is ever changed; False when it is there."""
    if db.get(RecordKey, _ID) is not None:
        return False
    db.add(RecordKey(id=_ID, key=record_mac(db).key.hex()))
    db.flush()
    return True
