"""Demo accounts: one of each role, for trials. Never made in production."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from accounts.operations import create_user
from accounts.passwords import Passwords
from accounts.permissions import Role
from accounts.queries import find_user_by_login
from config.offices import OfficeDirectory
from core.database import Database


@dataclass(frozen=True)
class DemoAccount:
    """An account as it is printed at the start of a trial."""

    login: str
    password: str
    role: str
    office_id: str


# Login, name, role, and whether at the bureau (True) or at the first branch (False).
_DEMO = (
    ("agent", "热线坐席·陈敏", Role.AGENT, True),
    ("officer", "办案人员·李强", Role.OFFICER, False),
    ("head", "分局负责人·黄丽", Role.OFFICE_HEAD, False),
    ("supervisor", "市局督办·周洁", Role.SUPERVISOR, True),
    ("editor", "知识库编辑·吴凡", Role.EDITOR, True),
    ("reviewer", "知识库审核·郑琳", Role.REVIEWER, True),
    ("admin", "系统管理员", Role.ADMINISTRATOR, True),
)
DEMO_BRANCH = "dg-changan"
# Slow hashes guard passwords that can be guessed. These are made by chance, and whoever starts a
# trial waits for all of them; the first sign-in with one hashes it anew, slowly.
_QUICK = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)


def create_demo_accounts(
    database: Database,
    offices: OfficeDirectory,
    make_password: Callable[[str], str],
    now: datetime,
    *,
    passwords: Passwords | None = None,
) -> list[DemoAccount]:
    """One account a role, with the password that ``make_password`` gives for its login.

    An account that exists is left as it is, and left out when its password was changed since; so a
    second start with the same ``make_password`` returns the same list. ``passwords`` hashes quickly
    by default: ``make_password`` must give what nobody can guess.
    """
    passwords = passwords or Passwords(_QUICK)
    given = {login: make_password(login) for login, *_ in _DEMO}
    with database.read() as db:
        stored = {login: _stored_hash(db, login) for login in given}
    made = {login: passwords.hash(given[login]) for login in given if stored[login] is None}
    own = {
        login
        for login, password_hash in stored.items()
        if password_hash is None or passwords.is_right(password_hash, given[login])
    }
    with database.write() as db:
        return _add_missing(db, offices, now, given=given, made=made, own=own)


def _stored_hash(db: Session, login: str) -> str | None:
    user = find_user_by_login(db, login)
    return None if user is None else user.password_hash


def _add_missing(
    db: Session,
    offices: OfficeDirectory,
    now: datetime,
    *,
    given: Mapping[str, str],
    made: Mapping[str, str],
    own: Set[str],
) -> list[DemoAccount]:
    branch = offices.find(DEMO_BRANCH) or offices.default
    accounts: list[DemoAccount] = []
    for login, name, role, is_at_bureau in _DEMO:
        office = offices.bureau if is_at_bureau else branch
        user = find_user_by_login(db, login)
        if user is None:
            user = create_user(
                db, "system", now, login=login, name=name, role=role, office_id=office.id,
                password_hash=made[login],
            )  # fmt: skip
        if login in own:
            accounts.append(DemoAccount(login, given[login], user.role, user.office_id))
    return accounts
