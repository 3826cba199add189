"""The database: base class, column types, engine, and units of work.

A unit of work is one transaction: ``with database.write() as db`` commits at its end or rolls
back on an error; ``with database.read() as db`` never writes. Operations flush, the edge commits.
On SQLite a writing transaction takes the write lock at its beginning, so that two writers queue
instead of failing half way (SQLite documentation, "BEGIN IMMEDIATE"), and what it committed is on
the disk when the unit of work is left (docs/decisions/0005-one-wait-for-the-disk.md).
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, cast

from sqlalchemy import DateTime, MetaData, String, Table, create_engine, event, text
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool
from sqlalchemy.types import TypeDecorator

from core.encrypted_columns import EncryptedText, bind_objects, vault_of
from core.encryption import Vault
from core.shared_sync import SharedSync

__all__ = ["Base", "Database", "EncryptedText", "HashedText", "KeyedHash", "UtcDateTime", "hold"]

# Under load hardly any connection rests as long as this.
_REST_SECONDS = 1.0

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of all mapped classes."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)


bind_objects(Base)


def table_of(model: type[Base]) -> Table:
    """The table of a mapped class, for statements that are made once and used at each text."""
    return cast(Table, model.__table__)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC. A naive datetime is refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime was about to be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class HashedText(TypeDecorator[str]):
    """Text of which only the keyed hash is kept: rows are found by it, and it is not read back."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else vault_of(dialect).keyed_hash(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return value


KeyedHash = String(32)
"""Column type of ``Vault.keyed_hash`` values."""


_OPEN_UNITS: ContextVar[int] = ContextVar("open_units", default=0)


@contextmanager
def _count_unit() -> Iterator[None]:
    token = _OPEN_UNITS.set(_OPEN_UNITS.get() + 1)
    try:
        yield
    finally:
        _OPEN_UNITS.reset(token)


def is_in_unit_of_work() -> bool:
    """Whether this thread is inside ``Database.write`` or ``Database.read``: no place for work
    that takes long."""
    return _OPEN_UNITS.get() > 0


_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


def hold(db: Session, name: str) -> None:
    """Be the only writing transaction that holds ``name``, until it ends; others wait here.

    SQLite has one writer at a time in any case.
    """
    if db.get_bind().dialect.name == "postgresql":
        db.execute(_HOLD, {"name": name})


class Database:
    """One database, given by URL, and its units of work."""

    def __init__(
        self,
        url: str,
        vault: Vault,
        *,
        pool_size: int = 10,
        rules: Mapping[str, object] | None = None,
    ) -> None:
        """``rules``: what writes must keep to wherever they are made; ``Session.info`` has it."""
        self.url = url
        self.vault = vault
        self.engine = _make_engine(url, pool_size)
        self.engine.dialect.hotline_vault = vault  # type: ignore[attr-defined]
        self._line = _line_of(self.engine)
        self._log = None if self._line is None else SharedSync(_file_beside(self.engine, "-wal"))
        self._writing = self.engine.execution_options(is_writing=True)
        info = dict(rules or {})
        self._writers = sessionmaker(self._writing, expire_on_commit=False, info=info)
        self._readers = sessionmaker(self.engine, expire_on_commit=False, info=info)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One writing transaction: commits at the end, rolls back on any error.

        It must not be opened inside another one of the same thread.
        """
        with _count_unit(), self._turn_to_write(), self._writers() as db:
            try:
                yield db
                db.commit()
            except BaseException:
                db.rollback()
                raise
        if self._log is not None:
            self._log.sync()

    @contextmanager
    def write_rows(self) -> Iterator[Connection]:
        """One writing transaction for statements alone, which costs half of one with objects.

        Commits at the end, rolls back on any error. It must not be opened inside another one of
        the same thread.
        """
        with self._turn_to_write(), self._writing.begin() as connection:
            yield connection
        if self._log is not None:
            self._log.sync()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One reading transaction; whatever was changed in it is thrown away.

        What was read stays usable afterwards, as it was loaded.
        """
        with _count_unit(), self._readers() as db:
            try:
                yield db
            finally:
                db.expunge_all()
                db.rollback()

    @contextmanager
    def _turn_to_write(self) -> Iterator[None]:
        """Stand in line for SQLite's one writer.

        SQLite itself lets waiting writers sleep and try again, longer each time, so that some wait
        for seconds under load; the kernel wakes the next one at once.
        """
        if self._line is None:
            yield
            return
        with self._line.open("ab") as line:
            fcntl.flock(line, fcntl.LOCK_EX)
            yield

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite rather than PostgreSQL."""
        return self.engine.dialect.name == "sqlite"

    def dispose(self) -> None:
        """Close all pooled connections."""
        self.engine.dispose()


def _make_engine(url: str, pool_size: int) -> Engine:
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
    is made anew by the pool, with all others (SQLAlchemy, "Dealing with Disconnects").
    """
    used_at = record.info.get("used_at")
    if used_at is None or time.monotonic() - used_at < _REST_SECONDS:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError("The database does not answer any more.") from error


def _line_of(engine: Engine) -> Path | None:
    """The file by which SQLite's writers stand in line; None for another database."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    return _file_beside(engine, "-line")


def _file_beside(engine: Engine, ending: str) -> Path:
    return Path(f"{engine.url.database}{ending}")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling is switched off; _begin_sqlite says BEGIN itself.
    connection.isolation_level = None
    cursor = connection.cursor()
    (mode,) = cursor.execute("PRAGMA journal_mode = WAL").fetchone()
    # With a write-ahead log the unit of work puts it on the disk; where the file system bears
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
    is_writing = connection.get_execution_options().get("is_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")
