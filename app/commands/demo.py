"""``python -m app demo``: a database made ready for a trial."""

from __future__ import annotations

import argparse
import importlib
import os
import sys

# The web process starts at the same time and imports the same libraries in the order in which the
# rooms name them. Where nothing is compiled yet, each would compile all: here the last come first,
# so that each finds half of them done by the other.
for _library in (
    "flask_limiter", "wtforms", "babel.dates", "requests", "redis", "num2words", "cn2an",
    "pydantic_settings", "phonenumbers", "cryptography.hazmat.primitives.ciphers.aead", "flask",
):  # fmt: skip
    importlib.import_module(_library)

from app.demo import fill_demo, prepare_demo  # noqa: E402
from app.wiring import Parts  # noqa: E402
from config.settings import load_settings  # noqa: E402


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    demo = commands.add_parser("demo", help="prepare a trial: migrations, accounts, ratings")
    demo.set_defaults(run=run_demo)


def run_demo(_options: argparse.Namespace) -> int:
    """Prepare a trial and print its accounts, one a line, then fill it.

    What is printed ends with the accounts: whoever reads it need not wait for the filling.
    """
    parts = Parts(load_settings())
    for account in prepare_demo(parts):
        print(f"    {account.login:14} {account.password:16} {account.role}")
    sys.stdout.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    fill_demo(parts)
    return 0
