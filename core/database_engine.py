"""The engine of a database: how connections to SQLite and PostgreSQL are made ready and kept."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

IS_WRITING = "is_writing"
"""Execution option of connections whose transactions write: SQLite's begin with the write lock."""
# Under load hardly any connection rests as long as this.
_REST_SECONDS = 1.0


def make_engine(url: str, pool_size: int) -> Engine:
    """The engine for a database URL, with twice ``pool_size`` connections at most.

    Raises ValueError for a database in memory, which has one connection only.
    """
    arguments: dict[str, Any] = {}
    if url.startswith("sqlite"):
        arguments["connect_args"] = {"timeout": 15, "check_same_thread": False}
        if url in {"sqlite://", "sqlite:///:memory:"}:
            raise ValueError("use a file for SQLite: an in-memory database has one connection only")
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=pool_size,
        # What a failed statement was given is somebody's data and stays out of the logs.
        hide_parameters=True,
        **arguments,
    )
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "checkin", _note_use)
        event.listen(engine, "checkout", partial(_ask_whether_alive, engine.dialect))
    return engine


def _note_use(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["used_at"] = time.monotonic()


def _ask_whether_alive(
    dialect: Dialect, connection: Any, record: ConnectionPoolEntry, _proxy: Any
) -> None:
    """Ask a connection that rested for a while whether its server is still there.

    To ask before each transaction would cost three round trips. A connection that does not answer
    is replaced by the pool, with all others (SQLAlchemy, "Dealing with Disconnects").
    """
    used_at = record.info.get("used_at")
    if used_at is None or time.monotonic() - used_at < _REST_SECONDS:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError("The database does not answer any more.") from error


def file_beside(engine: Engine, ending: str) -> Path | None:
    """The file beside SQLite's database, by what its name ends with; None for another database."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    return Path(f"{engine.url.database}{ending}")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling is switched off; _begin_sqlite says BEGIN itself.
    connection.isolation_level = None
    cursor = connection.cursor()
    (mode,) = cursor.execute("PRAGMA journal_mode = WAL").fetchone()
    # With a write-ahead log the unit of work puts it on the disk; where the file system has
    # none, SQLite does what it can by itself.
    synchronous = "NORMAL" if mode == "wal" else "FULL"
    for pragma in (
        f"synchronous = {synchronous}",
        "foreign_keys = ON",
        "busy_timeout = 15000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    is_writing = connection.get_execution_options().get(IS_WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")
