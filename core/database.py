"""The database and its units of work.

A unit of work is one transaction: ``with database.write() as db`` commits at its end or rolls
back on an error; ``with database.read() as db`` never writes. Operations flush, the edge commits.
On SQLite a writing transaction takes the write lock at its beginning, so that two writers queue
instead of failing half way (SQLite documentation, "BEGIN IMMEDIATE"), and what it committed is on
the disk when the unit of work is left (docs/decisions/0005-one-wait-for-the-disk.md).

What tables are made of is imported from here as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session, sessionmaker

from core.database_engine import IS_WRITING, file_beside, make_engine
from core.encrypted_columns import EncryptedText, HashedText, KeyedHash
from core.encryption import Vault
from core.shared_sync import SharedSync
from core.tables import NAMING_CONVENTION, Base, UtcDateTime, table_of
from core.writer_queue import WriterQueue

__all__ = [
    "NAMING_CONVENTION",
    "Base",
    "Database",
    "EncryptedText",
    "HashedText",
    "KeyedHash",
    "UtcDateTime",
    "hold",
    "is_in_unit_of_work",
    "table_of",
]

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
        self.engine = make_engine(url, pool_size)
        self.engine.dialect.hotline_vault = vault  # type: ignore[attr-defined]
        queue, log = file_beside(self.engine, "-line"), file_beside(self.engine, "-wal")
        self._queue = None if queue is None else WriterQueue(queue)
        self._log = None if log is None else SharedSync(log)
        self._writing = self.engine.execution_options(**{IS_WRITING: True})
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

    def _turn_to_write(self) -> AbstractContextManager[None]:
        return nullcontext() if self._queue is None else self._queue.turn()

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite rather than PostgreSQL."""
        return self.engine.dialect.name == "sqlite"

    def dispose(self) -> None:
        """Close all pooled connections."""
        self.engine.dispose()
