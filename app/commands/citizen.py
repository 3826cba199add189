"""``python -m app citizen``: one citizen's data found, exported, and erased by two administrators.

Who runs it signs in with login and password of an administrator's account (the password is read
from the terminal or, piped, from standard input), so that the two persons are two accounts here as
in the console.
"""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.audit import Action, record_audit
from accounts.passwords import Passwords
from accounts.permissions import permissions_of
from accounts.queries import find_user_by_login
from app.wiring import Parts
from casework.case_services import Actor
from config.retention import load_retention, policy_on
from config.settings import load_settings
from core.clock import local_date
from core.errors import NotFoundError, PermissionDeniedError
from core.phones import parse_phone
from privacy.models import ErasureRequest
from privacy.operations import PERMISSION, Eraser, approve_erasure, propose_erasure
from privacy.queries import export_citizen, find_citizen


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("citizen", help="one citizen's data: find, export, erase")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, run, text in (
        ("find", run_find, "count what is held of a number"),
        ("export", run_export, "print everything of a number as JSON"),
        ("propose", run_propose, "propose to erase what is held of a number"),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("--phone", required=True, help="the citizen's number")
        action.add_argument("--by", required=True, help="login of the administrator")
        action.set_defaults(run=run)
        if name == "propose":
            action.add_argument("--reason", required=True, help="how the citizen asked")
    approve = actions.add_parser("approve", help="erase what another administrator proposed")
    approve.add_argument("request", type=int, help="number of the request")
    approve.add_argument("--by", required=True, help="login of the second administrator")
    approve.set_defaults(run=run_approve)


def run_find(options: argparse.Namespace) -> int:
    """Print the number of rows by table."""
    parts, phone_key = _opened(options)
    with parts.database.write() as db:
        actor = _sign_in(db, options.by)
        _audit(db, Action.CITIZEN_SEARCHED, actor, phone_key, parts.clock.now())
        counts = find_citizen(db, phone_key).counts
    for table, count in counts.items():
        print(f"{table:24}{count:>8}")
    print(f"{sum(counts.values())} rows")
    return 0


def run_export(options: argparse.Namespace) -> int:
    """Print everything as JSON."""
    parts, phone_key = _opened(options)
    now = parts.clock.now()
    with parts.database.write() as db:
        actor = _sign_in(db, options.by)
        _audit(db, Action.CITIZEN_EXPORTED, actor, phone_key, now)
        exported = export_citizen(find_citizen(db, phone_key), parts.vault, now)
    print(json.dumps(exported, ensure_ascii=False, indent=2))
    return 0


def run_propose(options: argparse.Namespace) -> int:
    """Note the request and print its number."""
    parts, phone_key = _opened(options)
    now = parts.clock.now()
    with parts.database.write() as db:
        actor = _sign_in(db, options.by)
        asked = propose_erasure(db, parts.vault, options.phone, options.reason, actor, now)
        _audit(db, Action.ERASURE_PROPOSED, actor, phone_key, now)
        print(f"request {asked.id} waits for another administrator")
    return 0


def run_approve(options: argparse.Namespace) -> int:
    """Erase, and print what went and what the law keeps."""
    parts = Parts(load_settings())
    now, policies = parts.clock.now(), load_retention()
    eraser = Eraser(policy_on(policies, local_date(now)) or policies[0], parts.remove_file)
    with parts.database.write() as db:
        actor = _sign_in(db, options.by)
        asked = db.get(ErasureRequest, options.request)
        if asked is None:
            raise NotFoundError("There is no such request.")
        phone_key = asked.phone_key or ""
        outcome = approve_erasure(db, eraser, asked, actor, now).outcome or {}
        _audit(db, Action.ERASURE_DONE, actor, phone_key, now)
    for table, count in outcome["erased"].items():
        print(f"erased {table:24}{count:>8}")
    for number, why in outcome["kept"].items():
        print(f"kept {number}: {why}")
    return 0


def _opened(options: argparse.Namespace) -> tuple[Parts, str]:
    parts = Parts(load_settings())
    # The database brings the key of keyed hashes.
    assert parts.database.url
    return parts, parts.vault.keyed_hash(parse_phone(options.phone).e164)


def _sign_in(db: Session, login: str) -> Actor:
    """The administrator whose password is typed. Raises PermissionDeniedError."""
    is_typed = sys.stdin.isatty()
    password = getpass.getpass(f"password of {login}: ") if is_typed else sys.stdin.readline()
    user = find_user_by_login(db, login)
    is_right = user is not None and Passwords().is_right(user.password_hash, password.rstrip("\n"))
    if user is None or not is_right or not user.is_active:
        raise PermissionDeniedError("Login or password is wrong.")
    actor = Actor(user.actor_id, permissions_of(user.role))
    if not actor.may(PERMISSION):
        raise PermissionDeniedError(f"{PERMISSION} is needed.")
    return actor


def _audit(db: Session, action: Action, actor: Actor, phone_key: str, now: datetime) -> None:
    record_audit(db, action, actor.id, f"citizen:{phone_key[:12]}", now, address="command")
