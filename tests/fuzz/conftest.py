"""One service a database for all that is thrown at it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text

from core.clock import FixedClock
from core.embedded_valkey import EmbeddedValkey
from nlu.engine import NluEngine
from tests.conftest import MORNING
from tests.fuzz.service import Service, fuzzed_service
from tests.postgres_server import PostgresServer


@pytest.fixture(scope="module")
def service(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    valkey: EmbeddedValkey,
    nlu: NluEngine,
) -> Iterator[Service]:
    """A whole service on the database of the parameter: ``sqlite`` or ``postgresql``."""
    folder = tmp_path_factory.mktemp("fuzz")
    url = f"sqlite:///{folder / 'fuzz.sqlite3'}"
    if request.param == "postgresql":
        url = make_database(request.getfixturevalue("postgres_server"))
    with fuzzed_service(folder, url, valkey.url, FixedClock(MORNING), nlu) as running:
        yield running


def make_database(server: PostgresServer) -> str:
    """The address of an empty database, which ends with its server."""
    name = f"fuzz_{uuid4().hex[:12]}"
    admin = create_engine(server.url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return server.url.rsplit("/", 1)[0] + f"/{name}"
