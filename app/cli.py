"""The command line. Every command prints one line and exits non-zero when it cannot do its work."""

from __future__ import annotations

import argparse
import gc
import importlib
import sys
from collections.abc import Sequence

from app.logs import log_to_stderr
from config.errors import SettingsError
from core.errors import HotlineError

# Command to the module that declares it; only the module that is asked for is imported.
COMMANDS = {
    "accounts": "app.commands.accounts",
    "ask": "app.commands.ask",
    "cases": "app.commands.cases",
    "converse": "app.commands.converse",
    "test-conversations": "app.commands.converse",
    "evaluate": "app.commands.evaluate",
    "flows": "app.commands.flows",
    "citizen": "app.commands.citizen",
    "keys": "app.commands.keys",
    "kb": "app.commands.kb",
    "statutes": "app.commands.statutes",
    "nlu": "app.commands.nlu",
    "run": "app.commands.run",
    "learn": "app.commands.learn",
    "texts": "app.commands.texts",
    "scheduler": "app.commands.serving",
    "migrate": "app.commands.serving",
    "demo": "app.commands.demo",
    "jobs": "app.commands.serving",
}


def main(arguments: Sequence[str]) -> int:
    """Run one command; the exit status."""
    options = _make_parser(arguments[:1]).parse_args(arguments)
    log_to_stderr()
    try:
        status: int = options.run(options)
    except (HotlineError, SettingsError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1
    return status


def _make_parser(first: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app", description="The 12333 hotline service")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    wanted = COMMANDS[first[0]] if first and first[0] in COMMANDS else None
    # Nothing that importing makes is ever garbage: to look for some takes a fifth of the time.
    gc.disable()
    try:
        for module in dict.fromkeys([wanted] if wanted else COMMANDS.values()):
            importlib.import_module(module).add_to(commands)
    finally:
        gc.enable()
    return parser
