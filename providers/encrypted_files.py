"""Files of our own with personal data in them: sealed, in one folder."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from core.encryption import DecryptionError, Vault
from core.errors import NotFoundError


@dataclass(frozen=True)
class StoredFile:
    """Where a file is kept: a path inside its folder, and the SHA-256 of its plain bytes."""

    path: str
    sha256: str


class EncryptedFiles:
    """The sealed files of one folder."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self._folder = folder
        self._vault = vault

    def write(self, name: str, content: bytes) -> StoredFile:
        """Keep a file: all of it or nothing, also when the machine stops in the middle.

        ``name`` is ours, letters and digits; what had this name before is replaced.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._folder / f"{name}.sealed"
        unfinished = path.with_suffix(f".{os.getpid()}.unfinished")
        with unfinished.open("wb") as file:
            file.write(self._vault.seal(content, _bound_to(path)))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        return StoredFile(path.name, hashlib.sha256(content).hexdigest())

    def remove(self, path: str) -> None:
        """Remove a file for good; it being gone already is fine."""
        (self._folder / Path(path).name).unlink(missing_ok=True)

    def names(self) -> list[str]:
        """The files that are kept, in order."""
        return sorted(path.name for path in self._folder.glob("*.sealed"))

    def count_old(self) -> int:
        """How many files are not encrypted with the present key."""
        contents = ((self._folder / name).read_bytes() for name in self.names())
        return sum(not self._vault.is_present_bytes(content) for content in contents)

    def reencrypt(self, path: str) -> bool:
        """Encrypt a file with the present key; False when it was, or does not open."""
        place = self._folder / Path(path).name
        try:
            content = place.read_bytes()
            if self._vault.is_present_bytes(content):
                return False
            plain = self._vault.open(content, _bound_to(place))
        except (FileNotFoundError, DecryptionError):
            return False
        self.write(place.name.removesuffix(".sealed"), plain)
        return True

    def read(self, path: str) -> bytes:
        """The plain bytes. Raises NotFoundError when the file is gone, DecryptionError when it is
        another one under this name."""
        try:
            file = self._folder / Path(path).name
            return self._vault.open(file.read_bytes(), _bound_to(file))
        except FileNotFoundError as error:
            raise NotFoundError("The file is gone.") from error


def _bound_to(path: Path) -> str:
    """What a file is bound to: put in another's place, it does not open."""
    return f"file|{path.name}"
