"""Encrypting personal data at rest, and keyed hashes to find it again.

AES-256-GCM with keys derived from ``DATA_KEY``; the keyed hash is HMAC-SHA-256 with another derived
key, so that a stolen database reveals neither numbers nor which rows share one.

A ciphertext names its format and its key, ``v2:<key id>:<base64>``, and carries what it is bound to
(table, column and the row's stable id) as associated data: moved to another row, it does not open.
What was written before is plain base64 of nonce and ciphertext, bound to nothing; it still opens.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import ConfigurationError, HotlineError

_NONCE_BYTES = 12
_FORMAT = "v2:"
_HASHING = b"hotline keyed hash v1"


class DecryptionError(HotlineError):
    """Encrypted data does not open: another key, another row, or damaged."""


@dataclass(frozen=True)
class DataKey:
    """One key for data. ``id`` names it in each ciphertext and says nothing about it."""

    id: str
    cipher: AESGCM

    @classmethod
    def of(cls, secret: str) -> DataKey:
        """The key of a secret of at least 32 characters. Raises ConfigurationError for less."""
        if len(secret) < 32:
            raise ConfigurationError("DATA_KEY must have at least 32 characters.")
        master = secret.encode()
        key_id = _derive(master, b"hotline key id v1")[:4].hex()
        return cls(key_id, AESGCM(_derive(master, b"hotline seal v1")))


class KeyRing:
    """The keys that open, by id: the present one, which alone encrypts, and older ones (the
    oldest last)."""

    def __init__(self, present: str, *older: str) -> None:
        self.present = DataKey.of(present)
        keys = (self.present, *map(DataKey.of, older))
        self.by_id = {key.id: key for key in reversed(keys)}
        self.first = (present, *older)[-1]


class Vault:
    """Encrypts and opens strings and bytes, and makes keyed hashes.

    ``data_key`` is any secret text of at least 32 characters; ``older_keys`` still open what was
    encrypted before it was changed. ``bound_to`` is what a value belongs to: it opens for nothing
    else.
    """

    def __init__(self, data_key: str, *older_keys: str) -> None:
        self.keys = KeyRing(data_key, *older_keys)
        # Numbers are found again by it: it must outlive a change of the key (core.record_key).
        self._hash_key = _derive(self.keys.first.encode(), _HASHING)

    def seal(self, plain: bytes, bound_to: str = "") -> bytes:
        """Encrypted bytes: ``v2:<key id>:``, nonce, ciphertext and tag."""
        key = self.keys.present
        return f"{_FORMAT}{key.id}:".encode() + _encrypt(key, plain, bound_to)

    def open(self, encrypted: bytes, bound_to: str = "") -> bytes:
        """The plain bytes. Raises DecryptionError when key, place or data are wrong."""
        head = f"{_FORMAT}{self.keys.present.id}:".encode()
        if encrypted.startswith(_FORMAT.encode()):
            key = self.keys.by_id.get(encrypted[len(_FORMAT) : len(head) - 1].decode("latin-1"))
            if key is not None:
                return _decrypt((key,), encrypted[len(head) :], bound_to)
        return self._open_old(encrypted)

    def encrypt_text(self, plain: str, bound_to: str = "") -> str:
        """Encrypted text: ``v2:<key id>:<URL-safe base64 of nonce, ciphertext and tag>``."""
        key = self.keys.present
        encrypted = base64.urlsafe_b64encode(_encrypt(key, plain.encode(), bound_to))
        return f"{_FORMAT}{key.id}:{encrypted.decode()}"

    def decrypt_text(self, encrypted: str, bound_to: str = "") -> str:
        """The plain text of ``encrypt_text``. Raises DecryptionError when key, place or data are
        wrong."""
        key_id, encoded = _parts_of(encrypted)
        try:
            data = base64.urlsafe_b64decode(encoded.encode())
        except ValueError as error:
            raise DecryptionError("Encrypted data is damaged.") from error
        if key_id is None:
            return self._open_old(data).decode()
        key = self.keys.by_id.get(key_id)
        if key is None:
            raise DecryptionError("Encrypted data names a key that is not known.")
        return _decrypt((key,), data, bound_to).decode()

    def is_present_form(self, encrypted: str) -> bool:
        """Whether an encrypted text is bound to its row and of the present key."""
        return _parts_of(encrypted)[0] == self.keys.present.id

    def is_present_bytes(self, encrypted: bytes) -> bool:
        """Whether encrypted bytes are of the present key."""
        return encrypted.startswith(f"{_FORMAT}{self.keys.present.id}:".encode())

    def keyed_hash(self, value: str) -> str:
        """32 hex digits that name ``value`` without revealing it."""
        return hmac.new(self._hash_key, value.encode(), hashlib.sha256).hexdigest()[:32]

    @property
    def lookup_key(self) -> bytes:
        """The key of ``keyed_hash``."""
        return self._hash_key

    def use_lookup_key(self, key: bytes) -> None:
        """Make keyed hashes with this key from now on: the one that the database keeps."""
        self._hash_key = key

    @property
    def first_record_key(self) -> bytes:
        """The record's key as long as none is written down: of the oldest key of the ring."""
        return _derive(self.keys.first.encode(), _HASHING)

    def _open_old(self, data: bytes) -> bytes:
        return _decrypt(tuple(self.keys.by_id.values()), data, "")


def _encrypt(key: DataKey, plain: bytes, bound_to: str) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + key.cipher.encrypt(nonce, plain, bound_to.encode())


def _decrypt(keys: tuple[DataKey, ...], data: bytes, bound_to: str) -> bytes:
    for key in keys:
        try:
            return key.cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], bound_to.encode())
        except (InvalidTag, ValueError):
            continue
    raise DecryptionError("Encrypted data does not open with DATA_KEY, or belongs elsewhere.")


def _parts_of(encrypted: str) -> tuple[str | None, str]:
    """Key id (None in the old form) and the base64 of an encrypted text."""
    if not encrypted.startswith(_FORMAT):
        return None, encrypted
    key_id, _, encoded = encrypted.removeprefix(_FORMAT).partition(":")
    return key_id, encoded


def _derive(master: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose).derive(master)
