"""``python -m app cases``: whether the record is whole."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from sqlalchemy.orm import Session

from app.wiring import Parts
from casework.chain import verify_chain
from casework.seal_exports import compare_statements
from casework.seal_handover import verify_stamps
from casework.seals import verify_seals
from config.settings import load_settings
from core.encryption import Vault
from core.ledger_check import verify_ledger
from core.reencryption import count_old_values
from providers.seal_targets import TimeStampAuthority


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("cases", help="check the record of all cases")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    verify = actions.add_parser("verify", help="find any edit of what was recorded")
    verify.add_argument(
        "--seals",
        type=Path,
        metavar="PATH",
        help="compare with statements that were handed over: a file, or a folder of them",
    )
    verify.set_defaults(run=run_verify)


def run_verify(options: argparse.Namespace) -> int:
    """Print every fault of the record; 1 when there is one."""
    parts = Parts(load_settings())
    faults = 0
    with parts.database.read() as db:
        held = compare_statements(db, _statements(options.seals)) if options.seals else ()
        for fault in chain(find_faults(db, parts.vault), _bad_stamps(db, parts), held):
            faults += 1
            print(fault)
        for column, count in count_old_values(db).items():
            print(f"note: {count} values of {column} wait for the job reencrypt")
    print(f"{faults} faults" if faults else "the record is whole")
    return 1 if faults else 0


def _statements(path: Path) -> Iterator[str]:
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    for file in files:
        yield from file.read_text(encoding="utf-8").splitlines()


def _bad_stamps(db: Session, parts: Parts) -> Iterator[str]:
    for target in parts.seal_targets:
        if isinstance(target, TimeStampAuthority):
            yield from verify_stamps(db, target)


def find_faults(db: Session, vault: Vault) -> Iterator[str]:
    """Every fault in words: the chain of the cases, the ledger, the daily seals."""
    yield from map(str, verify_chain(db, vault))
    yield from map(str, verify_ledger(db, vault))
    for day in verify_seals(db, vault):
        yield f"the record of {day} does not fit its seal"
