"""An attacker has an old DATA_KEY: after a change it must open nothing, and nobody must notice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from app.commands.cases import find_faults
from app.migrations import migrate
from casework.case_services import CaseServices
from casework.models import Case
from casework.operations import lodge_petition
from config.offices import load_offices
from core.database import Database
from core.encryption import DecryptionError, Vault
from core.record_key import load_lookup_key
from core.reencryption import count_old_values, reencrypt
from core.working_calendar import WorkingCalendar
from knowledge_base.models import UnansweredQuestion
from providers.recordings import RecordingStore
from tests.casework.people import a_petition, petition_draft

OLD, NEW = (
    "the first key of the service, 32+ characters",
    "the second key of the service, 32+ chars",
)
NOW = datetime(2026, 12, 1, 2, tzinfo=UTC)
PHONE = "+8613800138000"


@contextmanager
def opened(folder: Path, *keys: str) -> Iterator[Database]:
    """The database as a process with these keys opens it."""
    database = Database(f"sqlite:///{folder}/rotated.sqlite3", Vault(*keys))
    try:
        load_lookup_key(database)
        yield database
    finally:
        database.dispose()


def case_services_of(database: Database) -> CaseServices:
    return CaseServices(database.vault, WorkingCalendar.from_config(), load_offices())


def phones(database: Database) -> list[str | None]:
    with database.read() as db:
        key = database.vault.keyed_hash(PHONE)
        return [case.phone for case in db.scalars(select(Case).where(Case.phone_key == key))]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A service that ran with the old key."""
    with opened(tmp_path, OLD) as database:
        migrate(database)
        with database.write() as db:
            a_petition(db, case_services_of(database), NOW)
            db.add(
                UnansweredQuestion(
                    masked_words="问题", reason="none", channel="text", language="zh", asked_at=NOW
                )
            )
    RecordingStore(tmp_path, Vault(OLD)).write("RE1", b"sound")
    return tmp_path


def _reencrypt(database: Database) -> None:
    done = -1
    while done:
        with database.write() as db:
            done = reencrypt(db, batch=2)


def test_numbers_are_found_and_the_record_is_whole_during_and_after_the_change(
    folder: Path,
) -> None:
    for keys in ((OLD, NEW), (NEW, OLD)):
        with opened(folder, *keys) as database:
            assert phones(database) == [PHONE]
            with database.read() as db:
                assert list(find_faults(db, database.vault)) == []
    with opened(folder, NEW, OLD) as database:
        _reencrypt(database)
        with database.read() as db:
            assert count_old_values(db) == {}
    with opened(folder, NEW) as database:
        assert phones(database) == [PHONE]
        with database.read() as db:
            assert list(find_faults(db, database.vault)) == []
            assert db.scalars(select(UnansweredQuestion.masked_words)).all() == ["问题"]


def test_a_citizen_who_comes_again_after_the_change_is_joined_to_the_open_case(
    folder: Path,
) -> None:
    with opened(folder, NEW, OLD) as database, database.write() as db:
        assert lodge_petition(db, case_services_of(database), petition_draft("9"), NOW).is_joined


def test_processes_with_the_keys_in_either_order_read_each_other(folder: Path) -> None:
    with opened(folder, NEW, OLD) as database, database.write() as db:
        a_petition(db, case_services_of(database), NOW, "2", employer="另一家厂")
    with opened(folder, OLD, NEW) as database:
        assert phones(database) == [PHONE, PHONE]


def test_the_old_key_opens_nothing_after_the_change(folder: Path) -> None:
    with opened(folder, NEW, OLD) as database:
        _reencrypt(database)
    with pytest.raises(DecryptionError), opened(folder, OLD):
        pass


def test_recordings_are_encrypted_again_too(folder: Path) -> None:
    both = RecordingStore(folder, Vault(NEW, OLD))
    assert (both.count_old(), both.reencrypt(), both.count_old()) == (1, 1, 0)
    assert RecordingStore(folder, Vault(NEW)).read("RE1.sealed") == b"sound"
    with pytest.raises(DecryptionError):
        RecordingStore(folder, Vault(OLD)).read("RE1.sealed")
