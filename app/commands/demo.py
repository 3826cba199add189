"""``python -m app demo``: a database made ready for a trial."""

from __future__ import annotations

import argparse

from app.demo import fill_demo, prepare_demo
from app.foundations import Foundations
from config.settings import load_settings


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    demo = commands.add_parser("demo", help="prepare a trial: migrations, accounts, ratings")
    demo.add_argument("--accounts-only", action="store_true", help="leave the ratings out")
    demo.set_defaults(run=run_demo)


def run_demo(options: argparse.Namespace) -> int:
    """Prepare a trial, print its accounts, one a line, and unless told not to, fill it."""
    parts = Foundations(load_settings())
    for account in prepare_demo(parts):
        print(f"    {account.login:14} {account.password:16} {account.role}")
    if not options.accounts_only:
        fill_demo(parts)
    return 0
