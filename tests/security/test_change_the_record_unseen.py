"""The database's administrator wants to change what is on record without anybody seeing it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from casework.erasure import erase_case_values
from casework.models import Case
from casework.queries import list_events
from core.encryption import Vault
from core.ledger import LedgerEntry, open_ledger
from core.ledger_check import verify_ledger
from core.record_key import RecordKey
from core.reencryption import reencrypt
from tests.security.tampering import Record

SWAP = """
UPDATE cases SET {column} = swapped.{column}
FROM (SELECT 3 - id AS id, {column} FROM cases WHERE id IN (1, 2)) AS swapped
WHERE cases.id = swapped.id
"""


def test_an_untouched_record_is_whole(record: Record) -> None:
    assert record.faults() == []


@pytest.mark.parametrize("column", ["phone", "issue", "employer", "citizen_name"])
def test_to_swap_values_between_two_cases(record: Record, column: str) -> None:
    record.edit(SWAP.format(column=column))
    faults = record.faults()
    assert f"cases 1: {column} does not belong to this row" in faults
    assert f"cases 2: {column} does not belong to this row" in faults


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE cases SET office_id = 'dg-humen' WHERE id = 1", "cases 1: changed"),
        ("UPDATE cases SET is_urgent = NOT is_urgent WHERE id = 2", "cases 2: changed"),
        ("UPDATE cases SET assigned_to = 'staff:66' WHERE id = 2", "cases 2: changed"),
        ("UPDATE cases SET people = 99 WHERE id = 1", "cases 1: changed"),
        ("UPDATE cases SET next_due_on = '2027-01-01' WHERE id = 1", "cases 1: changed"),
        ("DELETE FROM audit_entries WHERE id = 2", "audit_entries 2: deleted"),
        ("DELETE FROM audit_entries WHERE id = 3", "audit_entries 3: deleted"),
        ("UPDATE audit_entries SET actor = 'staff:9' WHERE id = 1", "audit_entries 1: changed"),
        ("UPDATE ratings SET level = 5", "ratings 1: changed"),
        ("UPDATE ratings SET month = '2025-01'", "ratings 1: changed"),
        ("UPDATE rating_services SET office_id = 'dg-humen'", "rating_services 1: changed"),
        ("UPDATE rating_exclusions SET state = 'approved'", "rating_exclusions 1: changed"),
        ("DELETE FROM rating_exclusions", "rating_exclusions 1: deleted"),
    ],
)
def test_to_edit_or_delete_a_row(record: Record, statement: str, fault: str) -> None:
    record.edit(statement)
    assert fault in record.faults()


def test_to_invent_a_row(record: Record) -> None:
    record.edit(
        "INSERT INTO audit_entries (id, at, actor, action, subject, address, detail)"
        " VALUES (9, '2026-11-23 02:00:00', 'staff:1', 'signed_in', 'x', '', '{}')"
    )
    assert "audit_entries 9: never recorded" in record.faults()


@pytest.mark.parametrize("audit_id", [1, 2])
def test_to_delete_a_row_together_with_its_entry(record: Record, audit_id: int) -> None:
    record.edit(f"DELETE FROM audit_entries WHERE id = {audit_id}")
    record.edit(
        f"DELETE FROM ledger_entries WHERE table_name = 'audit_entries' AND row_name = '{audit_id}'"
    )
    assert any("ledger_entries" in fault for fault in record.faults())


def test_to_cut_off_the_end_of_the_ledger_with_what_it_tells_of(record: Record) -> None:
    with record.database.read() as db:
        last = db.scalars(select(LedgerEntry).order_by(LedgerEntry.number.desc())).first()
    assert last is not None and last.table_name == "audit_entries"
    record.edit(f"DELETE FROM audit_entries WHERE id = {last.row_name}")
    record.edit(f"DELETE FROM ledger_entries WHERE number = {last.number}")
    record.edit(f"UPDATE ledger_head SET number = {last.number - 1}, hash = '{last.prev_hash}'")
    assert any("end was cut off" in fault for fault in record.faults())


def test_to_empty_the_ledger_and_have_it_made_again(record: Record) -> None:
    record.clock.advance(timedelta(days=2))
    record.seal()
    record.edit("UPDATE cases SET office_id = 'dg-humen' WHERE id = 1")
    for table in ("ledger_entries", "ledger_head"):
        record.edit(f"DELETE FROM {table}")
    with record.database.write() as db:
        assert open_ledger(db) > 5
        assert list(verify_ledger(db)) == []
    assert [fault for fault in record.faults() if "seal" in fault] != []


def test_to_put_an_older_state_of_a_case_back(record: Record) -> None:
    before = "SELECT office_id, state FROM cases WHERE id = 1"
    with record.database.read() as db:
        office_id, state = db.execute(text(before)).one()
    with record.database.write() as db:
        db.get_one(Case, 1).office_id = "dg-humen"
    assert record.faults() == []
    record.edit(f"UPDATE cases SET office_id = '{office_id}', state = '{state}' WHERE id = 1")
    assert record.faults() == ["cases 1: changed"]


def test_a_lawful_erasure_leaves_no_value_no_salt_and_a_signed_tombstone(record: Record) -> None:
    now = record.clock.now()
    with record.database.write() as db:
        case = db.get_one(Case, 1)
        erase_case_values(db, case, frozenset({"phone", "issue"}), "staff:1+staff:2", "art-47", now)
    assert record.faults() == []
    with record.database.read() as db:
        case = db.get_one(Case, 1)
        assert (case.phone, case.issue) == (None, None)
        assert {(e.detail, e.detail_salt) for e in list_events(db, case)} == {("{}", None)}
        entries = db.scalars(
            select(LedgerEntry)
            .where(LedgerEntry.table_name == "cases", LedgerEntry.row_name == "1")
            .order_by(LedgerEntry.number)
        ).all()
        assert [entry.salt is None for entry in entries] == [True] * (len(entries) - 1) + [False]
        assert entries[-1].note == "erased by staff:1+staff:2: art-47"
    record.edit("UPDATE case_events SET erased_by = 'staff:9' WHERE case_id = 1 AND sequence = 1")
    assert len(record.faults()) == 1


def test_to_pass_a_deletion_off_as_a_lawful_erasure(record: Record) -> None:
    record.edit(
        "UPDATE case_events SET detail_salt = NULL, erased_by = 'staff:1', tombstone = 'abc'"
        " WHERE case_id = 1 AND sequence = 1"
    )
    assert len(record.faults()) == 1


def test_a_change_of_the_data_key_leaves_the_record_whole(record: Record) -> None:
    old = "t" * 32
    new = "the next key that is only for tests, 32+"
    record.database.engine.dialect.hotline_vault = Vault(new, old)  # type: ignore[attr-defined]
    record.database.vault = Vault(new, old)
    assert record.faults() == []
    with record.database.write() as db:
        assert reencrypt(db) > 10
        assert reencrypt(db) == 0
    only_new = Vault(new)
    record.database.engine.dialect.hotline_vault = only_new  # type: ignore[attr-defined]
    record.database.engine.dialect.hotline_record_mac = None  # type: ignore[attr-defined]
    record.database.vault = only_new
    assert record.faults() == []
    with record.database.read() as db:
        assert db.get_one(Case, 1).phone == "+8613800138000"
        assert db.get_one(RecordKey, "record").key != ""
