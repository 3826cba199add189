"""Accounts: roles, passwords, and a trail that only grows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from accounts.audit import Action, list_audit, record_audit
from accounts.demo import create_demo_accounts
from accounts.models import StaffUser
from accounts.operations import change_password, change_user, create_user
from accounts.passwords import Passwords
from accounts.permissions import ALL_PERMISSIONS, ROLE_PERMISSIONS, Role, permissions_of
from accounts.queries import find_user_by_login
from casework.transition_table import PERMISSIONS as CASE_PERMISSIONS
from config.offices import load_offices
from core.database import Base, Database
from core.encryption import Vault
from core.errors import ConflictError, DuplicateError, InputError
from privacy.operations import PERMISSION as ERASING
from ratings.vocabulary import PERMISSIONS as RATING_PERMISSIONS

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PASSWORD = "Long-Enough-2026"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD_HASH = QUICK.hash(PASSWORD)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Session]:
    """One writing transaction on an empty database."""
    database = Database(f"sqlite:///{tmp_path}/accounts.db", Vault("t" * 32))
    Base.metadata.create_all(database.engine)
    with database.write() as session:
        yield session
    database.dispose()


def _add(db: Session, login: str = "chen", **fields: str) -> StaffUser:
    values = {
        "login": login,
        "name": "陈敏",
        "role": "agent",
        "office_id": "dg-bureau",
        **fields,
    }
    return create_user(
        db,
        "staff:1",
        NOW,
        login=values["login"],
        name=values["name"],
        role=values["role"],
        office_id=values["office_id"],
        password_hash=PASSWORD_HASH,
    )


def test_every_permission_that_a_room_asks_for_is_given_to_some_role() -> None:
    assert CASE_PERMISSIONS | RATING_PERMISSIONS <= ALL_PERMISSIONS


def test_no_role_has_a_permission_that_no_room_asks_for() -> None:
    own = {"kb.see", "kb.edit", "kb.review", "staff.manage", "staff.see_audit"}
    agents = {"agents.answer", "agents.see", "agents.edit", "calls.see"}
    assert CASE_PERMISSIONS | RATING_PERMISSIONS | {ERASING} | own | agents == ALL_PERMISSIONS


def test_every_role_stands_in_the_table_and_no_other() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role)
    with pytest.raises(ValueError, match="emperor"):
        permissions_of("emperor")


def test_who_administers_accounts_sees_no_citizens_case() -> None:
    assert not {p for p in ROLE_PERMISSIONS[Role.ADMINISTRATOR] if p.startswith("case.")}


def test_nobody_both_edits_and_reviews_or_handles_and_administers() -> None:
    for permissions in ROLE_PERMISSIONS.values():
        assert not {"kb.edit", "kb.review"} <= permissions
        assert not {"case.see", "staff.manage"} <= permissions


def test_an_officer_cannot_decide_what_a_head_decides() -> None:
    officer = ROLE_PERMISSIONS[Role.OFFICER]
    head = ROLE_PERMISSIONS[Role.OFFICE_HEAD]
    assert head - officer == {
        "case.approve_clock",
        "case.decide_objection",
        "case.answer_review",
        "case.edit_replies",
        "ratings.appeal",
        "agents.see",
    }


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"login": "X"}, "login"),
        ({"login": "chen min"}, "login"),
        ({"name": "  "}, "name"),
        ({"role": "emperor"}, "role"),
    ],
)
def test_an_odd_account_is_refused(db: Session, fields: dict[str, str], field: str) -> None:
    with pytest.raises(InputError) as caught:
        _add(db, **fields)
    assert caught.value.field == field


def test_a_login_is_taken_once_whatever_its_case(db: Session) -> None:
    _add(db)
    with pytest.raises(DuplicateError):
        _add(db, login="CHEN")


def test_nobody_takes_away_their_own_role_or_account(db: Session) -> None:
    user = _add(db, role="administrator")
    for role, is_active in (("agent", True), ("administrator", False)):
        with pytest.raises(ConflictError):
            change_user(
                db, user, user.actor_id, NOW, name="陈敏", role=role, office_id="dg-bureau",
                is_active=is_active,
            )  # fmt: skip


def test_what_was_changed_stands_in_the_trail(db: Session) -> None:
    user = _add(db)
    change_user(
        db, user, "staff:99", NOW, name="陈敏", role="officer", office_id="dg-bureau",
        is_active=True,
    )  # fmt: skip
    newest = list_audit(db, subject="chen").entries[0]
    assert newest.action == Action.ACCOUNT_CHANGED
    assert newest.detail == {"role": {"from": "agent", "to": "officer"}}


def test_the_trail_is_neither_changed_nor_cut(db: Session) -> None:
    entry = record_audit(db, Action.PHONE_SHOWN, "staff:1", "DG1", NOW)
    entry.subject = "DG2"
    with pytest.raises(ConflictError):
        db.flush()
    db.rollback()
    entry = record_audit(db, Action.PHONE_SHOWN, "staff:1", "DG1", NOW)
    db.delete(entry)
    with pytest.raises(ConflictError):
        db.flush()
    db.rollback()


def test_a_trial_gets_one_account_of_each_role_once(tmp_path: Path) -> None:
    offices, passwords = load_offices(), Passwords(QUICK)
    database = Database(f"sqlite:///{tmp_path}/demo.db", Vault("t" * 32))
    Base.metadata.create_all(database.engine)

    def make(login: str) -> str:
        return f"Demo-Words-{len(login)}-xyz"

    first = create_demo_accounts(database, offices, make, NOW, passwords=passwords)
    assert {account.role for account in first} == set(Role)
    assert create_demo_accounts(database, offices, make, NOW, passwords=passwords) == first
    with database.write() as db:
        agent = find_user_by_login(db, "agent")
        assert agent is not None
        change_password(db, agent, QUICK.hash("Changed-By-Chen-1"), NOW)
    again = create_demo_accounts(database, offices, make, NOW, passwords=passwords)
    assert "agent" not in {account.login for account in again} and len(again) == len(Role) - 1
    database.dispose()
