"""``python -m app cases``: whether the record of all cases is whole."""

from __future__ import annotations

import argparse

from app.wiring import Parts
from casework.chain import verify_chain
from casework.seals import verify_seals
from config.settings import load_settings


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("cases", help="check the record of all cases")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    verify = actions.add_parser("verify", help="find any edit of what was recorded")
    verify.set_defaults(run=run_verify)


def run_verify(_options: argparse.Namespace) -> int:
    """Print every fault of the record; 1 when there is one."""
    parts = Parts(load_settings())
    faults = 0
    with parts.database.read() as db:
        for fault in verify_chain(db, parts.vault):
            faults += 1
            print(fault)
        for day in verify_seals(db, parts.vault):
            faults += 1
            print(f"the record of {day} does not fit its seal")
    print(f"{faults} faults" if faults else "the record is whole")
    return 1 if faults else 0
