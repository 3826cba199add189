"""What a trial starts with: an up-to-date database, accounts, and invented ratings."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable

from sqlalchemy.orm import Session

from accounts.demo import DemoAccount, create_demo_accounts
from accounts.queries import find_user_by_login
from app.foundations import Foundations
from app.migrations import migrate
from core.errors import ConfigurationError


def prepare_demo(parts: Foundations) -> list[DemoAccount]:
    """Migrate, and make accounts where there are none yet; all accounts of the demo.

    Refused in production, where accounts are made by an administrator.
    """
    if parts.settings.is_production:
        raise ConfigurationError("Demo accounts are not made in production.")
    migrate(parts.database)
    make_password = _password_maker(parts.settings.secret_key)
    return create_demo_accounts(parts.database, parts.offices, make_password, parts.clock.now())


def fill_demo(parts: Foundations) -> None:
    """A demo agent, and some months of invented ratings, where there are none yet."""
    # Not above: whoever waits for the accounts would wait for these rooms too.
    from ratings.demo import create_demo_ratings

    with parts.database.write() as db:
        _create_demo_agent(db, parts)
    with parts.database.write() as db:
        create_demo_ratings(db, parts.offices, parts.clock.now())


def _create_demo_agent(db: Session, parts: Foundations) -> None:
    """The agent sits at the first of the numbers that are called, and takes calls."""
    from callcentre.models import Availability
    from callcentre.operations import AgentDraft, add_agent, set_availability
    from callcentre.queries import list_agents
    from config.languages import SPOKEN_LANGUAGES

    user, numbers = find_user_by_login(db, "agent"), parts.settings.agents
    if user is None or not numbers or list_agents(db):
        return
    draft = AgentDraft(
        name="一号坐席", office_id=user.office_id, languages=SPOKEN_LANGUAGES, address=numbers[0],
        staff_user_id=user.id,
    )  # fmt: skip
    agent = add_agent(db, parts.vault, draft, parts.clock.now())
    set_availability(db, agent, Availability.AVAILABLE, parts.clock.now())


def _password_maker(secret_key: str) -> Callable[[str], str]:
    """Passwords that differ between installations and stay the same at every start of one."""

    def make(login: str) -> str:
        message = f"demo account {login}".encode()
        digest = hmac.new(secret_key.encode(), message, hashlib.sha256).digest()
        return base64.b32encode(digest).decode()[:12].lower()

    return make
