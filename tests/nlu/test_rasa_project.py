"""Training with Rasa once for the same content, and serving it: with a stand-in for the program."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import yaml

from core.errors import ConfigurationError
from nlu.rasa_project import PROJECT, content_hash, copy_config, open_model
from nlu.rasa_server import RasaServer

# Trains by copying its arguments into the model and leaving a line in the project.
_TRAINS = """#!/bin/sh
echo trained >> trainings
while [ $# -gt 0 ]; do
    [ "$1" = --out ] && echo "a model" > "$2/model.tar.gz"
    shift
done
"""
_FAILS = "#!/bin/sh\necho 'no good: the pipeline is wrong'\nexit 3\n"


def program(folder: Path, script: str) -> Path:
    path = folder / "rasa"
    path.write_text(script, encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    copy_config(folder, epochs=2)
    (folder / "data").mkdir()
    (folder / "data" / "nlu.yml").write_text("nlu: []", encoding="utf-8")
    (folder / "domain.yml").write_text("intents: []", encoding="utf-8")
    (folder / "held_back.yml").write_text("nlu: []", encoding="utf-8")
    return folder


def trainings(project: Path) -> int:
    return len((project / "trainings").read_text(encoding="utf-8").splitlines())


def test_the_same_content_is_trained_once(project: Path, tmp_path: Path) -> None:
    rasa = program(tmp_path, _TRAINS)
    model = open_model(project, tmp_path / "cache", rasa)
    assert model.read_text(encoding="utf-8") == "a model\n"
    assert open_model(project, tmp_path / "cache", rasa) == model
    assert trainings(project) == 1
    (project / "data" / "nlu.yml").write_text("nlu: [1]", encoding="utf-8")
    assert open_model(project, tmp_path / "cache", rasa) != model
    assert trainings(project) == 2


def test_two_that_ask_at_once_wait_for_one_training(project: Path, tmp_path: Path) -> None:
    rasa = program(tmp_path, _TRAINS.replace("echo trained", "sleep 0.3; echo trained"))
    askers = [
        threading.Thread(target=open_model, args=(project, tmp_path / "cache", rasa))
        for _ in range(3)
    ]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert trainings(project) == 1


def test_a_failed_training_leaves_no_model_and_says_why(project: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"status 3.*the pipeline is wrong"):
        open_model(project, tmp_path / "cache", program(tmp_path, _FAILS))
    assert not list((tmp_path / "cache").glob("*.tar.gz"))


def test_what_is_missing_is_named_with_its_mend(project: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="make rasa-env"):
        open_model(project, tmp_path / "cache", tmp_path / "no-such-program")
    (project / "domain.yml").unlink()
    with pytest.raises(ConfigurationError, match=r"domain\.yml is missing.*export-rasa"):
        content_hash(project)


def test_a_server_that_ends_at_once_is_told_with_its_words(tmp_path: Path) -> None:
    server = RasaServer(tmp_path / "model.tar.gz", tmp_path, program(tmp_path, _FAILS))
    with pytest.raises(ConfigurationError, match="the pipeline is wrong"):
        server.start()
    assert server.pid is None


def test_a_server_that_never_answers_is_ended(tmp_path: Path) -> None:
    silent = program(tmp_path, "#!/bin/sh\nexec sleep 60\n")
    server = RasaServer(tmp_path / "model.tar.gz", tmp_path, silent)
    with pytest.raises(ConfigurationError, match="did not start"):
        server.start(patience_seconds=0.5)
    assert server.pid is None


def test_only_the_epochs_differ_in_a_copied_pipeline(project: Path) -> None:
    ours = yaml.safe_load((PROJECT / "config.yml").read_text(encoding="utf-8"))
    copied = yaml.safe_load((project / "config.yml").read_text(encoding="utf-8"))
    differing = [
        key
        for mine, other in zip(ours["pipeline"], copied["pipeline"], strict=True)
        for key in mine
        if mine[key] != other[key]
    ]
    assert differing == ["epochs"]
