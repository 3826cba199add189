"""``python -m app converse``: one conversation from standard input, a JSON object an input out;
``python -m app test-conversations``: conversations of YAML files, checked step by step."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.engines import embedded_engine
from app.model_places import models_of
from app.standard_input import read_lines
from app.training import training_topics
from app.trial.conversing import Caller, Texter
from app.trial.inputs import parse_line
from app.trial.moments import parse_moment
from app.trial.parts import TrialParts, open_trial
from app.trial.scripts import Conversations, Failure
from config.languages import SPOKEN_LANGUAGES
from core.clock import SystemClock
from core.errors import InputError
from core.phones import find_caller
from knowledge_base.loader import Content, load_content
from nlu.engine import NluEngine

OWN_PHONE = "+8613800138000"
_UNUSABLE = 2


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare both commands."""
    converse = commands.add_parser(
        "converse", help="hold one conversation from standard input on a throw-away database"
    )
    converse.add_argument("--channel", choices=("text", "voice"), required=True)
    converse.add_argument("--lang", choices=SPOKEN_LANGUAGES)
    converse.add_argument("--from", dest="phone", default=OWN_PHONE, help='"" is withheld')
    converse.add_argument(
        "--claimed", action="store_true", help="the carrier does not vouch for it"
    )
    converse.add_argument("--now", help="ISO time; without an offset in Asia/Shanghai")
    converse.add_argument("--json", action="store_true", help="one JSON object an input")
    converse.add_argument("--var", type=Path, default=Path("var"), help="folder of the model")
    converse.set_defaults(run=run_converse)
    check = commands.add_parser(
        "test-conversations", help="check conversations of YAML files, step by step"
    )
    check.add_argument("files", nargs="+", type=Path)
    check.add_argument("--var", type=Path, default=Path("var"), help="folder of the model")
    check.set_defaults(run=run_tests)


def run_converse(options: argparse.Namespace) -> int:
    """Hold the conversation; 2 on unusable input."""
    try:
        now = parse_moment(options.now) if options.now else SystemClock().now()
        phone = _phone(options.phone)
        content, engine = load_engine(options.var)
        with open_trial(now, engine, content) as parts:
            for row in _rows(parts, options, phone, read_lines()):
                print(json.dumps(row, ensure_ascii=False) if options.json else _plain(row))
                sys.stdout.flush()
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return _UNUSABLE
    return 0


def _rows(
    parts: TrialParts, options: argparse.Namespace, phone: str, lines: Iterable[str]
) -> Iterable[dict[str, Any]]:
    citizen: Caller | Texter
    if options.channel == "voice":
        citizen = Caller(parts, phone, is_vouched=not options.claimed)
        yield citizen.begin(options.lang)
    else:
        citizen = Texter(parts, phone or OWN_PHONE)
    for line in lines:
        if line.strip():
            yield citizen.take(parse_line(line))


def run_tests(options: argparse.Namespace) -> int:
    """Check the files; prints each failure, 1 when there is one, 2 on an unusable file."""
    failures: list[Failure] = []
    count = 0
    try:
        content, engine = load_engine(options.var)
        for path in options.files:
            conversations = Conversations.load(path)
            count += len(conversations.cases)
            failures += conversations.check(engine, content)
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return _UNUSABLE
    for failure in failures:
        print(failure)
    failed = len({failure.name for failure in failures})
    print(f"{count - failed} passed, {failed} failed")
    return 1 if failures else 0


def load_engine(var: Path) -> tuple[Content, NluEngine]:
    """The content that the project ships, and the engine that has learnt it."""
    content = load_content()
    return content, embedded_engine(training_topics(content), models_of(var), SystemClock())


def _phone(written: str) -> str:
    if not written:
        return ""
    if find_caller(written) is None:
        raise InputError(f"{written} is no phone number.", "from")
    return written


def _plain(row: dict[str, Any]) -> str:
    lines = [*row["replies"], *(f"[{t['kind']} -> {t['to']}] {t['body']}" for t in row["texts"])]
    return "\n".join(lines) or "-"
