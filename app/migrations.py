"""Bringing a database to the newest numbered migration."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from core.database import Database
from core.errors import ConfigurationError

FOLDER = Path(__file__).parent.parent / "migrations"


def migrate(database: Database) -> str:
    """Run all migrations that are missing; the revision the database is at afterwards."""
    current = current_revision(database)
    if current is not None and current == newest_revision():
        return current
    from alembic import command

    with connect_to_migrate(database) as connection:
        command.upgrade(_config(connection), "head")
    _open_record(database)
    return current_revision(database) or ""


@contextmanager
def connect_to_migrate(database: Database) -> Iterator[Connection]:
    """One transaction in which tables may be made again.

    SQLite changes a table by copying it and dropping the old one, which would break the rows that
    refer to it: foreign keys are off meanwhile and checked before the commit (sqlite.org,
    "ALTER TABLE", section 7). Raises ConfigurationError when a row then refers to none.
    """
    with database.engine.connect() as connection:
        if database.is_sqlite:
            _set_foreign_keys(connection, is_on=False)
        try:
            with connection.begin():
                yield connection
                if database.is_sqlite:
                    _check_foreign_keys(connection)
        finally:
            if database.is_sqlite:
                _set_foreign_keys(connection, is_on=True)


def _set_foreign_keys(connection: Connection, *, is_on: bool) -> None:
    """Outside of a transaction: inside one, SQLite does not change it."""
    cursor = cast(Any, connection.connection.driver_connection).cursor()
    cursor.execute(f"PRAGMA foreign_keys={'ON' if is_on else 'OFF'}")
    cursor.close()


def _check_foreign_keys(connection: Connection) -> None:
    broken = {row[0] for row in connection.execute(text("PRAGMA foreign_key_check"))}
    if broken:
        raise ConfigurationError(
            f"Rows refer to none after migrating: {', '.join(sorted(broken))}."
        )


def _open_record(database: Database) -> None:
    """What the record needs once: its key written down, and the rows from before in the ledger."""
    # Needs the tables of all rooms.
    import app.tables  # noqa: F401
    from core.ledger import open_ledger
    from core.record_key import ensure_lookup_key, ensure_record_key

    with database.write() as db:
        ensure_record_key(db)
        ensure_lookup_key(db)
        open_ledger(db)
    encrypt_questions(database)


def encrypt_questions(database: Database) -> None:
    """Mask again and encrypt the questions that lie in plain from before they were encrypted."""
    from core.database import table_of
    from core.masking import mask_personal
    from core.plain_values import encrypt_plain_values
    from knowledge_base.models import QuestionGroup, UnansweredQuestion

    columns = (table_of(QuestionGroup).c.words, table_of(UnansweredQuestion).c.masked_words)
    with database.write() as db:
        for column in columns:
            encrypt_plain_values(db, column, mask_personal)


def make_migration(database: Database, message: str) -> None:
    """Write the next numbered migration from the difference between tables and database."""
    from alembic import command

    with database.engine.begin() as connection:
        number = int(newest_revision() or 0) + 1
        config = _config(connection)
        config.attributes["compares"] = True
        command.revision(config, message, autogenerate=True, rev_id=f"{number:04d}")


def current_revision(database: Database) -> str | None:
    """The revision a database is at; None when it has none, or does not answer."""
    try:
        with database.engine.connect() as connection:
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except SQLAlchemyError:
        return None
    return None if found is None else str(found)


def newest_revision() -> str:
    """The newest migration that the code knows."""
    numbers = (path.name[:4] for path in (FOLDER / "versions").glob("[0-9]*.py"))
    return max(numbers, default="")


def wait_until_migrated(database: Database, patience_seconds: float = 60) -> None:
    """Wait for a database that is being migrated beside this process.

    Raises ConfigurationError when it is not at the newest migration in time.
    """
    deadline = time.monotonic() + patience_seconds
    while current_revision(database) != newest_revision():
        if time.monotonic() > deadline:
            raise ConfigurationError(
                "The database is not at the newest migration: run 'python -m app migrate'."
            )
        time.sleep(0.1)


def differences(database: Database) -> list[object]:
    """What the tables of the code have that the migrated database has not, and the reverse."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from app.tables import metadata

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def _config(connection: Connection) -> Any:
    # Only the process that migrates pays for importing the tool.
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config
