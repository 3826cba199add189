"""Who the names stand for that the ``kb`` commands are given."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from accounts.independence import are_independent
from accounts.queries import list_users
from core.person_names import fold_name, is_same_name


def are_two_named_persons(db: Session, first: str, second: str, now: datetime) -> bool:
    """Whether two names are of two persons: not one name in two spellings, and where they are
    logins, names or actor ids of accounts, no account or accounts with one person behind them."""
    if is_same_name(first, second):
        return False
    return all(
        are_independent(db, one, other, now)
        for one in _actors(db, first)
        for other in _actors(db, second)
    )


def _actors(db: Session, name: str) -> list[str]:
    """The accounts that a name may be of; the name itself where it is of none."""
    folded = fold_name(name)
    found = [
        user.actor_id
        for user in list_users(db)
        if folded in {fold_name(word) for word in (user.actor_id, user.login, user.name)}
    ]
    return found or [name]
