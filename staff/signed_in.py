"""Who is signed in: Flask-Login over accounts, and the actor that casework asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask_login import LoginManager, UserMixin, current_user

from accounts.models import StaffSession, StaffUser
from accounts.permissions import permissions_of
from accounts.queries import find_user
from accounts.sessions import find_session, is_live
from callcentre.queries import find_talking_since
from casework.case_services import Actor
from staff.services import StaffServices, get_services

_MAX_TOKEN = 64


@dataclass(frozen=True)
class SignedIn(UserMixin):  # type: ignore[misc]
    """The staff user of this request, as a plain value."""

    user_id: int
    login: str
    name: str
    role: str
    office_id: str
    language: str
    must_change_password: bool
    must_set_second_factor: bool
    has_second_factor: bool
    session_id: int
    seen_at: datetime
    is_in_call: bool
    token: str
    actor: Actor

    def get_id(self) -> str:
        """What the cookie holds: the token of the session, by which it is found and ended."""
        return self.token

    def may(self, *permissions: str) -> bool:
        """Whether the role has one of the permissions."""
        return any(self.actor.may(permission) for permission in permissions)


def signed_in_as(
    user: StaffUser, session: StaffSession, token: str, services: StaffServices, *, is_in_call: bool
) -> SignedIn:
    """The value of a user in a session. Somebody at the bureau reaches all offices."""
    offices = services.case_services.offices
    is_at_bureau = user.office_id == offices.bureau.id
    reach = None if is_at_bureau else offices.subtree(user.office_id)
    return SignedIn(
        user_id=user.id,
        login=user.login,
        name=user.name,
        role=user.role,
        office_id=user.office_id,
        language=user.language,
        must_change_password=user.must_change_password,
        must_set_second_factor=(
            user.role in services.second_factor_roles and not user.has_second_factor
        ),
        has_second_factor=user.has_second_factor,
        session_id=session.id,
        seen_at=session.seen_at,
        is_in_call=is_in_call,
        token=token,
        actor=Actor(user.actor_id, permissions_of(user.role), reach),
    )


def me() -> SignedIn:
    """The staff user of this request; only where the guard has seen to it that there is one."""
    return cast(SignedIn, current_user)


def make_login_manager() -> LoginManager:
    """Flask-Login over the sessions of the services."""
    manager = LoginManager()
    # A session is bound to its row, not to the address, which changes with a mobile network.
    manager.session_protection = None
    manager.user_loader(load_signed_in)
    return manager


def load_signed_in(token: str) -> SignedIn | None:
    """Who is signed in with a session's token; None when it ended, is over, or is pending."""
    services = get_services()
    now = services.clock.now()
    if not 0 < len(token) <= _MAX_TOKEN:
        return None
    with services.database.read() as db:
        session = find_session(db, token)
        user = None if session is None else find_user(db, session.user_id)
        if session is None or session.is_pending or user is None or not user.is_active:
            return None
        since = find_talking_since(db, user.id, now)
        if not is_live(session, services.session_rules, now, since):
            return None
        return signed_in_as(user, session, token, services, is_in_call=since is not None)
