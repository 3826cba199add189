"""How fast cases are listed, found and swept when there are very many.

    python -m benchmarks.cases                        100,000 cases on SQLite in a temporary folder
    DATABASE_URL=postgresql+psycopg://... python -m benchmarks.cases      1,000,000 on PostgreSQL

The database of DATABASE_URL must be empty: the tables are made, filled and dropped again. Prints
the 50th and 95th percentile of each operation and fails when a 95th is over 200 ms.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, inspect, text
from sqlalchemy.orm import Session

from casework.case_services import CaseServices
from casework.employers import employer_key
from casework.mass_matters import MassMatter
from casework.models import Attachment, CannedReply, Case, CaseEvent, JointOffice, RecordSeal
from casework.notices import Notice
from casework.queries import (
    CaseFilter,
    count_cases,
    find_case_by_number,
    list_cases,
    list_cases_of_phone,
    list_for_sweep,
)
from casework.sweep import sweep_deadlines
from casework.vocabulary import CaseKind, CaseState, EventKind
from config.offices import load_offices
from core.clock import LOCAL_ZONE
from core.database import Base, Database, table_of
from core.encrypted_columns import bind_row
from core.encryption import Vault
from core.ledger import LedgerCoverage, LedgerEntry, LedgerHead
from core.phones import Phone
from core.record_key import RecordKey
from core.reference_numbers import make_case_number
from core.working_calendar import WorkingCalendar

LIMIT_MS = 200
ROUNDS = 200
BATCH = 5_000
SWEPT = 20
OPEN_SHARE = 0.03
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=LOCAL_ZONE)
FIRST_DAY = date(2023, 1, 1)
TABLES = [
    table.__table__
    for table in (
        MassMatter,
        Case,
        CaseEvent,
        Attachment,
        JointOffice,
        Notice,
        CannedReply,
        RecordSeal,
        LedgerEntry,
        LedgerHead,
        LedgerCoverage,
        RecordKey,
    )
]


class Town:
    """The made-up city: its phones, employers and cases, all from one seed."""

    def __init__(self, case_services: CaseServices, count: int) -> None:
        self.case_services, self.count = case_services, count
        self.chance = random.Random("cases")
        self.offices = [
            office for office in case_services.offices.offices if office.level == "town"
        ]
        self.days = (NOW.date() - FIRST_DAY).days
        self.phone_count = max(count // 3, 1)
        self.employer_count = max(count // 50, 1)

    def phone(self, n: int) -> str:
        return f"+8613{n:09d}"

    def employer(self, n: int) -> str:
        return f"东莞市第{n}电子有限公司"

    def number(self, n: int) -> str:
        """Cases are spread evenly over the days, so that the n-th has a known number."""
        a_day = self.count // self.days + 1
        return make_case_number(FIRST_DAY + timedelta(days=n // a_day), f"{n % a_day + 1:07d}")

    def rows(self, first: int, last: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Rows of cases and of their events."""
        cases = [self._case(n) for n in range(first, last)]
        return cases, [self._event(case) for case in cases]

    def _case(self, n: int) -> dict[str, Any]:
        chance, vault = self.chance, self.case_services.vault
        is_open = n > self.count * (1 - OPEN_SHARE)
        office = chance.choice(self.offices)
        phone = self.phone(chance.randrange(self.phone_count))
        employer = self.employer(chance.randrange(self.employer_count))
        received_at = NOW - timedelta(days=chance.randrange(0, 40) if is_open else 90)
        due_on = received_at.date() + timedelta(days=15)
        return {
            "id": n + 1,
            "number": self.number(n),
            "kind": CaseKind.PETITION,
            "state": CaseState.REGISTERED if is_open else CaseState.CLOSED,
            "is_open": is_open,
            "office_id": office.id,
            "assigned_to": f"staff:{chance.randrange(300)}",
            "town": office.town,
            "phone": phone,
            "phone_key": vault.keyed_hash(phone),
            "employer": employer,
            "employer_key": employer_key(vault, employer),
            "language": "zh",
            "channel": "voice",
            "issue": "老板拖欠工资三个月",
            "roads": [],
            "is_urgent": chance.random() < 0.02,
            "urgent_reasons": [],
            "received_at": received_at,
            "created_at": received_at,
            "state_since": received_at,
            "next_due_on": due_on if is_open else None,
            "is_due_provisional": False,
            "next_check_on": due_on if is_open else None,
            "has_breach": False,
            "calendar_fingerprint": self.case_services.calendar.fingerprint,
            "event_count": 1,
            "head_hash": "0" * 32,
            "version": 1,
        }

    def _event(self, case: dict[str, Any]) -> dict[str, Any]:
        return {
            "case_id": case["id"],
            "sequence": 1,
            "kind": EventKind.REGISTERED,
            "about": "",
            "happened_at": case["received_at"],
            "recorded_at": case["received_at"],
            "actor": "citizen",
            "office_id": case["office_id"],
            "detail": "{}",
            "detail_hash": "0" * 32,
            "prev_hash": "",
            "hash": "0" * 32,
        }


def main() -> int:
    """Fill, measure, print; 1 when a 95th percentile is over the limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--cases", type=int, default=0, help="how many cases to make")
    wanted = parser.parse_args().cases
    vault = Vault("benchmark only " * 3)
    case_services = CaseServices(vault, WorkingCalendar.from_config(), load_offices())
    with open_database(vault) as database:
        town = Town(case_services, wanted or (100_000 if database.is_sqlite else 1_000_000))
        took = fill(database, town)
        print(f"{town.count:,} cases on {database.engine.dialect.name}, filled in {took:.0f} s")
        return report(measure(database, town))


@contextmanager
def open_database(vault: Vault) -> Iterator[Database]:
    """The database of DATABASE_URL or a temporary SQLite file; tables are dropped at the end."""
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("DATABASE_URL") or f"sqlite:///{Path(folder) / 'cases.db'}"
        database = Database(url, vault)
        if inspect(database.engine).get_table_names():
            sys.exit("The database of DATABASE_URL is not empty.")
        Base.metadata.create_all(database.engine, tables=TABLES)
        try:
            yield database
        finally:
            Base.metadata.drop_all(database.engine, tables=TABLES)
            database.dispose()


def fill(database: Database, town: Town) -> float:
    """Write the cases; seconds it took."""
    began = time.perf_counter()
    for first in range(0, town.count, BATCH):
        cases, events = town.rows(first, min(first + BATCH, town.count))
        with database.write() as db:
            for model, rows in ((Case, cases), (CaseEvent, events)):
                table = table_of(model)
                db.execute(insert(table), [bind_row(table, row) for row in rows])
    with database.write() as db:
        db.execute(text("ANALYZE"))
    return time.perf_counter() - began


def measure(database: Database, town: Town) -> dict[str, list[float]]:
    """Milliseconds of every round of every operation."""
    took: dict[str, list[float]] = {}
    for name, read in reads_of(town).items():
        took[name] = []
        for _ in range(ROUNDS):
            with database.read() as db:
                took[name].append(timed(lambda read=read, db=db: read(db)))
    took[f"sweep: {SWEPT} cases, written"] = [
        timed(lambda: sweep(database, town)) for _ in range(ROUNDS // 4)
    ]
    return took


def sweep(database: Database, town: Town) -> None:
    """One unit of work of the sweep, with its commit and the ledger's entries."""
    with database.write() as db:
        sweep_deadlines(db, town.case_services, NOW, limit=SWEPT)


def reads_of(town: Town) -> dict[str, Callable[[Session], object]]:
    """The reads, each with other values every time."""
    case_services, chance = town.case_services, random.Random("rounds")

    def listed(db: Session, page: int = 1, **fields: Any) -> object:
        return list_cases(db, case_services, CaseFilter(today=NOW.date(), **fields), page=page)

    def a_branch() -> frozenset[str]:
        return case_services.offices.subtree(chance.choice(town.offices).id)

    def an_employer() -> str:
        return town.employer(chance.randrange(town.employer_count))

    def a_phone() -> Phone:
        return Phone(town.phone(chance.randrange(town.phone_count)), True)

    def a_number() -> str:
        return town.number(chance.randrange(town.count))

    def a_count(db: Session) -> object:
        return count_cases(db, case_services, CaseFilter(office_ids=a_branch()))

    return {
        "list: whole city": listed,
        "list: one office": lambda db: listed(db, office_ids=a_branch()),
        "list: one office, page 5": lambda db: listed(db, 5, office_ids=a_branch()),
        "list: one officer": lambda db: listed(db, assigned_to=f"staff:{chance.randrange(300)}"),
        "list: overdue": lambda db: listed(db, is_overdue=True),
        "list: overdue, one office": lambda db: listed(db, is_overdue=True, office_ids=a_branch()),
        "list: newest": lambda db: listed(db, is_open=None, order="newest"),
        "list: closed, one office": lambda db: listed(
            db, is_open=False, order="newest", office_ids=a_branch()
        ),
        "count: one office": a_count,
        "find: number": lambda db: find_case_by_number(db, a_number()),
        "find: phone": lambda db: list_cases_of_phone(db, case_services, a_phone()),
        "find: employer": lambda db: listed(db, is_open=None, employer=an_employer()),
        "sweep: what is due": lambda db: list_for_sweep(db, case_services, NOW, limit=SWEPT),
    }


def timed(work: Callable[[], object]) -> float:
    """Milliseconds that the work takes."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def report(took: dict[str, list[float]]) -> int:
    """Print the percentiles; 1 when one is over the limit."""
    worst = 0.0
    print(f"{'':32}{'p50 ms':>10}{'p95 ms':>10}")
    for name, times in took.items():
        ordered = sorted(times)
        p50, p95 = (ordered[int(len(ordered) * share)] for share in (0.5, 0.95))
        worst = max(worst, p95)
        print(f"{name:32}{p50:10.1f}{p95:10.1f}{'  over' if p95 > LIMIT_MS else ''}")
    return int(worst > LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
