"""``python -m app nlu``: chores of the recognisers."""

from __future__ import annotations

import argparse
from pathlib import Path

import nlu
from app.training import training_topics
from knowledge_base.loader import load_content
from nlu.rasa_export import export_rasa
from nlu.training import load_acts, load_background, with_own_samples

RASA_PROJECT = Path(nlu.__file__).parent / "rasa"


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("nlu", help="chores of the recognisers")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    export = actions.add_parser("export-rasa", help="write the Rasa project's training data")
    export.add_argument("--project", type=Path, default=RASA_PROJECT, help="folder to write into")
    export.set_defaults(run=run_export)


def run_export(options: argparse.Namespace) -> int:
    """Write the data from the same entries from which the embedded engine learns."""
    topics = with_own_samples(training_topics(load_content()))
    count = export_rasa(topics, load_acts(), load_background(), options.project)
    print(f"{count} examples of {len(topics)} topics in {options.project}")
    return 0
