"""A record with some history, and somebody who can edit the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from accounts.audit import Action, record_audit
from app.commands.cases import find_faults
from casework.case_services import Actor, CaseServices
from casework.drafts import Contact
from casework.seals import seal_record
from core.clock import Clock, FixedClock
from core.database import Database
from core.ledger import open_ledger
from core.record_key import ensure_record_key
from ratings.models import Rating
from ratings.operations import ServiceEnded, propose_exclusion, rate_at_end_of_call
from ratings.vocabulary import ExclusionCode, ServiceKind
from tests.casework.people import OTHER_PHONE, a_petition

Tamper = Callable[[str], None]


@dataclass(frozen=True)
class Record:
    """A database with petitions and audit rows, and its checks."""

    database: Database
    case_services: CaseServices
    clock: FixedClock

    def edit(self, statement: str) -> None:
        """Edit the database as its administrator can, without the program's keys."""
        with self.database.engine.begin() as connection:
            connection.execute(text(statement))

    def faults(self) -> list[str]:
        """What ``python -m app cases verify`` finds."""
        with self.database.read() as db:
            return list(find_faults(db, self.database.vault))

    def seal(self) -> None:
        """Let the days go by until the record is sealed."""
        with self.database.write() as db:
            seal_record(db, self.clock.now())


def a_bad_rating(db: Session, case_services: CaseServices, clock: Clock) -> Rating:
    """A rating of 1 by key at the end of a call, with its case."""
    ended = ServiceEnded(
        key="call-9",
        office_id="dg-changan",
        channel="voice",
        kind=ServiceKind.CALL,
        language="zh",
        phone="",
        phone_key="",
        can_text=False,
        ended_at=clock.now(),
    )
    return rate_at_end_of_call(db, case_services, ended, 1, clock.now())


@pytest.fixture
def record(database: Database, case_services: CaseServices, clock: FixedClock) -> Record:
    """Two petitions of two citizens and three audit rows; nothing is wrong with them."""
    with database.write() as db:
        ensure_record_key(db)
        open_ledger(db)
    with database.write() as db:
        a_petition(db, case_services, clock.now())
        other = Contact(phone=OTHER_PHONE, channel="text", name="李四")
        a_petition(
            db, case_services, clock.now(), "2", contact=other, employer="大朗毛织厂", issue="欠薪"
        )
        rating = a_bad_rating(db, case_services, clock)
        reviewer = Actor("staff:8", frozenset({"ratings.exclude"}))
        propose_exclusion(db, rating, reviewer, ExclusionCode.MISTAKEN, "另一家", clock.now())
        for subject in ("a", "b", "c"):
            record_audit(db, Action.PHONE_SHOWN, "staff:1", subject, clock.now())
    return Record(database, case_services, clock)
