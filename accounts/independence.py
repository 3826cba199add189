"""Whether two accounts can stand for two persons.

Who made an account, reset it, or changed its role or where its codes go could act through it. For
``INDEPENDENT_AFTER`` such an account and the one behind it count as one person, through any number
of accounts between them, and so do two accounts behind which the same one stands.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import AccountInfluence
from core.errors import PermissionDeniedError

INDEPENDENT_AFTER = timedelta(days=30)
SYSTEM_ACTOR = "system"
"""The installation itself (set-up, command line): nobody who could propose or approve."""


def note_influence(db: Session, user_id: int, by_actor: str, action: str, now: datetime) -> None:
    """Write down that somebody had a hand on another's account."""
    if by_actor in (SYSTEM_ACTOR, f"staff:{user_id}"):
        return
    db.add(AccountInfluence(user_id=user_id, by_actor=by_actor, action=action, at=now))
    db.flush()


def are_independent(db: Session, first: str, second: str, now: datetime) -> bool:
    """Whether ``second`` may decide what ``first`` proposed; both are actor ids (``staff:7``)."""
    return not _behind(db, first, now) & _behind(db, second, now)


def require_second_person(db: Session, first: str, second: str, now: datetime) -> None:
    """Raise PermissionDeniedError unless the two are two persons."""
    if not are_independent(db, first, second, now):
        raise PermissionDeniedError("A second person decides.")


def _behind(db: Session, actor: str, now: datetime) -> set[str]:
    """The actor and everybody who could act through the account."""
    found, new = {actor}, {actor}
    while new:
        ids = [int(a[6:]) for a in new if a.startswith("staff:") and a[6:].isdecimal()]
        query = select(AccountInfluence.by_actor).where(
            AccountInfluence.user_id.in_(ids), AccountInfluence.at > now - INDEPENDENT_AFTER
        )
        new = set(db.scalars(query)) - found
        found |= new
    return found
