"""The first accounts are made on the command line, with a code that is shown to nobody else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from accounts.independence import are_independent
from accounts.password_codes import find_code_user
from accounts.queries import find_user_by_login
from app.cli import main
from app.foundations import Foundations
from app.migrations import migrate
from config.settings import load_settings
from tests.app.test_settings import COMPLETE


def test_an_account_and_a_code_are_made_and_count_as_nobodys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = {**COMPLETE, "DATABASE_URL": f"sqlite:///{tmp_path / 'test.sqlite3'}"}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    parts = Foundations(load_settings())
    migrate(parts.database)
    codes = {}
    for login in ("first", "second"):
        add = ["accounts", "add", login, "--name", "某人", "--role", "administrator"]
        assert main(add) == 0
        found = re.search(r"[A-Z0-9]{5}-[A-Z0-9]{5}", capsys.readouterr().out)
        assert found is not None
        codes[login] = found[0]
    assert main(["accounts", "code", "second"]) == 0
    assert main(["accounts", "code", "nobody"]) == 1
    assert (
        main(["accounts", "add", "third", "--name", "x", "--role", "agent", "--office", "?"]) == 1
    )
    with parts.database.read() as db:
        now = parts.clock.now()
        assert find_code_user(db, "first", codes["first"], now) is not None
        assert find_code_user(db, "second", codes["second"], now) is None
        users = [find_user_by_login(db, login) for login in codes]
        assert users[0] is not None and users[1] is not None
        assert are_independent(db, users[0].actor_id, users[1].actor_id, now)
        assert find_user_by_login(db, "third") is None
    parts.database.dispose()
