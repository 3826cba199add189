"""Units of work on SQLite."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Integer, String, create_engine, text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Database, UtcDateTime, hold
from core.shared_sync import SharedSync
from tests.core.own_tables import OwnBase


class Counter(OwnBase):
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


def test_what_was_committed_is_put_on_the_disk_once_for_all_who_ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second and third ask while the first sync runs: one more covers both."""
    log = tmp_path / "log"
    log.write_bytes(b"x")
    began, go_on, syncs = threading.Event(), threading.Event(), []

    def sync_slowly(file: int) -> None:
        syncs.append(file)
        began.set()
        go_on.wait(10)

    monkeypatch.setattr("os.fdatasync", sync_slowly)
    shared = SharedSync(log)
    threads = [threading.Thread(target=shared.sync) for _ in range(3)]
    threads[0].start()
    assert began.wait(10)
    for thread in threads[1:]:
        thread.start()
    while shared.asked < 3:
        threading.Event().wait(0.01)
    go_on.set()
    for thread in threads:
        thread.join()
    assert len(syncs) == 2


def test_every_unit_of_work_waits_for_the_disk(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = []
    monkeypatch.setattr("os.fdatasync", lambda file: synced.append(os.fstat(file).st_ino))
    with database.write() as db:
        db.add(Counter(name="a", value=1))
    log = Path(f"{database.engine.url.database}-wal")
    assert synced == [log.stat().st_ino]


@pytest.mark.parametrize("kind", ["database", "postgres"])
def test_a_held_name_is_held_by_one_transaction_at_a_time(
    kind: str, request: pytest.FixtureRequest
) -> None:
    database: Database = request.getfixturevalue(kind)
    inside: list[int] = []
    most: list[int] = []

    def work() -> None:
        for _ in range(5):
            with database.write() as db:
                hold(db, "texts/one-number")
                inside.append(1)
                most.append(len(inside))
                threading.Event().wait(0.002)
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 20 and max(most) == 1


@pytest.mark.postgres
def test_connections_that_a_server_ended_are_made_again(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.database_engine._REST_SECONDS", 0.0)
    with postgres.read() as first, postgres.read() as second:
        pids = [db.scalar(text("SELECT pg_backend_pid()")) for db in (first, second)]
    ending = create_engine(postgres.url, isolation_level="AUTOCOMMIT")
    with ending.connect() as connection:
        for pid in pids:
            connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    ending.dispose()
    for _ in pids:
        with postgres.write() as db:
            assert db.scalar(text("SELECT pg_backend_pid()")) not in pids


def test_rows_are_written_or_rolled_back_without_objects(database: Database) -> None:
    with database.write_rows() as rows:
        rows.execute(text("CREATE TABLE things (name TEXT)"))
        rows.execute(text("INSERT INTO things VALUES ('kept')"))
    with pytest.raises(ZeroDivisionError), database.write_rows() as rows:
        rows.execute(text("INSERT INTO things VALUES ('lost')"))
        raise ZeroDivisionError
    with database.read() as db:
        assert db.scalars(text("SELECT name FROM things")).all() == ["kept"]
