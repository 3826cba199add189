"""One-time codes with which users choose their own password: nobody else ever knows one.

A code goes to the user's own number; the one who asked for it does not see it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.audit import Action, record_audit
from accounts.independence import note_influence
from accounts.models import PasswordCode, StaffUser
from accounts.queries import find_user_by_login
from accounts.second_factor import plain_code, random_code
from accounts.sessions import Ending, end_sessions_of

VALID_FOR = timedelta(hours=24)


def make_password_code(db: Session, user: StaffUser, actor_id: str, now: datetime) -> str:
    """A code for the user, who must be the only one to get it. Earlier codes end.

    The present password and all sessions end, and for a month the one who asked for the code
    counts as standing behind the account.
    """
    _end_codes(db, user, now)
    code = random_code()
    db.add(
        PasswordCode(
            user_id=user.id, code_key=plain_code(code), made_by=actor_id, made_at=now,
            expires_at=now + VALID_FOR,
        )
    )  # fmt: skip
    user.password_hash = ""
    end_sessions_of(db, user.id, Ending.ADMINISTRATOR, now)
    note_influence(db, user.id, actor_id, Action.PASSWORD_RESET, now)
    record_audit(db, Action.PASSWORD_RESET, actor_id, user.login, now)
    return code


def find_code_user(db: Session, login: str, code: str, now: datetime) -> StaffUser | None:
    """The active user of this login whose code this is, or None."""
    user = find_user_by_login(db, login)
    if user is None or not user.is_active or _find(db, user, code, now) is None:
        return None
    return user


def choose_password(
    db: Session, login: str, code: str, password_hash: str, now: datetime
) -> StaffUser | None:
    """Use up a code and store the hash of the password that the user chose; None when the code is
    not right (any more)."""
    user = find_code_user(db, login, code, now)
    if user is None:
        return None
    _end_codes(db, user, now)
    user.password_hash, user.must_change_password = password_hash, False
    end_sessions_of(db, user.id, Ending.PASSWORD, now)
    record_audit(db, Action.PASSWORD_CHOSEN, user.actor_id, user.login, now)
    return user


def _find(db: Session, user: StaffUser, code: str, now: datetime) -> PasswordCode | None:
    return db.scalar(
        select(PasswordCode).where(
            PasswordCode.user_id == user.id,
            PasswordCode.code_key == plain_code(code),
            PasswordCode.used_at.is_(None),
            PasswordCode.expires_at > now,
        )
    )


def _end_codes(db: Session, user: StaffUser, now: datetime) -> None:
    open_codes = update(PasswordCode).where(
        PasswordCode.user_id == user.id, PasswordCode.used_at.is_(None)
    )
    db.execute(open_codes.values(used_at=now))
    db.flush()
