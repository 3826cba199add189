"""The command line. Every command prints one line and exits non-zero when it cannot do its work."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from app.commands import ask, evaluate, kb
from config.settings import SettingsError
from core.errors import HotlineError

COMMANDS = (ask, evaluate, kb)


def main(arguments: Sequence[str]) -> int:
    """Run one command; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m app", description="The 12333 hotline service")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in COMMANDS:
        module.add_to(commands)
    options = parser.parse_args(arguments)
    try:
        status: int = options.run(options)
    except (HotlineError, SettingsError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1
    return status
