"""Waiting for the disk once for all who wait (docs/decisions/0005-one-wait-for-the-disk.md)."""

from __future__ import annotations

import os
import threading
from pathlib import Path


class SharedSync:
    """Puts what was written to a file on the disk, once for all who ask at the same time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._counting = threading.Lock()
        self._syncing = threading.Lock()
        self.asked = 0
        self._done = 0

    def sync(self) -> None:
        """Return when all that was written to the file before this call is on the disk.

        A file that does not exist has nothing to be put there. Raises OSError.
        """
        with self._counting:
            self.asked += 1
            mine = self.asked
        with self._syncing:
            if self._done >= mine:
                # One that began after this call has covered it.
                return
            covered = self.asked
            _put_on_disk(self._path)
            self._done = covered


def _put_on_disk(path: Path) -> None:
    try:
        file = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        # Not every system has the one that leaves out the times of the file.
        getattr(os, "fdatasync", os.fsync)(file)
    finally:
        os.close(file)
