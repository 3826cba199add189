"""Pictures that staff add to a case: recognised by decoding, stored encrypted."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import MappingProxyType

from PIL import Image

from core.encryption import Vault
from core.errors import InputError
from providers.encrypted_files import EncryptedFiles

MAX_PICTURE_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 50_000_000
"""What the camera of a telephone makes; more is a file that unpacks to fill the memory."""

# The signatures of ISO/IEC 10918-1 (start of image, first marker) and of the PNG specification.
_FIRST_BYTES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_FORMATS = ("JPEG", "PNG")
# Telephones keep a second, smaller picture behind the first: Pillow calls that JPEG an MPO.
_TYPES: Mapping[str, str] = MappingProxyType(
    {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png"}
)


@dataclass(frozen=True)
class StoredPicture:
    """Where a picture is stored, and what it is: SHA-256 and size of its plain bytes, its type."""

    path: str
    sha256: str
    size_bytes: int
    content_type: str


class PictureStore:
    """Pictures as encrypted files in one folder."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self._files = EncryptedFiles(folder, vault)
        self._vault = vault

    def write(self, case_number: str, content: bytes) -> StoredPicture:
        """Store a picture of a case; the same one again is the same file.

        Raises InputError (field ``picture``) when it is none, or larger than MAX_PICTURE_BYTES.
        """
        content_type = type_of_picture(content)
        digest = hashlib.sha256(content).hexdigest()
        # The plain hash as a name would tell a thief which known picture a file is.
        stored = self._files.write(self._vault.keyed_hash(f"{case_number}/{digest}"), content)
        return StoredPicture(stored.path, stored.sha256, len(content), content_type)

    def remove(self, path: str) -> None:
        """Remove a picture for good; it being gone already is fine."""
        self._files.remove(path)

    def count_old(self) -> int:
        """How many files are not encrypted with the present key."""
        return self._files.count_old()

    def reencrypt(self) -> int:
        """Encrypt what is of an older key with the present one; how many."""
        return sum(self._files.reencrypt(name) for name in self._files.names())

    def read(self, path: str) -> bytes:
        """The plain bytes. Raises NotFoundError when the file is gone."""
        return self._files.read(path)


def type_of_picture(content: bytes) -> str:
    """``image/jpeg`` or ``image/png``, by what can be decoded: names, declared types and first
    bytes are not trusted.

    Raises InputError (field ``picture``) for anything else, for what only begins like a picture,
    for what is too large and for what unpacks to more than MAX_PIXELS.
    """
    if len(content) > MAX_PICTURE_BYTES:
        raise InputError("The picture is larger than 5 MB.", "picture")
    if not content.startswith(_FIRST_BYTES):
        raise InputError("Only JPEG and PNG pictures can be added.", "picture")
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise InputError("The picture has more than 50 million pixels.", "picture")
            picture.load()
            return _TYPES[picture.format or ""]
    except InputError:
        raise
    except Exception as error:
        # Decoders answer damaged bytes with errors of many classes.
        raise InputError("The file begins like a picture but is none.", "picture") from error
