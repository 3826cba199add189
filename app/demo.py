"""What a trial starts with: an up-to-date database, accounts, and invented ratings."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable

from accounts.demo import DemoAccount, create_demo_accounts
from app.migrations import migrate
from app.wiring import Parts
from core.errors import ConfigurationError
from ratings.demo import create_demo_ratings


def prepare_demo(parts: Parts) -> list[DemoAccount]:
    """Migrate, and make accounts and some months of ratings where there are none yet.

    Refused in production, where accounts are made by an administrator.
    """
    if parts.settings.is_production:
        raise ConfigurationError("Demo accounts are not made in production.")
    migrate(parts.database)
    now = parts.clock.now()
    make_password = _password_maker(parts.settings.secret_key)
    with parts.database.write() as db:
        accounts = create_demo_accounts(db, parts.desk.offices, make_password, now)
        create_demo_ratings(db, parts.desk.offices, now)
    return accounts


def _password_maker(secret_key: str) -> Callable[[str], str]:
    """Passwords that differ between installations and stay the same at every start of one."""

    def make(login: str) -> str:
        message = f"demo account {login}".encode()
        digest = hmac.new(secret_key.encode(), message, hashlib.sha256).digest()
        return base64.b32encode(digest).decode()[:12].lower()

    return make
