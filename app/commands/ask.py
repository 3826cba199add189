"""``python -m app ask``: one question a line in, one JSON object a line out. Stateless."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any, cast

from app.engines import embedded_engine
from app.model_places import models_of
from app.training import training_topics
from core.clock import SystemClock, local_date
from knowledge_base.loader import load_content
from knowledge_base.published import KnowledgeBase
from nlu.decision import Decision, Outcome, decide
from nlu.engine import NluEngine
from nlu.interpretation import Interpretation, Language

MOST_CANDIDATES = 5
# What the state of a conversation alone could tell apart is help to somebody who only asks.
_STATELESS = {Outcome.OPT_IN: "help", Outcome.MORE: "help", Outcome.CANCEL: "help"}


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("ask", help="answer questions from standard input, one a line")
    parser.add_argument("--lang", choices=("zh", "yue", "en"), help="default: by the question")
    parser.add_argument("--channel", choices=("text", "voice"), default="text")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--var", type=Path, help="folder of learnt models; default: the user's")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Answer each line in order."""
    content = load_content()
    knowledge = KnowledgeBase(lambda: content)
    clock = SystemClock()
    engine = embedded_engine(training_topics(content), models_of(options.var), clock)
    for line in sys.stdin:
        row = answer_line(
            engine,
            knowledge,
            line.rstrip("\r\n"),
            channel=options.channel,
            language=options.lang,
            on=local_date(clock.now()),
        )
        print(json.dumps(row, ensure_ascii=False) if options.json else _plain(row), flush=True)
    return 0


def answer_line(
    engine: NluEngine,
    knowledge: KnowledgeBase,
    text: str,
    *,
    channel: str,
    language: Language | None,
    on: date,
) -> dict[str, Any]:
    """What the service would do with one question, as the JSON object of the interface."""
    interpretation = engine.interpret(text, language=language)
    decision = decide(interpretation)
    answer = (
        knowledge.find_answer(
            decision.topic,
            cast(Any, channel),
            language or interpretation.language,
            on,
        )
        if decision.topic
        else None
    )
    outcome = _STATELESS.get(decision.outcome, str(decision.outcome))
    if decision.outcome is Outcome.ANSWER and answer is None:
        outcome = "none"
    return {
        "text": text,
        "outcome": outcome,
        "topic": decision.topic,
        "confidence": round(interpretation.confidence, 4),
        "candidates": _candidates(interpretation, decision),
        "answer": answer.text if answer else None,
        "citations": [str(citation) for citation in answer.citations] if answer else [],
        "entry_version": answer.version if answer else None,
    }


def _candidates(interpretation: Interpretation, decision: Decision) -> list[dict[str, Any]]:
    """At most five, best first; what a clarification offers stands in front."""
    offered = decision.candidates if decision.outcome is Outcome.CLARIFY else ()
    rest = tuple(c for c in interpretation.candidates if c not in offered)
    return [
        {"topic": candidate.topic, "confidence": round(candidate.confidence, 4)}
        for candidate in (*offered, *rest)[:MOST_CANDIDATES]
    ]


def _plain(row: dict[str, Any]) -> str:
    return f"[{row['outcome']}] {row['answer'] or row['topic'] or ''}"
