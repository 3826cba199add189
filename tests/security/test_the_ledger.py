"""The ledger keeps up with whatever the program does, on both databases and from both sides."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text, update

from accounts.audit import Action, record_audit
from accounts.models import AuditEntry
from app.migrations import connect_to_migrate, migrate
from app.tables import metadata
from casework.case_services import CaseServices
from casework.models import Case
from casework.operations import add_note, forward_case
from core.clock import FixedClock
from core.database import Database
from core.encryption import Vault
from core.ledger import LedgerEntry, LedgerHead, note_rows
from core.ledger_check import verify_ledger
from core.record_key import RecordKey
from ratings.demo import create_demo_ratings
from tests.casework.people import ALL_POWERFUL, a_message, a_petition


def faults(database: Database) -> list[str]:
    with database.read() as db:
        return [str(fault) for fault in verify_ledger(db)]


def test_what_the_program_changes_is_no_fault(
    database: Database, case_services: CaseServices, clock: FixedClock
) -> None:
    with database.write() as db:
        case = a_petition(db, case_services, clock.now())
        forward_case(db, case_services, case, ALL_POWERFUL, "dg-humen", "按规定", clock.now())
    with database.write() as db:
        add_note(db, case_services, db.get_one(Case, case.id), ALL_POWERFUL, "已致电", clock.now())
    with database.write() as db:
        create_demo_ratings(db, case_services.offices, clock.now(), months=1)
    assert faults(database) == []


def test_what_was_rolled_back_leaves_no_entry(
    database: Database, case_services: CaseServices, clock: FixedClock
) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as db:
        a_petition(db, case_services, clock.now())
        raise ZeroDivisionError
    with database.write() as db:
        with pytest.raises(ZeroDivisionError), db.begin_nested():
            record_audit(db, Action.SIGNED_IN, "staff:1", "lost", clock.now())
            raise ZeroDivisionError
        record_audit(db, Action.SIGNED_IN, "staff:1", "kept", clock.now())
    with database.read() as db:
        assert [entry.table_name for entry in db.scalars(select(LedgerEntry))] == ["audit_entries"]
    assert faults(database) == []


def test_a_row_that_the_program_deletes_leaves_a_tombstone(
    database: Database, case_services: CaseServices, clock: FixedClock
) -> None:
    with database.write() as db:
        case = a_message(db, case_services, clock.now())
        add_note(db, case_services, case, ALL_POWERFUL, "x", clock.now())
    with database.write() as db:
        db.execute(text("DELETE FROM case_events"))
        db.execute(text("DELETE FROM case_notices"))
        db.delete(db.get_one(Case, case.id))
    with database.read() as db:
        newest = db.scalars(select(LedgerEntry).order_by(LedgerEntry.number.desc())).first()
        assert newest is not None and (newest.change, newest.row_name) == ("deleted", str(case.id))
    assert faults(database) == []


def test_a_statement_that_would_pass_the_ledger_by_is_refused(database: Database) -> None:
    for statement in (update(Case).values(state="closed"), delete(AuditEntry)):
        with pytest.raises(RuntimeError, match="ledger"), database.write() as db:
            db.execute(statement)


def test_a_row_that_is_not_there_gets_no_entry(database: Database) -> None:
    with database.write() as db:
        note_rows(db, Case, [987654])
    assert faults(database) == []


def test_an_older_database_is_taken_in_once_by_the_migration(
    tmp_path: Path, vault: Vault, case_services: CaseServices, clock: FixedClock
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}", vault)
    migrate(database)
    with database.write() as db:
        a_petition(db, case_services, clock.now())
    with database.write() as db:
        for table in ("ledger_entries", "ledger_head", "record_keys"):
            db.execute(text(f"DELETE FROM {table}"))
        db.execute(text("UPDATE alembic_version SET version_num = version_num"))
    # As it was before there was a ledger: the migration is yet to come.
    with connect_to_migrate(database) as connection:
        from alembic import command

        from app.migrations import _config

        command.downgrade(_config(connection), "0007")
    migrate(database)
    with database.read() as db:
        assert {entry.change for entry in db.scalars(select(LedgerEntry))} == {"adopted"}
        assert db.get(RecordKey, "record") is not None
    assert faults(database) == []
    database.dispose()


@pytest.mark.postgres
def test_many_write_at_once_on_postgresql(
    postgres: Database, case_services: CaseServices, clock: FixedClock
) -> None:
    metadata.create_all(postgres.engine)
    with postgres.write() as db:
        ids = [
            a_petition(db, case_services, clock.now(), str(n), employer=f"{n}厂").id
            for n in range(4)
        ]

    def work(worker: int) -> None:
        for turn in range(6):
            with postgres.write() as db:
                # Crosswise: each worker takes the cases in an order of its own.
                for place in range(2):
                    case = db.get_one(Case, ids[(worker + place) % 4], with_for_update=True)
                    add_note(db, case_services, case, ALL_POWERFUL, f"{worker}/{turn}", clock.now())
                    db.flush()

    with ThreadPoolExecutor(4) as pool:
        outcomes = [pool.submit(work, worker) for worker in range(3)]
    assert [outcome.exception() for outcome in outcomes] == [None] * 3
    with postgres.read() as db:
        head = db.get_one(LedgerHead, 1)
        assert head.number == len(db.scalars(select(LedgerEntry.number)).all()) >= 4 + 36
    assert faults(postgres) == []
