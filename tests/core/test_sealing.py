"""Personal data is sealed at rest and found again by a keyed hash."""

from __future__ import annotations

import pytest
from sqlalchemy import String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Database, EncryptedText
from core.encryption import DecryptionError, Vault
from core.errors import ConfigurationError
from tests.core.own_tables import OwnBase

KEY = "k" * 32


class EncryptedNote(OwnBase):
    __tablename__ = "test_sealed_notes"

    name: Mapped[str] = mapped_column(String(8), primary_key=True)
    words: Mapped[str] = mapped_column(EncryptedText("name"))


def test_what_is_encrypted_opens_only_with_the_same_key() -> None:
    encrypted = Vault(KEY).encrypt_text("张三 13800138000")
    assert "13800138000" not in encrypted
    assert Vault(KEY).decrypt_text(encrypted) == "张三 13800138000"
    with pytest.raises(DecryptionError):
        Vault("x" * 32).decrypt_text(encrypted)


def test_a_damaged_seal_does_not_open() -> None:
    vault = Vault(KEY)
    encrypted = bytearray(vault.seal(b"wages"))
    encrypted[-1] ^= 1
    with pytest.raises(DecryptionError):
        vault.open(bytes(encrypted))


def test_the_same_text_is_encrypted_differently_each_time_but_hashes_alike() -> None:
    vault = Vault(KEY)
    assert vault.encrypt_text("a") != vault.encrypt_text("a")
    assert vault.keyed_hash("a") == vault.keyed_hash("a") != Vault("x" * 32).keyed_hash("a")


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="32"):
        Vault("short")


def test_an_encrypted_column_is_plain_in_the_program_and_encrypted_in_the_database(
    database: Database,
) -> None:
    with database.write() as db:
        db.add(EncryptedNote(name="a", words="张三"))
    with database.read() as db:
        assert db.get_one(EncryptedNote, "a").words == "张三"
        assert "张三" not in db.execute(text("SELECT words FROM test_sealed_notes")).scalar_one()
