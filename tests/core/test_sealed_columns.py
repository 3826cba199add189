"""An encrypted value opens in its own row and column only."""

from __future__ import annotations

from typing import cast

import pytest
from sqlalchemy import Integer, String, Table, insert, select, text
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Mapped, aliased, mapped_column

from core.database import Database, EncryptedText
from core.encrypted_columns import bind_row
from core.encryption import DecryptionError, Vault
from core.reencryption import count_old_values, reencrypt
from tests.core.own_tables import OwnBase


class BoundNote(OwnBase):
    __tablename__ = "test_bound_notes"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    number: Mapped[str] = mapped_column(String(8), unique=True)
    part: Mapped[int] = mapped_column(Integer, default=1)
    words: Mapped[str | None] = mapped_column(EncryptedText("number", "part"))
    more: Mapped[str | None] = mapped_column(EncryptedText("number", "part"))


NOTES = cast(Table, BoundNote.__table__)


@pytest.fixture
def notes(database: Database) -> Database:
    with database.write() as db:
        db.add(BoundNote(number="a", part=1, words="工资", more=""))
        db.add(BoundNote(number="b", part=1, words="社保", more="证据"))
    return database


def change(database: Database, statement: str) -> None:
    with database.write() as db:
        db.execute(text(statement))


def words_of(database: Database, number: str) -> str | None:
    with database.read() as db:
        return db.scalars(select(BoundNote).where(BoundNote.number == number)).one().words


def test_objects_columns_and_aliases_read_alike(notes: Database) -> None:
    other = aliased(BoundNote)
    with notes.read() as db:
        assert [n.words for n in db.scalars(select(BoundNote).order_by("id"))] == ["工资", "社保"]
        assert list(db.scalars(select(BoundNote.more).order_by(BoundNote.id))) == ["", "证据"]
        assert list(db.scalars(select(NOTES.c.words).order_by(NOTES.c.id))) == ["工资", "社保"]
        newest = select(NOTES.c.words).order_by(NOTES.c.id.desc()).limit(1).scalar_subquery()
        assert db.execute(select(newest.label("newest"), newest)).one() == ("社保", "社保")
        assert db.execute(select(NOTES.c.words.label("said")).limit(1)).one().said == "工资"
        pair = select(BoundNote, other).join(other, other.number == "b").order_by(BoundNote.id)
        assert next((a.words, b.words) for a, b in db.execute(pair)) == ("工资", "社保")


def test_a_value_moved_to_another_row_or_column_does_not_open(notes: Database) -> None:
    change(
        notes,
        "UPDATE test_bound_notes SET words ="
        " (SELECT words FROM test_bound_notes WHERE number = 'b') WHERE number = 'a'",
    )
    with pytest.raises(DecryptionError):
        words_of(notes, "a")
    assert words_of(notes, "b") == "社保"
    change(notes, "UPDATE test_bound_notes SET words = more WHERE number = 'b'")
    with pytest.raises(DecryptionError):
        words_of(notes, "b")


def test_a_row_that_gets_another_name_takes_its_values_along(notes: Database) -> None:
    with notes.write() as db:
        db.scalars(select(BoundNote).where(BoundNote.number == "a")).one().part = 2
    assert words_of(notes, "a") == "工资"


def test_a_statement_of_its_own_binds_its_row(notes: Database) -> None:
    with notes.write_rows() as rows:
        rows.execute(insert(NOTES), bind_row(NOTES, {"number": "c", "part": 3, "words": "年假"}))
    assert words_of(notes, "c") == "年假"


def test_a_value_that_is_bound_to_nothing_is_not_written(notes: Database) -> None:
    with pytest.raises(StatementError, match="bind_row"), notes.write_rows() as rows:
        rows.execute(insert(NOTES), {"number": "d", "part": 1, "words": "年假"})
    with pytest.raises(ValueError, match="has its name"), notes.write_rows() as rows:
        rows.execute(insert(NOTES), bind_row(NOTES, {"number": "d", "words": "年假"}))


def test_what_was_written_before_still_opens(notes: Database) -> None:
    old = "BwcHBwcHBwcHBwcH"
    with notes.write() as db:
        db.execute(
            text("UPDATE test_bound_notes SET words = :old WHERE number = 'a'"), {"old": old}
        )
    with pytest.raises(DecryptionError):
        words_of(notes, "a")
    with notes.write() as db:
        old = old_form(notes.vault, "工资")
        db.execute(
            text("UPDATE test_bound_notes SET words = :old WHERE number = 'a'"), {"old": old}
        )
    assert words_of(notes, "a") == "工资"


def test_what_was_written_before_is_bound_by_the_job(notes: Database) -> None:
    old = old_form(notes.vault, "工资")
    change(notes, f"UPDATE test_bound_notes SET words = '{old}' WHERE number = 'a'")
    with notes.write() as db:
        assert count_old_values(db, OwnBase.metadata) == {"test_bound_notes.words": 1}
        assert reencrypt(db, metadata=OwnBase.metadata) == 1
        assert (
            reencrypt(db, metadata=OwnBase.metadata) == 0
            and count_old_values(db, OwnBase.metadata) == {}
        )
    assert words_of(notes, "a") == "工资"
    change(
        notes,
        "UPDATE test_bound_notes SET words ="
        " (SELECT words FROM test_bound_notes WHERE number = 'a') WHERE number = 'b'",
    )
    with pytest.raises(DecryptionError):
        words_of(notes, "b")


def test_older_keys_open_and_the_present_one_encrypts() -> None:
    before, after = Vault("a" * 32), Vault("b" * 32, "a" * 32)
    encrypted = before.encrypt_text("工资", "t|c|1")
    assert after.decrypt_text(encrypted, "t|c|1") == "工资"
    assert not after.is_present_form(encrypted)
    fresh = after.encrypt_text("工资", "t|c|1")
    assert fresh.startswith(f"v2:{after.keys.present.id}:") and after.is_present_form(fresh)
    for wrong in (before, Vault("b" * 32)):
        with pytest.raises(DecryptionError):
            wrong.decrypt_text(fresh, "t|c|2")
    assert after.open(before.seal(b"wav", "x"), "x") == b"wav"


def old_form(vault: Vault, plain: str) -> str:
    """What the first version wrote: base64 of nonce and ciphertext, bound to nothing."""
    import base64

    nonce = b"n" * 12
    cipher = vault.keys.present.cipher
    return base64.urlsafe_b64encode(nonce + cipher.encrypt(nonce, plain.encode(), None)).decode()
