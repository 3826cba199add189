"""Reads of accounts."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import StaffUser
from core.errors import NotFoundError
from core.request_values import MAX_ROW_ID, read_number


def find_user(db: Session, user_id: int) -> StaffUser | None:
    """The user, active or not, or None."""
    return db.get(StaffUser, user_id)


def get_user(db: Session, user_id: int) -> StaffUser:
    """The user, active or not. Raises NotFoundError."""
    user = db.get(StaffUser, user_id)
    if user is None:
        raise NotFoundError("There is no such staff user.")
    return user


def find_user_by_login(db: Session, login: str) -> StaffUser | None:
    """The user of a login, active or not, or None."""
    return db.scalar(select(StaffUser).where(StaffUser.login == login.strip().lower()))


def list_users(db: Session) -> list[StaffUser]:
    """All users: active ones first, by login."""
    return list(db.scalars(select(StaffUser).order_by(StaffUser.is_active.desc(), StaffUser.login)))


def list_colleagues(db: Session, office_ids: Iterable[str]) -> list[StaffUser]:
    """Active users of these offices, by name."""
    query = select(StaffUser).where(
        StaffUser.is_active.is_(True), StaffUser.office_id.in_(list(office_ids))
    )
    return list(db.scalars(query.order_by(StaffUser.name)))


def names_by_actor(db: Session, actor_ids: Iterable[str]) -> dict[str, str]:
    """Names of users by how records name them (``staff:7``); others are left out."""
    ids = {n for a in actor_ids if (n := _staff_id(a)) is not None}
    if not ids:
        return {}
    users = db.scalars(select(StaffUser).where(StaffUser.id.in_(ids)))
    return {user.actor_id: user.name for user in users}


def _staff_id(actor_id: str) -> int | None:
    if not actor_id.startswith("staff:"):
        return None
    return read_number(actor_id.removeprefix("staff:"), MAX_ROW_ID)
