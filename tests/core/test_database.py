"""Units of work on SQLite."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, Database, UtcDateTime


class Counter(Base):
    __tablename__ = "test_counters"

    name: Mapped[str] = mapped_column(String(8), primary_key=True)
    value: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def test_an_error_rolls_everything_back(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as db:
        db.add(Counter(name="a", value=1))
        db.flush()
        raise ZeroDivisionError
    with database.read() as db:
        assert db.get(Counter, "a") is None


def test_writers_queue_instead_of_failing_half_way(database: Database) -> None:
    with database.write() as db:
        db.add(Counter(name="a", value=0))

    def add_ten() -> None:
        for _ in range(10):
            with database.write() as db:
                db.get_one(Counter, "a").value += 1

    threads = [threading.Thread(target=add_ten) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as db:
        assert db.get_one(Counter, "a").value == 40


def test_what_a_reader_loaded_stays_usable_and_what_it_changed_is_thrown_away(
    database: Database,
) -> None:
    with database.write() as db:
        db.add(Counter(name="a", value=1))
    with database.read() as db:
        row = db.get_one(Counter, "a")
        row.value = 7
    assert row.value == 7
    with database.read() as db:
        assert db.get_one(Counter, "a").value == 1


def test_moments_are_aware_and_naive_ones_are_refused(database: Database) -> None:
    moment = datetime(2026, 11, 23, 2, tzinfo=UTC)
    with database.write() as db:
        db.add(Counter(name="a", value=1, at=moment))
    with database.read() as db:
        assert db.get_one(Counter, "a").at == moment
    with pytest.raises(Exception, match="naive"), database.write() as db:
        db.add(Counter(name="b", value=1, at=datetime(2026, 1, 1)))  # noqa: DTZ001
