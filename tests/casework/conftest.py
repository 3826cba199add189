"""A desk, a database and people, for the tests of casework."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

import casework.danger  # noqa: F401  (its tables belong to the metadata)
from casework import models, notices  # noqa: F401  (their tables belong to the metadata)
from casework.case_services import CaseServices
from config.offices import load_offices
from core.clock import LOCAL_ZONE, FixedClock
from core.database import Base, Database
from core.encryption import Vault
from core.working_calendar import WorkingCalendar


@pytest.fixture(scope="session")
def case_services() -> CaseServices:
    """The real offices and calendar with a test key."""
    return CaseServices(Vault("t" * 32), WorkingCalendar.from_config(), load_offices())


@pytest.fixture
def database(tmp_path: Path, case_services: CaseServices) -> Iterator[Database]:
    """An empty SQLite database."""
    database = Database(f"sqlite:///{tmp_path}/cases.db", case_services.vault)
    Base.metadata.create_all(database.engine)
    yield database
    database.dispose()


@pytest.fixture
def db(database: Database) -> Iterator[Session]:
    """One writing transaction."""
    with database.write() as session:
        yield session


@pytest.fixture
def clock() -> FixedClock:
    """Monday, 23 November 2026, ten in the morning in Dongguan."""
    return FixedClock(datetime(2026, 11, 23, 10, 0, tzinfo=LOCAL_ZONE))
