"""Writes of accounts. Each flushes and writes the audit trail; the edge commits."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from accounts.audit import Action, record_audit
from accounts.models import StaffUser
from accounts.passwords import Passwords, check_password
from accounts.permissions import Role
from accounts.queries import find_user_by_login
from core.errors import ConflictError, DuplicateError, InputError

_LOGIN = re.compile(r"[a-z][a-z0-9._-]{2,31}")
LANGUAGES = ("zh", "en")

MOST_FAILURES = 5
BLOCKED_FOR = timedelta(minutes=15)
"""After so many wrong passwords in a row a login is blocked for this time, right or wrong."""


def create_user(
    db: Session,
    passwords: Passwords,
    actor_id: str,
    now: datetime,
    *,
    login: str,
    name: str,
    role: str,
    office_id: str,
    password: str,
    language: str = "zh",
    must_change_password: bool = True,
) -> StaffUser:
    """Create a staff user. The caller has checked that the office exists.

    Raises InputError for a login, name, role, language or password that is not acceptable,
    DuplicateError when the login is taken.
    """
    login = login.strip().lower()
    if not _LOGIN.fullmatch(login):
        raise InputError("A login has 3 to 32 small letters, digits, dots or dashes.", "login")
    if find_user_by_login(db, login) is not None:
        raise DuplicateError("This login is taken.")
    check_password(password, login)
    user = StaffUser(
        login=login,
        name=_check_name(name),
        password_hash=passwords.hash(password),
        role=_check_role(role),
        office_id=office_id,
        language=_check_language(language),
        is_active=True,
        must_change_password=must_change_password,
        stamp=_new_stamp(),
        failed_sign_ins=0,
        created_at=now,
    )
    db.add(user)
    db.flush()
    detail = {"role": user.role, "office": office_id}
    record_audit(db, Action.ACCOUNT_CREATED, actor_id, login, now, detail=detail)
    return user


def change_user(
    db: Session,
    user: StaffUser,
    actor_id: str,
    now: datetime,
    *,
    name: str,
    role: str,
    office_id: str,
    is_active: bool,
) -> None:
    """Change a staff user; they are signed out when more than the name changed.

    Raises InputError for a name or role that is not acceptable, ConflictError when users would
    take away their own role or their own account.
    """
    wanted = {
        "name": _check_name(name),
        "role": _check_role(role),
        "office_id": office_id,
        "is_active": is_active,
    }
    changed = {
        field: {"from": getattr(user, field), "to": value}
        for field, value in wanted.items()
        if getattr(user, field) != value
    }
    if user.actor_id == actor_id and changed.keys() & {"role", "is_active"}:
        raise ConflictError("Nobody takes away their own role or account.")
    if not changed:
        return
    for field, value in wanted.items():
        setattr(user, field, value)
    if changed.keys() - {"name"}:
        user.stamp = _new_stamp()
    db.flush()
    record_audit(db, Action.ACCOUNT_CHANGED, actor_id, user.login, now, detail=changed)


def change_password(
    db: Session, passwords: Passwords, user: StaffUser, old: str, new: str, now: datetime
) -> None:
    """Users change their own password; other places where they are signed in are signed out.

    Raises InputError when the old one is wrong or the new one is not acceptable or the same.
    """
    if not passwords.is_right(user.password_hash, old):
        raise InputError("The present password is wrong.", "old")
    if old == new:
        raise InputError("The new password is the old one.", "password")
    _set_password(db, passwords, user, new, must_change=False)
    record_audit(db, Action.PASSWORD_CHANGED, user.actor_id, user.login, now)


def reset_password(
    db: Session, passwords: Passwords, user: StaffUser, actor_id: str, new: str, now: datetime
) -> None:
    """An administrator sets a password that its user must change; blocks are lifted.

    Raises InputError when it is not acceptable.
    """
    _set_password(db, passwords, user, new, must_change=True)
    user.failed_sign_ins, user.blocked_until = 0, None
    db.flush()
    record_audit(db, Action.PASSWORD_RESET, actor_id, user.login, now)


def set_language(db: Session, user: StaffUser, language: str) -> None:
    """The language of the user's console. Raises InputError for one that there is not."""
    user.language = _check_language(language)
    db.flush()


def sign_in(
    db: Session, passwords: Passwords, login: str, password: str, now: datetime, *, address: str
) -> StaffUser | None:
    """The user whose login and password these are; None when wrong, blocked or not active.

    Which of these it was is not told to who tries, and stands in the audit trail.
    """
    login = login.strip().lower()
    user = find_user_by_login(db, login)
    is_right = passwords.is_right(user.password_hash if user else None, password)
    why = _find_reason_against(user, is_right, now)
    if user is None or why is not None:
        if user is not None and why == "wrong":
            _count_failure(user, now)
        detail = {"why": why}
        record_audit(
            db, Action.SIGN_IN_FAILED, "nobody", login, now, address=address, detail=detail
        )
        return None
    if passwords.needs_rehash(user.password_hash):
        user.password_hash = passwords.hash(password)
    user.failed_sign_ins, user.blocked_until = 0, None
    user.last_signed_in_at = now
    db.flush()
    record_audit(db, Action.SIGNED_IN, user.actor_id, user.login, now, address=address)
    return user


def _find_reason_against(user: StaffUser | None, is_right: bool, now: datetime) -> str | None:
    if user is None:
        return "unknown"
    if user.blocked_until is not None and now < user.blocked_until:
        return "blocked"
    if not user.is_active:
        return "inactive"
    return None if is_right else "wrong"


def _count_failure(user: StaffUser, now: datetime) -> None:
    user.failed_sign_ins += 1
    if user.failed_sign_ins >= MOST_FAILURES:
        user.failed_sign_ins = 0
        user.blocked_until = now + BLOCKED_FOR


def _set_password(
    db: Session, passwords: Passwords, user: StaffUser, new: str, *, must_change: bool
) -> None:
    check_password(new, user.login)
    user.password_hash = passwords.hash(new)
    user.must_change_password = must_change
    user.stamp = _new_stamp()
    db.flush()


def _new_stamp() -> str:
    return secrets.token_hex(8)


def _check_name(name: str) -> str:
    if not 1 <= len(name.strip()) <= 64:
        raise InputError("A name has 1 to 64 characters.", "name")
    return name.strip()


def _check_role(role: str) -> str:
    if role not in set(Role):
        raise InputError("There is no such role.", "role")
    return role


def _check_language(language: str) -> str:
    if language not in LANGUAGES:
        raise InputError("There is no such language.", "language")
    return language
