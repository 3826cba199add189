"""What all tests share: a clock that stands still, a database, the real content and engine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NoReturn
from uuid import uuid4

import pytest
from playwright.sync_api import Browser
from sqlalchemy import create_engine, text

from app.tables import metadata
from app.training import training_topics
from casework.case_services import CaseServices
from config.office_hours import load_office_hours
from config.offices import load_offices
from core.clock import LOCAL_ZONE, FixedClock
from core.database import Database
from core.embedded_valkey import EmbeddedValkey
from core.encryption import Vault
from core.state_store import StateStore
from core.working_calendar import WorkingCalendar
from dialogue.services import Facilities
from knowledge_base.loader import Content, load_content
from knowledge_base.published import KnowledgeBase
from nlu.embedded.storage import open_engine
from nlu.engine import NluEngine
from tests.browsing import CHROMIUM, open_browser
from tests.postgres_server import PostgresServer, find_binaries

# A working Monday morning.
MORNING = datetime(2026, 11, 23, 10, 0, tzinfo=LOCAL_ZONE)
SHARED = Path(__file__).parents[1].parent / "shared"


def shared(name: str) -> Path:
    """Something that lies beside the project; without it the test is skipped, under CI too."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} does not lie beside the project")
    return path


def missing(what: str) -> NoReturn:
    """Skip because something is not on this machine; under CI that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing, and CI=true")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a worker."""
    if CHROMIUM is None:
        missing("Chromium")
    with open_browser() as browser:
        yield browser


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MORNING)


@pytest.fixture(scope="session")
def vault() -> Vault:
    return Vault("a key that is only for tests, 32+ characters")


@pytest.fixture
def database(tmp_path: Path, vault: Vault) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'test.sqlite3'}", vault)
    metadata.create_all(database.engine)
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    binaries = find_binaries()
    if binaries is None:
        missing("PostgreSQL")
    server = PostgresServer(binaries)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def postgres(postgres_server: PostgresServer, vault: Vault) -> Iterator[Database]:
    """An empty PostgreSQL database without tables."""
    name = f"test_{uuid4().hex[:12]}"
    admin = create_engine(postgres_server.url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    database = Database(postgres_server.url.rsplit("/", 1)[0] + f"/{name}", vault)
    yield database
    database.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedValkey]:
    server = EmbeddedValkey(tmp_path_factory.mktemp("state"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def state(valkey: EmbeddedValkey) -> Iterator[StateStore]:
    store = StateStore(valkey.url)
    store.client.flushall()
    yield store
    store.close()


@pytest.fixture(scope="session")
def content() -> Content:
    return load_content()


@pytest.fixture(scope="session")
def nlu(content: Content) -> NluEngine:
    """The real engine, trained once and kept beside the development data."""
    cache = Path(__file__).parents[1] / "var" / "nlu"
    return open_engine(training_topics(content), cache, FixedClock(MORNING))


@pytest.fixture(scope="session")
def case_services(vault: Vault) -> CaseServices:
    return CaseServices(vault, WorkingCalendar.from_config(), load_offices())


@pytest.fixture
def make_facilities(
    nlu: NluEngine, content: Content, case_services: CaseServices
) -> Callable[..., Facilities]:
    def make(agents: tuple[str, ...] = ("+8676922000000",)) -> Facilities:
        return Facilities(
            nlu=nlu,
            knowledge=KnowledgeBase(lambda: content),
            case_services=case_services,
            office_hours=load_office_hours(),
            list_agents=lambda _db: agents,
        )

    return make
