"""Scheduled work on personal data: deleting what is expired, and its encryption."""

from __future__ import annotations

from typing import Protocol

from config.retention import load_retention
from core.jobs import Counts, JobContext
from core.reencryption import reencrypt
from privacy import retention
from privacy.operations import RemoveFile


class RetentionContext(JobContext, Protocol):
    """``remove_file`` removes the stored bytes of an attachment for good."""

    @property
    def remove_file(self) -> RemoveFile: ...


class EncryptedFiles(Protocol):
    """A store of encrypted files."""

    def reencrypt(self) -> int:
        """Encrypt those of older keys with the present one; how many."""


class EncryptionContext(JobContext, Protocol):
    """The stores of encrypted files beside the database."""

    @property
    def recording_store(self) -> EncryptedFiles: ...

    @property
    def picture_store(self) -> EncryptedFiles: ...


def delete_expired(context: RetentionContext) -> Counts:
    """Delete, empty or erase everything whose time is over."""
    now = context.clock.now()
    return retention.delete_expired(context.database, load_retention(), context.remove_file, now)


def reencrypt_everything(context: EncryptionContext) -> Counts:
    """Encrypt all values and files that are of older keys with the present one."""
    count, done = 0, -1
    while done:
        with context.database.write() as db:
            done = reencrypt(db)
        count += done
    files = context.recording_store.reencrypt() + context.picture_store.reencrypt()
    return {"values": count, "files": files}
