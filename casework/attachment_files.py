"""The bytes of what is attached to cases: recordings and pictures, each in its own store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from casework.models import Attachment
from casework.vocabulary import AttachmentKind
from core.errors import NotFoundError

_RECORDINGS_ARE = "audio/x-wav"


class FileStore(Protocol):
    """A store of files by their paths in it."""

    def read(self, path: str) -> bytes:
        """The bytes. Raises NotFoundError."""

    def remove(self, path: str) -> None:
        """Remove them for good; gone already is fine."""


@dataclass(frozen=True)
class AttachmentFiles:
    """The stores of recordings and of pictures."""

    recordings: FileStore
    pictures: FileStore

    def read(self, attachment: Attachment) -> tuple[bytes, str]:
        """Bytes and content type. Raises NotFoundError when they are not there yet, or gone."""
        if attachment.storage_path is None:
            raise NotFoundError("The recording has not been fetched yet.")
        content = self._store_of(attachment).read(attachment.storage_path)
        return content, attachment.content_type or _RECORDINGS_ARE

    def remove(self, attachment: Attachment) -> None:
        """Remove the bytes for good; gone already is fine."""
        if attachment.storage_path is not None:
            self._store_of(attachment).remove(attachment.storage_path)

    def _store_of(self, attachment: Attachment) -> FileStore:
        return self.pictures if attachment.kind == AttachmentKind.PICTURE else self.recordings
