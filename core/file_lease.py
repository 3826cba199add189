"""A lease that processes of one machine share through a file: one holder at a time.

The holder locks the file, so the system frees it when the holder dies, however that happens. A
holder that lives but has stopped working is passed over once it has held for ``max_seconds``.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path


class FileLease:
    """One process's claim on the lease in ``path``. ``wall_time`` gives seconds as files have."""

    def __init__(
        self, path: Path, max_seconds: float, wall_time: Callable[[], float] = time.time
    ) -> None:
        self._path = path
        self._max_seconds = max_seconds
        self._wall_time = wall_time
        self._file: FileIO | None = None

    def acquire(self) -> bool:
        """Take the lease if it is free or its holder is stale; never waits for a holder."""
        with self._guarded():
            file = _open(self._path)
            if not _lock(file):
                is_stale = self._is_stale(file)
                file.close()
                if not is_stale:
                    return False
                file = self._replace()
            now = self._wall_time()
            os.utime(file.fileno(), (now, now))
            self._file = file
            return True

    def is_free(self) -> bool:
        """Whether ``acquire`` would succeed at this moment."""
        with self._guarded(), _open(self._path) as file:
            return _lock(file) or self._is_stale(file)

    def release(self) -> None:
        """Give the lease up; harmless when it is not held or was passed to another."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _is_stale(self, file: FileIO) -> bool:
        held_since = os.fstat(file.fileno()).st_mtime
        return self._wall_time() - held_since > self._max_seconds

    def _replace(self) -> FileIO:
        # The stale holder keeps the lock of the file it opened, which has no name from now on.
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        file = _open(fresh)
        _lock(file)
        fresh.replace(self._path)
        return file

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Looking and taking are one operation among all processes."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with _open(self._path.with_name(f"{self._path.name}.guard")) as guard:
            fcntl.flock(guard, fcntl.LOCK_EX)
            yield


def _open(path: Path) -> FileIO:
    return FileIO(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+")


def _lock(file: FileIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
