"""Failed attempts delay the next one, longer each time; nobody is refused for what others did.

Each attempt is counted before anything is checked, so that parallel ones do not slip through.
Delays are counted for the login from where it is tried, for the address and for the login from
everywhere. A browser in which the user signed in before has a count of its own ("device cookies",
OWASP), so that strangers cannot delay it; who gives a right second factor waits for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from accounts.models import SignInAttempts
from core.database import hold

MAX_DELAY = timedelta(seconds=60)
_FORGOTTEN_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Key:
    """What is counted: ``name`` is unique, ``free`` attempts have no delay."""

    name: str
    free: int


def keys_of_password(login: str, address: str, browser: str | None) -> tuple[Key, ...]:
    """What a password for ``login`` counts for; ``browser`` is the token of a known one."""
    if browser is not None:
        return (Key(f"browser/{login}/{browser}", 5),)
    return (
        Key(f"pair/{login}/{address}", 3),
        Key(f"login/{login}", 10),
        Key(f"address/{address}", 20),
    )


def keys_of_code(user_id: int, address: str, browser: str | None) -> tuple[Key, ...]:
    """What a code of the second factor counts for. Who may give one has the right password."""
    if browser is not None:
        return (Key(f"code-browser/{user_id}/{browser}", 5),)
    return (Key(f"code-pair/{user_id}/{address}", 5), Key(f"code/{user_id}", 15))


def delay_after(failures: int, free: int) -> timedelta:
    """How long the next attempt waits: nothing at first, then 1 s, doubling up to ``MAX_DELAY``."""
    if failures < free:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - free, 10)), MAX_DELAY)


def find_wait(db: Session, keys: Sequence[Key], now: datetime) -> timedelta:
    """How long an attempt has to wait; zero when it may be made now."""
    rows = [_find(db, key) for key in keys]
    waits = [row.not_before - now for row in rows if row is not None and row.not_before > now]
    return max(waits, default=timedelta(0))


def take_turn(db: Session, keys: Sequence[Key], now: datetime) -> timedelta:
    """Count an attempt before it is checked; zero, or how long it has to wait instead.

    One that has to wait is not counted: it was not checked.
    """
    for key in sorted(keys, key=lambda key: key.name):
        hold(db, f"sign-in attempts {key.name}")
    wait = find_wait(db, keys, now)
    if not wait:
        count_failure(db, keys, now)
    return wait


def count_failure(db: Session, keys: Sequence[Key], now: datetime) -> None:
    """Count an attempt for each key and set when the next may be made."""
    for key in keys:
        row = _find(db, key)
        if row is None:
            row = SignInAttempts(key=key.name, failures=0, last_at=now, not_before=now)
            db.add(row)
        if now - row.last_at > _FORGOTTEN_AFTER:
            row.failures = 0
        row.failures += 1
        row.last_at = now
        row.not_before = now + delay_after(row.failures, key.free)
    db.flush()


def forgive(db: Session, keys: Sequence[Key]) -> None:
    """A right attempt: it counts for nothing, and what its login failed before is forgotten."""
    for key in keys:
        row = _find(db, key)
        if row is None:
            continue
        if not key.name.partition("/")[0].endswith("address"):
            db.delete(row)
        elif row.failures > 0:
            row.failures -= 1
            if row.failures < key.free:
                row.not_before = row.last_at
    db.flush()


def forget_old_attempts(db: Session, now: datetime) -> int:
    """Delete counts that no longer matter; how many."""
    old = delete(SignInAttempts).where(SignInAttempts.last_at < now - _FORGOTTEN_AFTER)
    return int(db.execute(old).rowcount)  # type: ignore[attr-defined]


def _find(db: Session, key: Key) -> SignInAttempts | None:
    return db.scalar(select(SignInAttempts).where(SignInAttempts.key == key.name))
