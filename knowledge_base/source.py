"""The content that a process serves: whole, unchanging, and replaced as a whole.

The database is asked for a stamp once a second. When it has moved, or a new local day has begun,
the new content is built beside the old one and one reference is exchanged. What finds topics (the
recogniser) follows the content by itself: learning takes longer than a changed answer may wait.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date

import structlog
from sqlalchemy.orm import Session

from core.clock import Clock, local_date
from core.database import Database
from knowledge_base.assembly import Assembled, Fault, PublishedVersion, assemble, rulers
from knowledge_base.loader import Content
from knowledge_base.queries import content_stamp, get_version, published_state, texts_of

log = structlog.get_logger()
POLL_SECONDS = 1.0


@dataclass(frozen=True)
class _Served:
    """One content with the state of the database and the day that it stands for.

    ``made`` is None when the files serve because the database was away.
    """

    content: Content
    stamp: int
    day: date
    made: Assembled | None


class ContentSource:
    """What this process serves. Safe to use from several threads at once."""

    def __init__(self, base: Content, database: Database, clock: Clock) -> None:
        self._base = base
        self._database = database
        self._clock = clock
        self._served: _Served | None = None
        self._fault = ""
        self._refreshing = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def current(self) -> Content:
        """The whole content as of now."""
        if self._served is None:
            self.refresh()
        return self._served.content if self._served is not None else self._base

    def refresh(self) -> bool:
        """Build and exchange the content if anything changed; whether it did.

        A fault of any kind leaves the old content serving (at first: the files) and is logged,
        once as long as it stays the same.
        """
        with self._refreshing:
            try:
                is_new = self._refresh()
            except Exception as error:
                if repr(error) != self._fault:
                    log.exception("content not renewed")
                self._fault = repr(error)
                self._served = self._served or _Served(self._base, -1, date.min, None)
                return False
            self._fault = ""
            return is_new

    def start(self) -> None:
        """Watch the database from a thread of this process, which ends with it."""
        self._thread = threading.Thread(target=self._watch, name="content", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and wait for it."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(POLL_SECONDS):
            self.refresh()

    def _refresh(self) -> bool:
        served, today = self._served, local_date(self._clock.now())
        with self._database.read() as db:
            stamp = content_stamp(db)
            if served is not None and (served.stamp, served.day) == (stamp, today):
                return False
            made = self._assemble(db, today, served.made if served is not None else None)
        for fault in made.faults:
            _report(fault)
        self._served = _Served(made.content, stamp, today, made)
        return True

    def _assemble(self, db: Session, today: date, earlier: Assembled | None) -> Assembled:
        state = published_state(db)
        known = earlier.read if earlier is not None else {}
        best = [candidates[0] for candidates in rulers(state.versions, today).values()]
        texts = texts_of(db, [v for v in best if (v.topic, v.content_hash) not in known])

        def text_of(version: PublishedVersion) -> str:
            text = texts.get((version.topic, version.number))
            return get_version(db, version.topic, version.number).content if text is None else text

        return assemble(self._base, state, today, text_of, earlier)


def _report(fault: Fault) -> None:
    log.error(
        "published version passed over",
        topic=fault.topic,
        number=fault.number,
        reason=fault.reason,
    )
