"""``python -m app keys``: changing DATA_KEY without stopping the service (docs/privacy.md)."""

from __future__ import annotations

import argparse
import secrets

from app.wiring import Parts
from config.settings import load_settings
from core.reencryption import count_old_values
from privacy.jobs import reencrypt_everything


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("keys", help="change the key of personal data")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("new", help="make a key").set_defaults(run=run_new)
    status = actions.add_parser("status", help="what is not encrypted with the present key")
    status.set_defaults(run=run_status)
    reencrypt = actions.add_parser("reencrypt", help="encrypt everything with the present key")
    reencrypt.set_defaults(run=run_reencrypt)


def run_new(_options: argparse.Namespace) -> int:
    """Print a fresh key."""
    print(secrets.token_urlsafe(48))
    return 0


def run_status(_options: argparse.Namespace) -> int:
    """Print the ids of the keys and what still waits; 1 while something does."""
    parts = Parts(load_settings())
    keys = parts.vault.keys
    print(f"present key {keys.present.id}, readable {' '.join(sorted(keys.by_id))}")
    with parts.database.read() as db:
        old = count_old_values(db)
    for column, count in old.items():
        print(f"{count} values of {column} wait")
    files = parts.recording_store.count_old() + parts.picture_store.count_old()
    if files:
        print(f"{files} files wait")
    if old or files:
        return 1
    print("everything is encrypted with the present key: older keys can be taken away")
    return 0


def run_reencrypt(_options: argparse.Namespace) -> int:
    """Encrypt what is of older keys with the present one, beside the running service."""
    counts = reencrypt_everything(Parts(load_settings()))
    print(f"{counts['values']} values, {counts['files']} files encrypted with the present key")
    return 0
