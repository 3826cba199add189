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
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.database import Base, Database, EncryptedText
from core.encrypted_columns import decrypt_raw, raw_value, vault_of
from core.encryption import Vault

_ID = "record"
_LOOKUP_ID = "lookup"


class RecordKey(Base):
    """A key as hex digits: ``record`` is the record's, ``lookup`` that of keyed hashes."""

    __tablename__ = "record_keys"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    key: Mapped[str] = mapped_column(EncryptedText("id"))


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
    Raises DecryptionError when the key does not open.
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
    return RecordMac(
        vault.first_record_key if raw is None else bytes.fromhex(decrypt_raw(vault, raw))
    )


def ensure_record_key(db: Session) -> bool:
    """Write the record's key down, before ``DATA_KEY`` is ever changed; False when it is there."""
    if db.get(RecordKey, _ID) is not None:
        return False
    db.add(RecordKey(id=_ID, key=record_mac(db).key.hex()))
    db.flush()
    return True


_LOOKUP = select(raw_value(RecordKey.__table__.c.key)).where(RecordKey.id == _LOOKUP_ID)


def ensure_lookup_key(db: Session) -> bool:
    """Write down the key by which numbers are found again, as ``ensure_record_key`` does."""
    if db.get(RecordKey, _LOOKUP_ID) is not None:
        return False
    vault = vault_of(db.get_bind().dialect)
    db.add(RecordKey(id=_LOOKUP_ID, key=vault.lookup_key.hex()))
    db.flush()
    return True


def load_lookup_key(database: Database) -> bool:
    """Let the database's vault make its keyed hashes with the key that is written down.

    False when none is, or no table yet: then the vault's own stays. Raises DecryptionError when it
    opens with no key of the ring.
    """
    try:
        with database.read() as db:
            raw = db.scalar(_LOOKUP)
    except DBAPIError:
        return False
    if raw is None:
        return False
    database.vault.use_lookup_key(bytes.fromhex(decrypt_raw(database.vault, raw)))
    return True
