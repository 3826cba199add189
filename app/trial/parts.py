"""The service's own parts over a throw-away folder, a clock that is set, and no network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from app.tables import metadata
from app.wiring import Parts
from config.settings import Settings
from core.clock import FixedClock
from core.state_store import StateStore
from dialogue.services import Facilities
from knowledge_base.loader import Content
from knowledge_base.published import KnowledgeBase
from nlu.engine import NluEngine

AGENT = "+8676922000000"
DUTY = "+8613900000000"
_KEY = "a throw-away key for a database that is deleted"


class LocalCounters(StateStore):
    """The counters of the state store, in this process and by the clock of the trial."""

    def __init__(self, clock: FixedClock) -> None:
        super().__init__("redis://127.0.0.1:1/0")
        self._clock = clock
        self._counts: dict[str, tuple[int, datetime]] = {}

    def count(self, counters: Mapping[str, int]) -> list[int]:
        """Add one to each counter; it begins again when the age of its first count is over."""
        now = self._clock.now()
        for name, seconds in counters.items():
            count, ends_at = self._counts.get(name, (0, now))
            if ends_at <= now:
                count, ends_at = 0, now + timedelta(seconds=seconds)
            self._counts[name] = (count + 1, ends_at)
        return [self._counts[name][0] for name in counters]


@dataclass(frozen=True)
class TrialParts(Parts):
    """The parts of one trial. ``engine`` and ``content`` are shared between trials."""

    trial_clock: FixedClock = field(kw_only=True)
    engine: NluEngine = field(kw_only=True)
    published: Content = field(kw_only=True)

    @cached_property
    def clock(self) -> FixedClock:
        """The clock of the trial."""
        return self.trial_clock

    @cached_property
    def state(self) -> StateStore:
        """Counters without a server."""
        return LocalCounters(self.trial_clock)

    @cached_property
    def knowledge(self) -> KnowledgeBase:
        """The content that the project ships."""
        return KnowledgeBase(lambda: self.published)

    @cached_property
    def facilities(self) -> Facilities:
        """As in the service, with an engine that is open."""
        return Facilities(
            nlu=self.engine,
            knowledge=self.knowledge,
            case_services=self.case_services,
            office_hours=self.office_hours,
            list_agents=lambda _db: self.settings.agents,
            list_duty_numbers=lambda: self.duty_numbers,
        )


@contextmanager
def open_trial(at: datetime, engine: NluEngine, content: Content) -> Iterator[TrialParts]:
    """A service that lives in a temporary folder from the moment ``at`` (aware) on."""
    with TemporaryDirectory(prefix="trial-") as folder:
        settings = Settings(
            hotline_env="test",
            public_base_url="http://127.0.0.1",
            secret_key=_KEY,
            data_key=_KEY,
            text_providers="file",
            database_url=f"sqlite:///{Path(folder) / 'trial.sqlite3'}",
            redis_url="redis://127.0.0.1:1/0",
            var_dir=Path(folder),
            agent_numbers=AGENT,
            duty_numbers=DUTY,
        )
        parts = TrialParts(settings, trial_clock=FixedClock(at), engine=engine, published=content)
        metadata.create_all(parts.database.engine)
        try:
            yield parts
        finally:
            parts.database.dispose()
