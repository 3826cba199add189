"""Bringing a database to the newest numbered migration."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from core.database import Database

FOLDER = Path(__file__).parent.parent / "migrations"


def migrate(database: Database) -> str:
    """Run all migrations that are missing; the revision the database is at afterwards."""
    with database.engine.begin() as connection:
        command.upgrade(_config(connection), "head")
        return current_revision(connection) or ""


def make_migration(database: Database, message: str) -> None:
    """Write the next numbered migration from the difference between tables and database."""
    with database.engine.begin() as connection:
        config = _config(connection)
        number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
        command.revision(config, message, autogenerate=True, rev_id=f"{number:04d}")


def current_revision(connection: Connection) -> str | None:
    """The revision a database is at, None when it has none."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str:
    """The newest migration that the code knows."""
    head = ScriptDirectory(str(FOLDER)).get_current_head()
    return head or ""


def differences(database: Database) -> list[object]:
    """What the tables of the code have that the migrated database has not, and the reverse."""
    from app.tables import metadata

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config
