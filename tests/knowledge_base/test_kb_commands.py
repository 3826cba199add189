"""The commands by which versions are kept on an installation."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import pytest

from accounts.models import StaffUser
from accounts.operations import create_user
from app.commands import kb
from core.clock import FixedClock
from core.database import Database
from core.errors import ConflictError, NotFoundError
from knowledge_base.loader import CONTENT_FOLDER

TOPIC = "probation-period-length"
FILE = CONTENT_FOLDER / "entries" / "labour-contract" / f"{TOPIC}.yaml"
Command = Callable[..., str]


@pytest.fixture
def run_kb(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """``python -m app kb ...`` on the test's database; what it printed."""
    settings = {
        "HOTLINE_ENV": "test",
        "PUBLIC_BASE_URL": "http://hotline.test",
        "SECRET_KEY": "s" * 32,
        "DATA_KEY": "a key that is only for tests, 32+ characters",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "t" * 32,
        "TWILIO_FROM": "+8612333",
        "DATABASE_URL": database.url,
        "REDIS_URL": "redis://hotline.test",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    parser = argparse.ArgumentParser()
    kb.add_to(parser.add_subparsers())

    def run(*arguments: str) -> str:
        options = parser.parse_args(["kb", *arguments])
        assert options.run(options) == 0
        return capsys.readouterr().out

    return run


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """The real file of a topic with one more sample question."""
    text = FILE.read_text(encoding="utf-8").replace(
        "\n  colloquial:\n", '\n  colloquial:\n    - "三年的约试用期写八个月得不得"\n'
    )
    path = tmp_path / "edited.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_version_is_drafted_compared_reviewed_and_published(
    run_kb: Command, edited: Path
) -> None:
    drafted = run_kb("draft", TOPIC, str(edited), "--author", "lin", "--reason", "asked so")
    assert drafted == f"{TOPIC} version 2 is a draft\n"
    assert '\n+    - "三年的约试用期写八个月得不得"\n' in run_kb("diff", TOPIC)
    run_kb("submit", TOPIC, "--by", "lin")
    with pytest.raises(ConflictError, match="second person"):
        run_kb("publish", TOPIC, "--reviewer", "lin")
    published = run_kb("publish", TOPIC, "--reviewer", "mei")
    assert published.startswith(f"{TOPIC} version 2 is published from 2026-")
    history = run_kb("history", TOPIC)
    assert "version 2  published" in history
    assert "RULES  asked so" in history
    assert "published by mei" in history
    back = ("--to", "1", "--author", "lin", "--reviewer", "mei", "--reason", "no")
    assert "version 3 is published, as version 1 was" in run_kb("rollback", TOPIC, *back)


SPELLINGS = ("Lin", " lin ", "ＬＩＮ", "l i n", "lin.", "l-in", "li\u200bn", "staff:1", "林 晓")


@pytest.fixture
def lin(database: Database, clock: FixedClock) -> StaffUser:
    """An account whose login is ``lin`` and whose name 林晓."""
    with database.write() as db:
        user = create_user(
            db,
            "system",
            clock.now(),
            login="lin",
            name="林晓",
            role="editor",
            office_id="dg-bureau",
        )
        assert user.actor_id == "staff:1"
        return user


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.usefixtures("lin")
def test_nobody_is_a_second_person_by_another_spelling_of_their_name(
    run_kb: Command, edited: Path, spelling: str
) -> None:
    run_kb("draft", TOPIC, str(edited), "--author", "lin", "--reason", "asked so")
    run_kb("submit", TOPIC, "--by", "lin")
    with pytest.raises(ConflictError, match="second person"):
        run_kb("publish", TOPIC, "--reviewer", spelling)
    persons = ("--author", "lin", "--reviewer", spelling, "--reason", "no")
    with pytest.raises(ConflictError, match="second person"):
        run_kb("rollback", TOPIC, "--to", "1", *persons)
    with pytest.raises(ConflictError, match="second person"):
        run_kb("import", str(CONTENT_FOLDER), *persons)


def test_an_account_that_the_author_made_is_no_second_person_on_the_command_line_either(
    run_kb: Command, edited: Path, lin: StaffUser, database: Database, clock: FixedClock
) -> None:
    with database.write() as db:
        create_user(
            db, lin.actor_id, clock.now(), login="mei", name="梅", role="reviewer",
            office_id="dg-bureau",
        )  # fmt: skip
    run_kb("draft", TOPIC, str(edited), "--author", "林晓", "--reason", "asked so")
    run_kb("submit", TOPIC, "--by", "lin")
    with pytest.raises(ConflictError, match="second person"):
        run_kb("publish", TOPIC, "--reviewer", "Mei")
    assert "is published" in run_kb("publish", TOPIC, "--reviewer", "hua")


@pytest.mark.parametrize("nobody", ["", " ", "-", "\u200b", "。"])
def test_what_names_nobody_is_no_second_person(run_kb: Command, edited: Path, nobody: str) -> None:
    run_kb("draft", TOPIC, str(edited), "--author", "lin", "--reason", "asked so")
    run_kb("submit", TOPIC, "--by", "lin")
    with pytest.raises(ConflictError, match="second person"):
        run_kb("publish", TOPIC, "--reviewer", nobody)


def test_a_topic_is_retired(run_kb: Command) -> None:
    retired = run_kb("retire", TOPIC, "--by", "mei", "--reason", "law repealed")
    assert retired == f"{TOPIC} is retired (1 versions)\n"
    assert "retired by mei  law repealed" in run_kb("history", TOPIC)


def test_what_does_not_exist_is_said(run_kb: Command, tmp_path: Path) -> None:
    assert "has no versions" in run_kb("history", TOPIC)
    with pytest.raises(NotFoundError, match="no draft"):
        run_kb("submit", TOPIC, "--by", "lin")
    with pytest.raises(NotFoundError, match="in review"):
        run_kb("publish", TOPIC, "--reviewer", "lin")
    with pytest.raises(NotFoundError, match="no two versions"):
        run_kb("diff", TOPIC)
    with pytest.raises(NotFoundError, match="is no file"):
        run_kb("draft", TOPIC, str(tmp_path / "no"), "--author", "a", "--reason", "r")


def test_an_export_is_written(run_kb: Command, tmp_path: Path) -> None:
    out = run_kb("export", str(tmp_path / "out"))
    count = len(list((tmp_path / "out" / "entries").glob("*/*.yaml")))
    assert out == f"{count} entries written to {tmp_path / 'out'}\n"
    assert count >= 232
