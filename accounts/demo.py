"""Demo accounts: one of each role, for trials. Never made in production."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from accounts.operations import create_user
from accounts.passwords import Passwords
from accounts.permissions import Role
from accounts.queries import find_user_by_login
from config.offices import OfficeDirectory


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
    db: Session,
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
    branch = offices.find(DEMO_BRANCH) or offices.default
    accounts = []
    for login, name, role, is_at_bureau in _DEMO:
        office = offices.bureau if is_at_bureau else branch
        password = make_password(login)
        user = find_user_by_login(db, login)
        if user is None:
            user = create_user(
                db, passwords, "system", now, login=login, name=name, role=role,
                office_id=office.id, password=password, must_change_password=False,
            )  # fmt: skip
        elif not passwords.is_right(user.password_hash, password):
            continue
        accounts.append(DemoAccount(login, password, user.role, user.office_id))
    return accounts
