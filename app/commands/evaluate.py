"""``python -m app evaluate``: measure an engine with labelled questions."""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import asdict
from pathlib import Path

from app.engines import embedded_engine
from app.model_places import models_of
from app.training import training_topics
from core.clock import SystemClock
from core.errors import InputError
from knowledge_base.loader import load_content
from nlu.evaluation.labelled_questions import read_questions
from nlu.evaluation.measuring import evaluate
from nlu.evaluation.robustness import measure_robustness
from nlu.rasa_calibration import read_calibration
from nlu.rasa_engine import RasaEngine
from nlu.rasa_project import CALIBRATION
from nlu.training import known_broader


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("evaluate", help="measure an engine with labelled questions")
    parser.add_argument("file", type=Path, help="questions with labels, one JSON object a line")
    parser.add_argument("--engine", choices=("embedded", "rasa"), default="embedded")
    parser.add_argument(
        "--rasa-url",
        default=os.environ.get("RASA_URL", "http://127.0.0.1:5005"),
        help="address of the Rasa server",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--var", type=Path, help="folder of learnt models; default: the user's")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the table, or with --json the same figures as one JSON object."""
    if not options.file.is_file():
        raise InputError(f"{options.file} is no file.", "file")
    topics = training_topics(load_content())
    clock = SystemClock()
    engine = embedded_engine(topics, models_of(options.var), clock)
    if options.engine == "rasa":
        engine = RasaEngine(
            options.rasa_url, engine, clock, known_broader(topics), read_calibration(CALIBRATION)
        )
    categories = {topic.topic: topic.category for topic in topics}
    questions = read_questions(options.file)
    result = evaluate(engine, questions, categories)
    robustness = measure_robustness(engine, questions, result)
    if options.json:
        figures = {**result.as_dict(), "robustness": robustness.rows}
        print(json.dumps(figures, ensure_ascii=False, indent=2, default=asdict))
    else:
        print(f"{result.to_table()}\n\n{robustness.to_table()}")
    return 0
