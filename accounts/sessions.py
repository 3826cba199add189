"""Sessions of the console, stored here: the browser only holds a token.

A session ends by sign-out, by an administrator, by a change of the password or of the account, when
nothing was done for a while (``SessionRules.idle``; a call that is going on counts as doing
something), and in any case after ``SessionRules.absolute`` (OWASP ASVS 4.0, 3.3).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from accounts.models import KnownBrowser, StaffSession, StaffUser

_TOUCH_EVERY = timedelta(minutes=1)
_PENDING_FOR = timedelta(minutes=5)
_MAX_WRONG_CODES = 5
_STORED_FOR = timedelta(days=30)
_KNOWN_FOR = timedelta(days=180)

BusySince = Callable[[Session, int], datetime | None]
"""Since when a staff user (by id) is in a call that goes on now; None when in none."""


class Ending(StrEnum):
    """By what a session ended."""

    SIGNED_OUT = "signed_out"
    IDLE = "idle"
    TOO_OLD = "too_old"
    ADMINISTRATOR = "administrator"
    USER = "user"
    PASSWORD = "password"
    ACCOUNT = "account"
    WRONG_CODES = "wrong_codes"
    CONFIRMED = "confirmed"


@dataclass(frozen=True)
class SessionRules:
    """How long sessions last."""

    idle: timedelta = timedelta(minutes=30)
    absolute: timedelta = timedelta(hours=10)


@dataclass(frozen=True)
class Source:
    """Where a request comes from. ``known_token``: what the browser shows to be a known one."""

    address: str
    browser: str = ""
    known_token: str | None = None


def begin_session(
    db: Session, user: StaffUser, source: Source, now: datetime, *, is_pending: bool = False
) -> str:
    """Begin a session; the token for the browser, which is stored nowhere else."""
    token = secrets.token_urlsafe(32)
    row = StaffSession(
        token_key=token, user_id=user.id, started_at=now, seen_at=now, address=source.address[:64],
        browser=source.browser[:200], is_pending=is_pending, wrong_codes=0,
    )  # fmt: skip
    db.add(row)
    db.flush()
    return token


def find_session(db: Session, token: str) -> StaffSession | None:
    """The session of a token, ended or not, or None."""
    return db.scalar(select(StaffSession).where(StaffSession.token_key == token))


def is_live(
    session: StaffSession, rules: SessionRules, now: datetime, busy_since: datetime | None
) -> bool:
    """Whether the session goes on. A call counts that began before the session was idle."""
    return find_ending(session, rules, now, busy_since) is None


def find_ending(
    session: StaffSession, rules: SessionRules, now: datetime, busy_since: datetime | None
) -> Ending | None:
    """Why the session is over, whether or not that was written down yet; None while it goes on."""
    if session.ended_by is not None:
        return Ending(session.ended_by)
    if now - session.started_at >= (_PENDING_FOR if session.is_pending else rules.absolute):
        return Ending.TOO_OLD
    idle_from = session.seen_at + rules.idle
    is_in_call = busy_since is not None and busy_since <= idle_from
    return None if now < idle_from or is_in_call else Ending.IDLE


def touch_session(db: Session, session_id: int, now: datetime) -> None:
    """Note that something was done in a session."""
    row = db.get(StaffSession, session_id)
    if row is not None and row.ended_at is None:
        row.seen_at = max(row.seen_at, now)
        db.flush()


def needs_touch(seen_at: datetime, now: datetime) -> bool:
    """Whether it is time to note activity again; not at every request, to spare the database."""
    return now - seen_at >= _TOUCH_EVERY


def note_wrong_code(db: Session, session: StaffSession, now: datetime) -> bool:
    """A wrong second factor in a pending session; whether that was one too many and ended it."""
    session.wrong_codes += 1
    if session.wrong_codes >= _MAX_WRONG_CODES:
        end_session(db, session, Ending.WRONG_CODES, now)
    db.flush()
    return session.ended_at is not None


def end_session(db: Session, session: StaffSession, by: Ending, now: datetime) -> None:
    """End one session; one that ended before stays as it is."""
    if session.ended_at is None:
        session.ended_at, session.ended_by = now, by
        db.flush()


def end_sessions_of(
    db: Session, user_id: int, by: Ending, now: datetime, *, but: int | None = None
) -> int:
    """End all sessions of a user, except the one with the id ``but``; how many."""
    going_on = select(StaffSession).where(
        StaffSession.user_id == user_id, StaffSession.ended_at.is_(None)
    )
    rows = [row for row in db.scalars(going_on) if row.id != but]
    for row in rows:
        end_session(db, row, by, now)
    return len(rows)


def list_sessions(db: Session, user_id: int) -> list[StaffSession]:
    """The sessions of a user that were not ended, newest first."""
    query = select(StaffSession).where(
        StaffSession.user_id == user_id,
        StaffSession.ended_at.is_(None),
        StaffSession.is_pending.is_(False),
    )
    return list(db.scalars(query.order_by(StaffSession.seen_at.desc())))


def end_old_sessions(
    db: Session, rules: SessionRules, now: datetime, busy_since: BusySince
) -> dict[str, int]:
    """Write down which sessions are over, and delete what is old; counts."""
    ended = 0
    for row in db.scalars(select(StaffSession).where(StaffSession.ended_at.is_(None))):
        ending = find_ending(row, rules, now, busy_since(db, row.user_id))
        if ending is not None:
            end_session(db, row, ending, now)
            ended += 1
    db.execute(delete(StaffSession).where(StaffSession.ended_at < now - _STORED_FOR))
    db.execute(delete(KnownBrowser).where(KnownBrowser.last_used_at < now - _KNOWN_FOR))
    return {"ended": ended}


def is_known_browser(db: Session, user_id: int, token: str) -> bool:
    """Whether the user signed in before in the browser that shows this token."""
    return _find_known(db, user_id, token) is not None


def is_anybodys_browser(db: Session, token: str) -> bool:
    """Whether some user signed in before in the browser that shows this token."""
    known = select(KnownBrowser.id).where(KnownBrowser.token_key == token)
    return db.scalar(known.limit(1)) is not None


def remember_browser(db: Session, user_id: int, token: str | None, now: datetime) -> str:
    """Note that the user signed in in this browser; the token it shows from now on.

    A token that nobody's browser has is not taken over: it may be somebody's who plants it.
    """
    is_ours = token is not None and is_anybodys_browser(db, token)
    shown = token if token is not None and is_ours else secrets.token_urlsafe(24)
    row = _find_known(db, user_id, shown)
    if row is None:
        row = KnownBrowser(user_id=user_id, token_key=shown, last_used_at=now)
        db.add(row)
    row.last_used_at = now
    db.flush()
    return shown


def _find_known(db: Session, user_id: int, token: str) -> KnownBrowser | None:
    return db.scalar(
        select(KnownBrowser).where(KnownBrowser.user_id == user_id, KnownBrowser.token_key == token)
    )
