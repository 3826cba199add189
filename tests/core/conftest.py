"""The empty database, with the tests' own tables beside the service's."""

from __future__ import annotations

import pytest

from core.database import Database
from tests.core.own_tables import OwnBase


@pytest.fixture
def database(database: Database) -> Database:
    """An empty SQLite database with all tables."""
    OwnBase.metadata.create_all(database.engine)
    return database
