"""``python -m app accounts add | code``: the first accounts, and a way in when no text arrives."""

from __future__ import annotations

import argparse

from accounts.independence import SYSTEM_ACTOR
from accounts.operations import create_user
from accounts.password_codes import make_password_code
from accounts.permissions import Role
from accounts.queries import find_user_by_login
from app.foundations import Foundations
from app.migrations import wait_until_migrated
from config.settings import load_settings
from core.errors import InputError, NotFoundError


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the commands."""
    accounts = commands.add_parser("accounts", help="make the first staff accounts")
    actions = accounts.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="make an account and print its one-time code")
    add.add_argument("login")
    add.add_argument("--name", required=True)
    add.add_argument("--role", required=True, choices=[str(role) for role in Role])
    add.add_argument("--office", help="id of the office; the bureau by default")
    add.add_argument("--phone", help="mobile number that later codes are sent to")
    add.set_defaults(run=run_add)
    code = actions.add_parser("code", help="end a password and print a one-time code for another")
    code.add_argument("login")
    code.set_defaults(run=run_code)


def run_add(options: argparse.Namespace) -> int:
    """Make an account. The installation counts as nobody: see ``accounts.independence``."""
    parts = Foundations(load_settings())
    wait_until_migrated(parts.database)
    office = options.office or parts.offices.bureau.id
    if parts.offices.find(office) is None:
        raise InputError(f"There is no office {office}.", "office")
    with parts.database.write() as db:
        now = parts.clock.now()
        user = create_user(
            db, SYSTEM_ACTOR, now, login=options.login, name=options.name, role=options.role,
            office_id=office, phone=options.phone,
        )  # fmt: skip
        code = make_password_code(db, user, SYSTEM_ACTOR, now)
    print(f"{user.login}: choose a password at /staff/choose-password with {code} within 24 hours")
    return 0


def run_code(options: argparse.Namespace) -> int:
    """Print a one-time code for an account."""
    parts = Foundations(load_settings())
    wait_until_migrated(parts.database)
    with parts.database.write() as db:
        user = find_user_by_login(db, options.login)
        if user is None:
            raise NotFoundError(f"There is no login {options.login}.")
        code = make_password_code(db, user, SYSTEM_ACTOR, parts.clock.now())
    print(f"{user.login}: choose a password at /staff/choose-password with {code} within 24 hours")
    return 0
