"""Who is signed in: Flask-Login over accounts, and the actor that casework asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask_login import LoginManager, UserMixin, current_user

from accounts.models import StaffUser
from accounts.permissions import permissions_of
from accounts.queries import find_user
from casework.desk import Actor
from config.offices import OfficeDirectory
from staff.services import get_services


@dataclass(frozen=True)
class SignedIn(UserMixin):  # type: ignore[misc]
    """The staff user of this request, as a plain value."""

    user_id: int
    login: str
    name: str
    role: str
    office_id: str
    language: str
    stamp: str
    must_change_password: bool
    actor: Actor

    def get_id(self) -> str:
        """What the cookie names: the user and the stamp, so that an old cookie ends."""
        return f"{self.user_id}:{self.stamp}"

    def may(self, *permissions: str) -> bool:
        """Whether the role has one of the permissions."""
        return any(self.actor.may(permission) for permission in permissions)


def signed_in_as(user: StaffUser, offices: OfficeDirectory) -> SignedIn:
    """The value of a user. Somebody at the bureau reaches all offices."""
    is_at_bureau = user.office_id == offices.bureau.id
    reach = None if is_at_bureau else offices.subtree(user.office_id)
    return SignedIn(
        user_id=user.id,
        login=user.login,
        name=user.name,
        role=user.role,
        office_id=user.office_id,
        language=user.language,
        stamp=user.stamp,
        must_change_password=user.must_change_password,
        actor=Actor(user.actor_id, permissions_of(user.role), reach),
    )


def me() -> SignedIn:
    """The staff user of this request; only where the guard has seen to it that there is one."""
    return cast(SignedIn, current_user)


def make_login_manager() -> LoginManager:
    """Flask-Login over the accounts of the services."""
    manager = LoginManager()
    manager.session_protection = "basic"
    manager.user_loader(_load)
    return manager


def _load(cookie_id: str) -> SignedIn | None:
    user_id, _, stamp = cookie_id.partition(":")
    services = get_services()
    with services.database.read() as db:
        user = find_user(db, int(user_id)) if user_id.isdecimal() else None
        if user is None or not user.is_active or user.stamp != stamp:
            return None
        return signed_in_as(user, services.desk.offices)
