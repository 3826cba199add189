"""The line of texts: a webhook is answered when its text is on the disk, and served after that.

So a flood makes answers later instead of making the provider give up on webhooks, and a text whose
process ends in the middle is served by another one (docs/decisions/0007-texts-wait-in-line.md).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from queue import Empty, SimpleQueue

import structlog

from core.priority_gate import PriorityGate
from sms.inbound import InboundMessage
from sms.services import TextServices
from sms.turns import serve_text
from sms.waiting import WaitingText, find_left_lying, store

log = structlog.get_logger()

# A text that waits this long while this process has nothing to do was left by one that ended.
_LEFT_LYING_AFTER = timedelta(seconds=10)
_MAX_AT_ONCE = 50
# How long requests may hold up a text: whatever comes in, twenty texts a second are served.
_PATIENCE_SECONDS = 0.05


class TextLine:
    """Takes texts at once and serves them one after the other, in a thread of its own.

    ``wait_until_ready`` returns when texts can be understood, or never will be. Each
    ``look_each_seconds`` without a text of its own the thread looks for those that another process
    has left. Requests of the process go before the next text: somebody waits for them.
    """

    def __init__(
        self,
        services: TextServices,
        wait_until_ready: Callable[[], object] = lambda: None,
        look_each_seconds: float = 5,
        requests: PriorityGate | None = None,
    ) -> None:
        self._services = services
        self._wait_until_ready = wait_until_ready
        self._look_each_seconds = look_each_seconds
        self._requests = requests or PriorityGate()
        self._texts: SimpleQueue[WaitingText | None] = SimpleQueue()
        self._is_begun = threading.Lock()
        self._is_ended = threading.Event()
        self._thread = threading.Thread(target=self._serve_until_ended, name="texts", daemon=True)

    def receive(self, message: InboundMessage) -> None:
        """Store a text and let it be served; one that came before changes nothing.

        Raises sqlalchemy's DBAPIError when it cannot be stored.
        """
        text = store(self._services.database, message, self._services.clock.now())
        if text is not None:
            self._texts.put(text)
            self.start()

    def start(self) -> None:
        """Begin to serve, if that has not begun."""
        if self._is_begun.acquire(blocking=False):
            self._thread.start()

    def stop(self, patience_seconds: float = 10) -> None:
        """Serve no more; returns when the text in hand is served. Those that wait are on the disk.

        The line cannot be started again.
        """
        self._is_ended.set()
        self._texts.put(None)
        if not self._is_begun.acquire(blocking=False):
            self._thread.join(patience_seconds)

    def _serve_until_ended(self) -> None:
        self._wait_until_ready()
        while not self._is_ended.is_set():
            try:
                text = self._texts.get(timeout=self._look_each_seconds)
            except Empty:
                self._pick_up()
            else:
                if text is not None:
                    self._serve(text)

    def _pick_up(self) -> None:
        """Serve what a process that ended has left."""
        services = self._services
        before = services.clock.now() - _LEFT_LYING_AFTER
        try:
            with services.database.read() as db:
                texts = find_left_lying(db, before, most=_MAX_AT_ONCE)
        except Exception:
            log.exception("waiting texts could not be looked for")
            return
        for text in texts:
            if not self._is_ended.is_set():
                self._serve(text)

    def _serve(self, text: WaitingText) -> None:
        self._requests.give_way(_PATIENCE_SECONDS)
        try:
            serve_text(self._services, text)
        except Exception:
            # It stays where it is, and is picked up when the database is there again.
            log.exception("text left waiting", sid=text.message.sid)
