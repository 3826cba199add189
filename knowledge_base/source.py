"""The content that a process serves: whole, unchanging, and replaced as a whole.

The database is asked for a stamp once a second. When it has moved, or a new local day has begun,
the new content is built beside the old one and one reference is exchanged. The index that finds
topics (the recogniser) is made from the samples in the same way, by a thread of its own, because
learning takes longer than a changed answer may wait.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

import structlog
from sqlalchemy.orm import Session

from core.clock import Clock, local_date
from core.database import Database
from knowledge_base.assembly import Assembled, Fault, PublishedVersion, assemble, rulers
from knowledge_base.loader import Content
from knowledge_base.queries import content_stamp, get_version, published_state, texts_of

log = structlog.get_logger()
POLL_SECONDS = 1.0

Samples = TypeVar("Samples")
Index = TypeVar("Index")


@dataclass(frozen=True)
class _Served:
    """One content with the state of the database and the day that it stands for.

    ``made`` is None when the files serve because the database was away.
    """

    content: Content
    stamp: int
    day: date
    made: Assembled | None


class ContentSource(Generic[Samples, Index]):
    """What this process serves. Safe to use from several threads at once.

    ``samples_of`` picks from a content what an index learns from, as a value that can be compared;
    ``learn`` makes the index from it.
    """

    def __init__(
        self,
        base: Content,
        database: Database,
        clock: Clock,
        samples_of: Callable[[Content], Samples],
        learn: Callable[[Samples], Index],
    ) -> None:
        self._base = base
        self._database = database
        self._clock = clock
        self._samples_of = samples_of
        self._learn = learn
        self._served: _Served | None = None
        self._fault = ""
        self._indexed: tuple[Samples, Index] | None = None
        self._refreshing = threading.Lock()
        self._learning = threading.Lock()
        self._stop = threading.Event()
        self._changed = threading.Event()
        self._threads: list[threading.Thread] = []

    def current(self) -> Content:
        """The whole content as of now."""
        if self._served is None:
            self.refresh()
        return self._served.content if self._served is not None else self._base

    def index(self) -> Index:
        """The index; made on the first call, and from then on always a finished one."""
        if self._indexed is None:
            self.renew_index()
        assert self._indexed is not None
        return self._indexed[1]

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

    def renew_index(self) -> bool:
        """Learn anew if the samples changed; whether they did. The old index serves meanwhile."""
        with self._learning:
            samples = self._samples_of(self.current())
            if self._indexed is not None and self._indexed[0] == samples:
                return False
            self._indexed = (samples, self._learn(samples))
            return True

    def start(self) -> None:
        """Watch the database from threads of this process, which end with it."""
        for work in (self._watch, self._keep_index):
            thread = threading.Thread(target=work, name=f"content{work.__name__}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """End the threads and wait for them."""
        self._stop.set()
        self._changed.set()
        for thread in self._threads:
            thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(POLL_SECONDS):
            if self.refresh():
                self._changed.set()

    def _keep_index(self) -> None:
        while not self._stop.is_set():
            self._changed.wait()
            self._changed.clear()
            if self._stop.is_set():
                return
            try:
                self.renew_index()
            except Exception:
                log.exception("index not renewed")

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
