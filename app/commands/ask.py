"""``python -m app ask``: one message a line in, one JSON object a line out. Stateless."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from app.asking import Asker, ask
from app.engines import embedded_engine
from app.model_places import models_of
from app.standard_input import read_lines
from app.training import training_topics
from app.trial.moments import parse_moment
from config.languages import SPOKEN_LANGUAGES
from core.clock import FixedClock, SystemClock, local_date
from core.errors import InputError
from knowledge_base.loader import load_content
from knowledge_base.published import KnowledgeBase

_UNUSABLE = 2


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("ask", help="answer questions from standard input, one a line")
    parser.add_argument("--lang", choices=SPOKEN_LANGUAGES, help="default: by the question")
    parser.add_argument("--channel", choices=("text", "voice"), default="text")
    parser.add_argument("--now", help="ISO time; without an offset in Asia/Shanghai")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--var", type=Path, help="folder of learnt models; default: the user's")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Answer each line in order; 2 on unusable input."""
    try:
        clock = FixedClock(parse_moment(options.now) if options.now else SystemClock().now())
        asker = Asker(options.channel, local_date(clock.now()), options.lang)
        content = load_content()
        knowledge = KnowledgeBase(lambda: content)
        engine = embedded_engine(training_topics(content), models_of(options.var), clock)
        for text in read_lines():
            row = ask(engine, knowledge, text, asker)
            print(json.dumps(row, ensure_ascii=False) if options.json else _plain(row), flush=True)
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return _UNUSABLE
    return 0


def _plain(row: dict[str, Any]) -> str:
    return f"[{row['outcome']}] {row['answer'] or row['topic'] or ''}"
