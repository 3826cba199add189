"""The queue of SQLite's writers: one writes, and the kernel wakes the next one at once.

SQLite itself lets waiting writers sleep and try again, longer each time, so that some wait for
seconds under load.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class WriterQueue:
    """The writers of one database on this machine, threads and processes alike."""

    def __init__(self, path: Path) -> None:
        """``path``: a file that is only locked; it is made when it is not there."""
        self._path = path

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Be the one writer from here on. Raises OSError. Not to be asked for twice by one
        thread."""
        with self._path.open("ab") as line:
            fcntl.flock(line, fcntl.LOCK_EX)
            yield
