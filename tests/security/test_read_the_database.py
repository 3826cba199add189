"""Somebody copies the database file: no word that a citizen said stands in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import String, Text, select, text

from app.migrations import encrypt_questions, migrate
from app.tables import metadata
from core.database import Database
from core.encrypted_columns import EncryptedText
from core.encryption import Vault
from knowledge_base.models import QuestionGroup, UnansweredQuestion
from tests.privacy.conftest import PHONE, Held, hold_everything_of

# Columns of plain words, and whose words they are. A new one has to be looked at.
PLAIN_WORDS = {
    "answer_receipts.text": "our answer",
    "correction_texts.words": "our text",
    "entry_versions.content": "editors",
    "entry_versions.reason": "editors",
    "entry_events.reason": "editors",
    "canned_replies.title": "staff",
    "canned_replies.body": "staff",
    "frozen_rankings.document": "figures",
    "frozen_rankings.words": "staff",
    "ranking_revisions.words": "staff",
    "statute_articles.words": "law",
    "statute_texts.title": "law",
    "statute_texts.short_title": "law",
    "statute_texts.source": "law",
    "statute_texts.statute": "law",
    "ledger_coverages.columns": "names of columns",
    "ledger_entries.note": "staff",
    "staff_users.password_hash": "a hash",
    "case_attachments.storage_path": "ours",
    "seal_exports.receipt": "a time stamp of an authority",
    "staff_sessions.browser": "staff's browsers",
}
_LONGEST_NAME = 160


def test_every_plain_column_of_words_is_known_to_hold_no_citizens() -> None:
    """Long text columns are encrypted, or listed with whose words they hold."""
    found = set()
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, EncryptedText):
                continue
            is_long = isinstance(column.type, Text) or (
                isinstance(column.type, String) and (column.type.length or 0) > _LONGEST_NAME
            )
            words = column.name in ("words", "text", "title", "body", "reason_words", "statute")
            if is_long or (words and isinstance(column.type, String)):
                found.add(f"{table.name}.{column.name}")
    assert found - set(PLAIN_WORDS) == set()


def test_a_stolen_file_has_neither_words_nor_names_nor_numbers(held: Held, tmp_path: Path) -> None:
    hold_everything_of(held, PHONE, "张建国独一无二")
    with held.database.engine.begin() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    content = b"".join(path.read_bytes() for path in tmp_path.rglob("console.db*"))
    assert len(content) > 100_000
    for words in ("独一无二", "我的话", "没人答的", PHONE, PHONE.removeprefix("+86")):
        assert words.encode() not in content
        assert json.dumps(words).strip('"').encode() not in content


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_database(request: pytest.FixtureRequest, tmp_path: Path, vault: Vault) -> Any:
    if request.param == "postgres":
        return request.getfixturevalue("postgres")
    return Database(f"sqlite:///{tmp_path}/migrated.sqlite3", vault)


def test_questions_from_before_are_masked_again_and_encrypted(any_database: Database) -> None:
    """What an older version stored in plain is not left there."""
    migrate(any_database)
    with any_database.engine.begin() as connection:
        for statement in (
            "INSERT INTO question_groups (key, week_on, words, size, nearest, state)"
            " VALUES ('row-1', '2026-11-23', '张建国欠薪', 1, '[]', 'open')",
            "INSERT INTO unanswered_questions"
            " (key, masked_words, reason, channel, language, asked_at, group_id)"
            " VALUES ('row-1', '身份证4419 0019 9001 0112 34', 'none', 'text', 'zh',"
            " '2026-11-24 00:00:00', NULL)",
        ):
            connection.execute(text(statement))
    encrypt_questions(any_database)
    with any_database.read() as db:
        assert db.scalars(select(QuestionGroup)).one().words == "[姓名]欠薪"
        assert db.scalars(select(UnansweredQuestion)).one().masked_words == "身份证[身份证号]"
    with any_database.engine.connect() as connection:
        stored = connection.execute(text("SELECT masked_words FROM unanswered_questions")).scalar()
    assert str(stored).startswith("v2:")
    any_database.dispose()
