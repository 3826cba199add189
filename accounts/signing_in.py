"""Signing in: counted first, then the password, then the second factor where there is one.

Three steps, because hashing takes long and must not hold the database: ``admit`` (one unit of
work) counts the attempt, the caller checks the password with ``Passwords``, and ``settle`` (another
unit) writes what came of it. Nobody is refused for failures of others: see ``accounts.attempts``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from accounts.attempts import Key, forgive, keys_of_code, keys_of_password, take_turn
from accounts.audit import Action, record_audit
from accounts.models import StaffSession, StaffUser
from accounts.queries import find_user, find_user_by_login
from accounts.second_factor import check_code, use_code
from accounts.sessions import (
    Ending,
    Source,
    begin_session,
    end_session,
    is_known_browser,
    note_wrong_code,
    remember_browser,
)

MAX_LOGIN = 64
_NOBODY = "nobody"


@dataclass(frozen=True)
class Admission:
    """An attempt that may be checked. ``password_hash`` is None for a login that does not exist."""

    login: str
    user_id: int | None
    password_hash: str | None
    keys: tuple[Key, ...]
    has_right_code: bool


@dataclass(frozen=True)
class SignedInUser:
    """What a right password led to. ``token`` is the session's; while ``is_pending`` it only
    serves to give the second factor. ``browser_token`` makes the browser a known one."""

    user: StaffUser
    token: str
    is_pending: bool = False
    browser_token: str = ""


def admit(
    db: Session, login: str, source: Source, now: datetime, *, code: str = ""
) -> Admission | timedelta:
    """Count an attempt to sign in; or how long it has to wait, and nothing is checked.

    With a right code of the second factor nobody waits.
    """
    login = clean_login(login)
    user = find_user_by_login(db, login)
    is_known = (
        user is not None
        and source.known_token is not None
        and is_known_browser(db, user.id, source.known_token)
    )
    keys = keys_of_password(login, source.address, source.known_token if is_known else None)
    has_code = bool(
        user is not None and code and user.has_second_factor and check_code(user, code, now, db)
    )
    wait = take_turn(db, keys, now)
    if wait and not has_code:
        return wait
    known_hash = None if user is None else user.password_hash
    return Admission(login, user.id if user else None, known_hash, keys, has_code)


def settle(
    db: Session,
    admission: Admission,
    source: Source,
    now: datetime,
    *,
    is_right: bool,
    code: str = "",
    new_hash: str | None = None,
) -> SignedInUser | None:
    """Begin a session after a right password; None when it was wrong or the account is not active.

    Which of these it was is not told to who tries, and stands in the audit trail. ``new_hash``
    replaces one that was made with other parameters.
    """
    user = find_user(db, admission.user_id) if admission.user_id is not None else None
    why = _find_reason_against(user, admission, is_right)
    if user is None or why is not None:
        record_audit(
            db, Action.SIGN_IN_FAILED, _NOBODY, admission.login, now,
            address=source.address, detail={"why": why},
        )  # fmt: skip
        return None
    if new_hash is not None:
        user.password_hash = new_hash
    if user.has_second_factor and not (admission.has_right_code and use_code(db, user, code, now)):
        # Its failures are forgotten only with the second factor.
        return SignedInUser(user, begin_session(db, user, source, now, is_pending=True), True)
    forgive(db, admission.keys)
    return _complete(db, user, source, now)


def give_code(
    db: Session, session: StaffSession, code: str, source: Source, now: datetime
) -> SignedInUser | timedelta | None:
    """The second factor in a pending session: signed in, or how long to wait, or None when wrong.

    Too many wrong ones end the pending session.
    """
    user = find_user(db, session.user_id)
    if user is None or not user.is_active:
        return None
    is_known = source.known_token is not None and is_known_browser(db, user.id, source.known_token)
    token = source.known_token if is_known else None
    keys = keys_of_code(user.id, source.address, token)
    wait = take_turn(db, keys, now)
    if wait:
        return wait
    if not use_code(db, user, code, now):
        record_audit(
            db, Action.SECOND_FACTOR_FAILED, _NOBODY, user.login, now, address=source.address
        )
        note_wrong_code(db, session, now)
        return None
    forgive(db, (*keys, *keys_of_password(user.login, source.address, token)))
    end_session(db, session, Ending.CONFIRMED, now)
    return _complete(db, user, source, now)


def clean_login(typed: str) -> str:
    """A login as it is looked up and written down: without control characters, of bounded length
    (PostgreSQL takes no NUL, columns have their width)."""
    return "".join(c for c in typed if c.isprintable()).strip().lower()[:MAX_LOGIN]


def _complete(db: Session, user: StaffUser, source: Source, now: datetime) -> SignedInUser:
    user.last_signed_in_at = now
    known = remember_browser(db, user.id, source.known_token, now)
    token = begin_session(db, user, source, now)
    record_audit(db, Action.SIGNED_IN, user.actor_id, user.login, now, address=source.address)
    return SignedInUser(user, token, browser_token=known)


def _find_reason_against(
    user: StaffUser | None, admission: Admission, is_right: bool
) -> str | None:
    if user is None:
        return "unknown"
    if not user.is_active:
        return "inactive"
    # A password that was changed while this one was checked counts.
    is_same = user.password_hash == admission.password_hash
    return None if is_right and is_same else "wrong"
