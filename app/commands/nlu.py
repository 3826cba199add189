"""``python -m app nlu``: chores of the recognisers."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from app.commands import nlu_report
from app.training import training_topics
from knowledge_base.loader import load_content
from nlu.rasa_calibration import write_calibration
from nlu.rasa_export import export_rasa
from nlu.rasa_project import CALIBRATION, PROJECT, cache_folder, environment, open_model
from nlu.rasa_server import server_arguments
from nlu.training import load_background, load_intents, with_own_samples


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("nlu", help="chores of the recognisers")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    export = actions.add_parser("export-rasa", help="write the Rasa project's training data")
    export.add_argument("--project", type=Path, default=PROJECT, help="folder to write into")
    export.set_defaults(run=run_export)
    train = actions.add_parser("rasa-train", help="export and train, or take the model kept")
    train.set_defaults(run=run_train)
    server = actions.add_parser("rasa-server", help="serve the model on this machine")
    server.add_argument("--port", type=int, default=5005)
    server.set_defaults(run=run_server)
    nlu_report.add_to(actions)


def run_export(options: argparse.Namespace) -> int:
    """Write the data from the same entries from which the embedded engine learns."""
    print(_export(options.project))
    return 0


def run_train(_options: argparse.Namespace) -> int:
    """Export, train and calibrate unless the same was trained before, and name the model."""
    print(_export(PROJECT))
    print(f"The model is {_open_model()}, its calibration {CALIBRATION}")
    return 0


def run_server(options: argparse.Namespace) -> int:
    """Become a Rasa server with the model of the present entries."""
    _export(PROJECT)
    arguments = server_arguments(_open_model(), options.port)
    os.chdir(PROJECT)
    os.execve(arguments[0], arguments, environment())


def _export(project: Path) -> str:
    topics = with_own_samples(training_topics(load_content()))
    count = export_rasa(topics, load_intents(), load_background(), project)
    return f"{count} examples of {len(topics)} topics in {project}"


def _open_model() -> Path:
    # Training, not serving, needs the libraries that fit a curve.
    from nlu.rasa_calibrating import open_calibration

    model = open_model(PROJECT, cache_folder())
    write_calibration(open_calibration(PROJECT, model), CALIBRATION)
    return model
