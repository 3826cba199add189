"""Models are whole or not there: killed learners, learners at once, broken files."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.clock import FixedClock
from nlu.embedded import engine_training
from nlu.embedded.engine import EmbeddedEngine
from nlu.embedded.model_folder import (
    BrokenModelError,
    ModelFolder,
    is_readable,
    model_name,
)
from nlu.embedded.storage import find_engine, open_engine
from nlu.training import TrainingTopic

Topics = tuple[TrainingTopic, ...]
# A learner that has begun, wrote half a model, and is then killed.
HALF = """
import sys, time
from pathlib import Path
from core.clock import SystemClock
from nlu.embedded import engine_training, storage
def save(_engine, folder):
    (folder / "weights.npy").write_bytes(b"half")
    print("half", flush=True)
    time.sleep(60)
engine_training.train_engine = lambda *_: None
storage.save_engine = save
storage.open_engine([], Path(sys.argv[1]), SystemClock())
"""


@pytest.fixture
def trainings(monkeypatch: pytest.MonkeyPatch, engine: EmbeddedEngine) -> list[int]:
    """One for each time that something was learnt; learning itself is left out."""
    found: list[int] = []

    def train(*_: object) -> EmbeddedEngine:
        found.append(1)
        return engine

    monkeypatch.setattr(engine_training, "train_engine", train)
    return found


def models(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_dir())


def test_a_learner_killed_midway_leaves_the_models_before_and_no_half_one(
    topics: Topics, clock: FixedClock, tmp_path: Path, trainings: list[int]
) -> None:
    open_engine(topics, tmp_path, clock)
    before = models(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", HALF, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as learner:
        assert learner.stdout is not None and learner.stdout.readline().strip() == "half"
        learner.kill()
    folder = ModelFolder(tmp_path)
    assert not folder.has(model_name([]))
    assert find_engine(folder, model_name(topics), clock) is not None
    # The next learner need not wait, and clears away what the killed one left.
    open_engine(topics[1:], tmp_path, clock)
    assert models(tmp_path) == sorted([*before, model_name(topics[1:])])
    assert len(trainings) == 2


def test_learners_at_once_learn_once(
    topics: Topics, clock: FixedClock, tmp_path: Path, trainings: list[int]
) -> None:
    with ThreadPoolExecutor(6) as threads:
        opened = list(
            threads.map(lambda _: open_engine(topics, tmp_path, clock, lambda _: None), range(6))
        )
    assert len(trainings) == 1 and len(opened) == 6


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("weights.npy", b"not an array"),
        ("weights.npy", b""),
        ("names.json", b"{}"),
        ("manifest.json", b"{"),
        ("manifest.json", b"[]"),
        ("manifest.json", b"{}"),
        ("act_bias.npy", None),
    ],
)
def test_a_broken_model_is_refused_and_learnt_again(
    topics: Topics,
    clock: FixedClock,
    tmp_path: Path,
    trainings: list[int],
    file: str,
    content: bytes | None,
) -> None:
    open_engine(topics, tmp_path, clock)
    path = tmp_path / model_name(topics) / file
    path.unlink() if content is None else path.write_bytes(content)
    if content == b"{}" and file == "manifest.json":
        # Nothing is claimed of the files, which are not there either.
        (path.parent / "names.json").unlink()
    assert find_engine(ModelFolder(tmp_path), model_name(topics), clock) is None
    assert not ModelFolder(tmp_path).has(model_name(topics))
    assert open_engine(topics, tmp_path, clock).interpret("试用期多久").topic
    assert len(trainings) == 2


def test_a_changed_byte_is_noticed(
    topics: Topics, clock: FixedClock, tmp_path: Path, trainings: list[int]
) -> None:
    open_engine(topics, tmp_path, clock)
    path = tmp_path / model_name(topics) / "weights.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(BrokenModelError, match=r"weights\.npy"):
        ModelFolder(tmp_path).find(model_name(topics))
    assert len(trainings) == 1


def test_the_models_used_last_are_kept(tmp_path: Path) -> None:
    folder = ModelFolder(tmp_path)
    for number in range(12):
        folder.write(f"embedded-{number:02d}", lambda path: (path / "x").touch())
        os.utime(tmp_path / f"embedded-{number:02d}", (number, number))
    assert folder.find("embedded-00") is not None
    folder.forget_old()
    assert models(tmp_path) == ["embedded-00", *(f"embedded-{n:02d}" for n in range(5, 12))]


def test_a_failed_writing_leaves_nothing(tmp_path: Path) -> None:
    def fail(_folder: Path) -> None:
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        ModelFolder(tmp_path).write("embedded-x", fail)
    assert models(tmp_path) == []


def test_large_arrays_are_mapped_and_not_copied(
    topics: Topics, clock: FixedClock, tmp_path: Path, trainings: list[int]
) -> None:
    open_engine(topics, tmp_path, clock)
    loaded = find_engine(ModelFolder(tmp_path), model_name(topics), clock)
    assert loaded is not None and not loaded.topics.weights.flags.owndata
    assert not loaded.topics.weights.flags.writeable
    assert loaded.interpret("试用期多久").topic == "probation-period-length"
    assert len(trainings) == 1


def test_a_model_of_other_code_is_not_read(topics: Topics) -> None:
    assert is_readable(model_name(topics)) and is_readable(model_name(topics[1:]))
    assert not is_readable("embedded-000000000000-0123456789")
    assert not is_readable("")
