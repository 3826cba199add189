"""What somebody waits for goes before what nobody waits for, within one process."""

from __future__ import annotations

import threading
from types import TracebackType


class PriorityGate:
    """``with precedence:`` around what goes first; ``give_way`` before each piece of the rest.

    Threads of one process share one interpreter lock: beside work that keeps it, what takes
    milliseconds alone takes as long as that work.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._is_free = threading.Event()
        self._is_free.set()

    def __enter__(self) -> None:
        with self._lock:
            self._count += 1
            self._is_free.clear()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._lock:
            self._count -= 1
            if self._count == 0:
                self._is_free.set()

    def give_way(self, max_seconds: float) -> None:
        """Return when nothing goes first, or after a time, so that the rest goes on too."""
        self._is_free.wait(max_seconds)
