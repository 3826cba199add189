"""Putting the parts together for one process."""

from __future__ import annotations

import fcntl
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from app.training import training_topics
from casework.desk import CaseDesk
from config.office_hours import load_office_hours
from config.offices import load_offices
from config.settings import Settings
from core.clock import AdvancedClock, Clock, SystemClock
from core.database import Database
from core.sealing import Vault
from core.state_store import StateStore
from core.working_calendar import WorkingCalendar
from dialogue.services import Facilities
from knowledge_base.loader import Content, load_content
from knowledge_base.published import KnowledgeBase
from nlu.embedded.storage import open_engine
from nlu.engine import NluEngine
from nlu.warming import WarmingEngine
from providers.signatures import SignatureCheck

log = structlog.get_logger()


@dataclass(frozen=True)
class Parts:
    """Everything that one process of the service works with, built when it is first needed."""

    settings: Settings

    @cached_property
    def clock(self) -> Clock:
        """The machine's clock, or in a trial one that can be moved."""
        offset_file = self.settings.clock_offset_file
        return AdvancedClock(offset_file) if offset_file else SystemClock()

    @cached_property
    def vault(self) -> Vault:
        """Seals personal data."""
        return Vault(self.settings.data_key)

    @cached_property
    def database(self) -> Database:
        """The database."""
        return Database(self.settings.database_url, self.vault)

    @cached_property
    def state(self) -> StateStore:
        """The state store."""
        return StateStore(self.settings.redis_url)

    @cached_property
    def content(self) -> Content:
        """The curated content."""
        return load_content()

    @cached_property
    def knowledge(self) -> KnowledgeBase:
        """Answers by topic."""
        return KnowledgeBase(lambda: self.content)

    @cached_property
    def nlu(self) -> NluEngine:
        """The engine that understands messages, opened in the background."""
        return WarmingEngine(
            lambda: embedded_engine(self.content, self.settings.var_dir, self.clock)
        )

    @cached_property
    def desk(self) -> CaseDesk:
        """What casework works with."""
        return CaseDesk(self.vault, WorkingCalendar.from_config(), load_offices())

    @cached_property
    def facilities(self) -> Facilities:
        """What the dialogue works with."""
        agents = self.settings.agents

        def list_agents(_db: Session) -> tuple[str, ...]:
            return agents

        return Facilities(
            nlu=self.nlu,
            knowledge=self.knowledge,
            desk=self.desk,
            office_hours=load_office_hours(),
            list_agents=list_agents,
        )

    @cached_property
    def signatures(self) -> SignatureCheck:
        """Checks webhooks."""
        return SignatureCheck(self.settings.public_base_url, self.settings.auth_tokens)


def embedded_engine(content: Content, var_dir: Path, clock: Clock) -> NluEngine:
    """The embedded engine for this content, from its cache or trained now.

    Several processes that start together wait for the one that trains.
    """
    cache = var_dir / "nlu"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        return open_engine(training_topics(content), cache, clock)
