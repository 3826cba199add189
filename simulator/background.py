"""Work that Twilio does after it has answered: status callbacks and the like."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

_logger = logging.getLogger(__name__)


class Background:
    """A few threads, and a way to wait until nothing is left to do."""

    def __init__(self, threads: int = 8) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="simulator")
        self._pending = 0
        self._changed = threading.Condition()
        self._stopping = threading.Event()

    def submit(self, work: Callable[[], None]) -> None:
        """Do ``work`` soon. Its errors are logged, not raised."""
        if self._stopping.is_set():
            return
        with self._changed:
            self._pending += 1
        self._pool.submit(self._do, work)

    def pause(self, seconds: float) -> None:
        """Wait inside background work; ends early when the process stops."""
        if seconds > 0:
            self._stopping.wait(seconds)

    def settle(self, seconds: float) -> bool:
        """Wait until nothing is pending; False when ``seconds`` were not enough."""
        with self._changed:
            return self._changed.wait_for(lambda: self._pending == 0, seconds)

    def stop(self) -> None:
        """Take no more work, cut pauses short and wait for what is running."""
        self._stopping.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _do(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:
            _logger.exception("background work failed")
        finally:
            with self._changed:
                self._pending -= 1
                self._changed.notify_all()
