"""The migrations make exactly the tables that the code declares, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.migrations import FOLDER, differences, migrate, newest_revision
from core.database import Database
from core.encryption import Vault


def test_migrations_are_numbered_without_gaps() -> None:
    numbers = sorted(path.name[:4] for path in (FOLDER / "versions").glob("[0-9]*.py"))
    assert numbers == [f"{n:04d}" for n in range(1, len(numbers) + 1)]
    assert newest_revision() == numbers[-1]


def test_sqlite_is_brought_to_the_tables_of_the_code(tmp_path: Path, vault: Vault) -> None:
    database = Database(f"sqlite:///{tmp_path / 'migrated.sqlite3'}", vault)
    assert migrate(database) == newest_revision()
    assert migrate(database) == newest_revision()
    assert _real(differences(database)) == []
    database.dispose()


@pytest.mark.postgres
def test_postgresql_is_brought_to_the_tables_of_the_code(postgres: Database) -> None:
    assert migrate(postgres) == newest_revision()
    assert _real(differences(postgres)) == []


def _real(found: list[object]) -> list[object]:
    """Without the tables that tests declare for themselves."""
    return [d for d in found if "test_" not in str(d)]
