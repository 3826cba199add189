"""``python -m app nlu report``: the embedded engine and Rasa on the same questions, in one run."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from app.training import training_topics
from core.clock import SystemClock, local_date
from core.errors import InputError, ProviderUnknownError
from knowledge_base.loader import load_content
from nlu.embedded.storage import open_engine
from nlu.evaluation.as_often import answer_as_often
from nlu.evaluation.comparison import ALL_SETS, Comparison, Subject, count_sets, measure_in_turns
from nlu.evaluation.labelled_questions import LabelledQuestion, read_questions
from nlu.evaluation.measuring import read_all
from nlu.rasa_calibration import read_calibration
from nlu.rasa_engine import RasaEngine
from nlu.rasa_project import CALIBRATION, PROJECT, cache_folder, open_model
from nlu.rasa_server import RasaServer
from nlu.training import TrainingTopic, known_broader, with_own_samples

# Nothing is to be read by the fallback while Rasa is measured.
PATIENCE_SECONDS = 30.0


def add_to(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the action."""
    parser = actions.add_parser("report", help="compare the embedded engine with Rasa")
    parser.add_argument("files", type=Path, nargs="*", help="labelled questions, JSON Lines")
    parser.add_argument("--var", type=Path, default=Path("var"), help="folder to write into")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Train both engines on the present entries, measure them, print and keep the tables."""
    sets = _read_sets(options.files)
    topics = training_topics(load_content())
    # In processes of their own, so that this one holds only what serving needs.
    _run_command("ask", "--var", str(options.var))
    _run_command("nlu", "rasa-train")
    served, as_often = _compare(topics, sets, options.var)
    now = local_date(SystemClock().now())
    written = f"Measured on {now.isoformat()}, {os.cpu_count()} cores, {len(topics)} topics.\n\n"
    written += f"{served.cost_to_markdown()}\n{served.to_markdown()}\n"
    written += "Rasa with its confidences shifted so that it answers as often:\n\n"
    written += as_often.to_markdown()
    report = options.var / "nlu-report.md"
    report.write_text(written, encoding="utf-8")
    print(f"{written}\nKept in {report}")
    return 0


def _read_sets(files: list[Path]) -> dict[str, tuple[LabelledQuestion, ...]]:
    if not files:
        raise InputError('Name labelled questions: QUESTIONS="a.jsonl b.jsonl".', "files")
    for file in files:
        if not file.is_file():
            raise InputError(f"{file} is no file.", "files")
    sets = {file.stem: read_questions(file) for file in files}
    if len(sets) < len(files) or ALL_SETS in sets:
        raise InputError("Two files of questions have one name.", "files")
    return sets


def _run_command(*arguments: str) -> None:
    command = [sys.executable, "-m", "app", *arguments]
    subprocess.run(command, check=True, input=b"", stdout=subprocess.DEVNULL)


def _compare(
    topics: list[TrainingTopic], sets: dict[str, tuple[LabelledQuestion, ...]], var: Path
) -> tuple[Comparison, Comparison]:
    """Ours against Rasa as it is served, and against Rasa as bold as ours."""
    clock = SystemClock()
    embedded = open_engine(topics, var / "nlu", clock)
    learnt = with_own_samples(topics)
    warming = [max(topic.samples, key=lambda s: len(s.text)).text for topic in learnt]
    categories = {topic.topic: topic.category for topic in topics}

    model = open_model(PROJECT, cache_folder())
    with (
        tempfile.TemporaryDirectory(prefix="rasa-") as folder,
        RasaServer(model, Path(folder)) as server,
    ):
        assert server.pid is not None
        rasa = RasaEngine(
            server.url,
            embedded,
            clock,
            known_broader(topics),
            read_calibration(CALIBRATION),
            time_limit=PATIENCE_SECONDS,
        )
        subjects = (
            Subject("embedded", embedded, os.getpid()),
            Subject("rasa", rasa, server.pid),
        )
        ours, other = measure_in_turns(subjects, sets, warming, categories)
        questions = [question for listed in sets.values() for question in listed]
        bold = answer_as_often(rasa, questions, ours.answered)
        read = {name: read_all(bold, listed) for name, listed in sets.items()}
        bolder = replace(other, name="rasa, as often", results=count_sets(read, categories))
        if rasa.counters.failed or rasa.counters.skipped:
            raise ProviderUnknownError(f"Rasa did not read everything: {rasa.counters}")
    return Comparison(ours, other), Comparison(ours, bolder)
