"""Writes of accounts. Each flushes and writes the audit trail; the edge commits.

No password comes here: it is hashed before the unit of work begins (``accounts.passwords``).
"""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.audit import Action, record_audit
from accounts.independence import note_influence
from accounts.models import StaffUser
from accounts.permissions import Role
from accounts.queries import find_user_by_login
from accounts.sessions import Ending, end_sessions_of
from config.languages import WRITTEN_LANGUAGES
from core.errors import ConflictError, DuplicateError, InputError
from core.phones import parse_phone

_LOGIN = re.compile(r"[a-z][a-z0-9._-]{2,31}")
LANGUAGES = WRITTEN_LANGUAGES


def create_user(
    db: Session,
    actor_id: str,
    now: datetime,
    *,
    login: str,
    name: str,
    role: str,
    office_id: str,
    password_hash: str = "",
    phone: str | None = None,
    language: str = "zh",
    must_change_password: bool = False,
) -> StaffUser:
    """Create a staff user. The caller has checked that the office exists, and the password.

    Without a hash the user chooses a password with a one-time code (``password_codes``). ``phone``
    is the number that codes go to. Raises InputError for a login, name, role, language or number
    that is not acceptable, DuplicateError when the login is taken.
    """
    login = login.strip().lower()
    if not _LOGIN.fullmatch(login):
        raise InputError("A login has 3 to 32 small letters, digits, dots or dashes.", "login")
    if find_user_by_login(db, login) is not None:
        raise DuplicateError("This login is taken.")
    user = StaffUser(
        login=login,
        name=_check_name(name),
        password_hash=password_hash,
        role=_check_role(role),
        office_id=office_id,
        language=_check_language(language),
        phone=read_phone(phone),
        is_active=True,
        must_change_password=must_change_password,
        created_at=now,
    )
    db.add(user)
    db.flush()
    note_influence(db, user.id, actor_id, Action.ACCOUNT_CREATED, now)
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
    phone: str | None = None,
) -> None:
    """Change a staff user; they are signed out when more than the name or the number changed.

    ``phone``: where one-time codes go from now on; None leaves it as it is. Raises InputError for a
    name, role or number that is not acceptable, ConflictError when users would take away their own
    role or their own account.
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
    number = user.phone if phone is None else read_phone(phone)
    if user.actor_id == actor_id and changed.keys() & {"role", "is_active"}:
        raise ConflictError("Nobody takes away their own role or account.")
    for field, value in wanted.items():
        setattr(user, field, value)
    if changed.keys() - {"name"}:
        end_sessions_of(db, user.id, Ending.ACCOUNT, now)
    if number != user.phone:
        user.phone = number
        # The number itself is personal data and stays out of the trail.
        changed["phone"] = {"from": "", "to": "changed"}
    db.flush()
    if changed.keys() - {"name"}:
        note_influence(db, user.id, actor_id, Action.ACCOUNT_CHANGED, now)
    if changed:
        record_audit(db, Action.ACCOUNT_CHANGED, actor_id, user.login, now, detail=changed)


def change_password(
    db: Session, user: StaffUser, new_hash: str, now: datetime, *, but_session: int | None = None
) -> None:
    """Users change their own password; all their sessions end but the one they did it in.

    The caller has checked the present password and the new one.
    """
    user.password_hash, user.must_change_password = new_hash, False
    end_sessions_of(db, user.id, Ending.PASSWORD, now, but=but_session)
    db.flush()
    record_audit(db, Action.PASSWORD_CHANGED, user.actor_id, user.login, now)


def set_language(db: Session, user: StaffUser, language: str) -> None:
    """The language of the user's console. Raises InputError for one that there is not."""
    user.language = _check_language(language)
    db.flush()


def read_phone(written: str | None) -> str | None:
    """A number that texts can be sent to, in E.164; None when there is none. Raises InputError."""
    if written is None or not written.strip():
        return None
    phone = parse_phone(written)
    if not phone.can_receive_texts:
        raise InputError("Codes can only be sent to a mobile number.", "phone")
    return phone.e164


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
