"""Agents and a call queue of one test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from callcentre.models import Agent, Availability, QueuedCaller
from callcentre.operations import (
    AgentDraft,
    add_agent,
    enter_queue,
    set_availability,
)
from callcentre.queries import (
    list_agents,
    list_free_agents,
)
from callcentre.queue_rules import QueueEntry
from core.clock import FixedClock
from core.database import Database
from core.encryption import Vault


class Room:
    """Agents of one test."""

    def __init__(self, db: Session, vault: Vault, clock: FixedClock) -> None:
        self.db, self.vault, self.clock = db, vault, clock

    def add(self, name: str, office: str = "bureau", *languages: str, place: int = 1) -> Agent:
        number = f"+867692200{len(list_agents(self.db)):04d}"
        draft = AgentDraft(
            name=name,
            office_id=office,
            languages=languages or ("zh",),
            address=number,
            place=place,
            staff_user_id=len(list_agents(self.db)) + 1,
        )
        agent = add_agent(self.db, self.vault, draft, self.clock.now())
        return set_availability(self.db, agent, Availability.AVAILABLE, self.clock.now())

    def free(self, language: str = "zh", *offices: str) -> list[str]:
        now = self.clock.now()
        return [s.name for s in list_free_agents(self.db, offices or ("bureau",), language, now)]

    def wait(self, sid: str, language: str = "zh", *, is_urgent: bool = False) -> QueuedCaller:
        self.clock.advance(timedelta(seconds=1))
        return enter_queue(
            self.db,
            QueueEntry(
                sid,
                phone="+8613800138000",
                language=language,
                office_ids=("bureau",),
                about="",
                is_urgent=is_urgent,
            ),
            self.clock.now(),
        )


@pytest.fixture
def room(database: Database, vault: Vault, clock: FixedClock) -> Iterator[Room]:
    with database.read() as db:
        yield Room(db, vault, clock)
