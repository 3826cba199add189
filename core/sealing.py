"""Sealing personal data at rest, and keyed hashes to find it again.

AES-256-GCM with a key derived from ``DATA_KEY``; the keyed hash is HMAC-SHA-256 with another
derived key, so that a stolen database reveals neither numbers nor which rows share one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import ConfigurationError, HotlineError

_NONCE_BYTES = 12


class SealBrokenError(HotlineError):
    """Sealed data does not open: another key, or damaged."""


class Vault:
    """Seals and opens strings and bytes, and makes keyed hashes.

    ``data_key`` is any secret text of at least 32 characters.
    """

    def __init__(self, data_key: str) -> None:
        if len(data_key) < 32:
            raise ConfigurationError("DATA_KEY must have at least 32 characters.")
        master = data_key.encode()
        self._cipher = AESGCM(_derive(master, b"hotline seal v1"))
        self._hash_key = _derive(master, b"hotline keyed hash v1")

    def seal(self, plain: bytes) -> bytes:
        """Sealed bytes: nonce followed by ciphertext and tag."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, None)

    def open(self, sealed: bytes) -> bytes:
        """The plain bytes. Raises SealBrokenError when key or data are wrong."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
        except InvalidTag as error:
            raise SealBrokenError("Sealed data does not open with the present DATA_KEY.") from error

    def seal_text(self, plain: str) -> str:
        """Sealed text as URL-safe base64."""
        return base64.urlsafe_b64encode(self.seal(plain.encode())).decode()

    def open_text(self, sealed: str) -> str:
        """The plain text of ``seal_text``."""
        return self.open(base64.urlsafe_b64decode(sealed.encode())).decode()

    def keyed_hash(self, value: str) -> str:
        """32 hex digits that name ``value`` without revealing it."""
        return hmac.new(self._hash_key, value.encode(), hashlib.sha256).hexdigest()[:32]


def _derive(master: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose).derive(master)
