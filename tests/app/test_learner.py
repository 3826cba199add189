"""The learner keeps a model ready, whatever becomes of the processes that learn."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from app.learner import Learner
from app.learner_status import LearnerState, LearnerStatus, read_status
from core.clock import FixedClock
from nlu.embedded.model_folder import MAX_LEARNING_SECONDS, ModelFolder

SUCCEED = """
import pathlib, sys
from nlu.embedded.model_folder import ModelFolder
folder = ModelFolder(pathlib.Path(sys.argv[1]))
folder.write(pathlib.Path(sys.argv[2]).read_text(), lambda path: (path / "x").touch())
with open(sys.argv[2] + ".log", "a") as log:
    print(*sys.argv[3:], file=log)
"""
FAIL = "import sys; print('Traceback', file=sys.stderr); sys.exit('MemoryError: no memory')"
DIE = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
HANG = "import time; time.sleep(600)"


class Bench:
    """A learner whose children do what the test says, and its time."""

    def __init__(self, folder: Path, clock: FixedClock) -> None:
        self.models, self.var = folder / "models", folder / "var"
        self.var.mkdir()
        self.wanted_file = folder / "wanted"
        self.want("embedded-one")
        self.clock = clock
        self.seconds = 0.0
        self.learners: list[Learner] = []

    def want(self, name: str) -> None:
        self.wanted_file.write_text(name)

    def learner(self, script: str = SUCCEED) -> Learner:
        learner = Learner(
            self.wanted_file.read_text,
            self.models,
            self.var,
            self.clock,
            command=(sys.executable, "-c", script, str(self.models), str(self.wanted_file)),
            monotonic=lambda: self.seconds,
        )
        self.learners.append(learner)
        return learner

    @property
    def learnt(self) -> list[str]:
        """The options of each learning that came to its end."""
        log = Path(f"{self.wanted_file}.log")
        return log.read_text().splitlines() if log.exists() else []


def look_until(
    learner: Learner, is_there: Callable[[LearnerStatus], bool], most: int = 600
) -> LearnerStatus:
    for _ in range(most):
        status = learner.look()
        if is_there(status):
            return status
        Event().wait(0.02)
    raise AssertionError(status)


@pytest.fixture
def bench(tmp_path: Path, clock: FixedClock) -> Iterator[Bench]:
    bench = Bench(tmp_path, clock)
    yield bench
    for learner in bench.learners:
        learner.stop()


def test_what_is_missing_is_learnt_once_and_said(bench: Bench) -> None:
    learner = bench.learner()
    assert learner.look().state is LearnerState.LEARNING
    assert read_status(bench.var).state is LearnerState.LEARNING
    status = look_until(learner, lambda s: s.state is LearnerState.IDLE)
    assert status.model == "embedded-one"
    assert read_status(bench.var) == LearnerStatus(
        LearnerState.IDLE, "embedded-one", status.seconds, said_at=bench.clock.now()
    )
    learner.look()
    assert bench.learnt == [""]


def test_a_publication_is_learnt_gently_while_the_earlier_model_stays(bench: Bench) -> None:
    learner = bench.learner()
    look_until(learner, lambda s: s.state is LearnerState.IDLE)
    bench.want("embedded-two")
    assert learner.look().state is LearnerState.LEARNING
    assert read_status(bench.var).model == "embedded-one"
    assert ModelFolder(bench.models).has("embedded-one")
    look_until(learner, lambda s: s.model == "embedded-two")
    assert bench.learnt == ["", "--gently"]


@pytest.mark.parametrize(
    ("script", "fault"), [(FAIL, "MemoryError: no memory"), (DIE, "killed by signal 9")]
)
def test_a_failed_learning_is_shown_and_tried_again_with_growing_waits(
    bench: Bench, script: str, fault: str
) -> None:
    learner = bench.learner(script)
    for failures, wait in ((1, 2), (2, 4), (3, 8)):
        learner.look()
        status = look_until(learner, lambda s: s.state is LearnerState.FAILED)
        assert (status.failures, status.fault) == (failures, fault)
        bench.seconds += wait - 0.1
        assert learner.look().state is LearnerState.FAILED
        bench.seconds += 0.1
    again = bench.learner()
    status = look_until(again, lambda s: s.state is LearnerState.IDLE)
    assert (status.failures, status.fault) == (0, "")


def test_a_stuck_learning_is_ended(bench: Bench) -> None:
    learner = bench.learner(HANG)
    learner.look()
    bench.seconds += MAX_LEARNING_SECONDS
    assert learner.look().state is LearnerState.LEARNING
    bench.seconds += 1
    status = learner.look()
    assert status.state is LearnerState.FAILED and status.fault == "stopped after 600 s"


def test_while_another_learns_it_waits(bench: Bench) -> None:
    lease = ModelFolder(bench.models).lease()
    assert lease.acquire()
    learner = bench.learner()
    assert learner.look().state is LearnerState.WAITING
    ModelFolder(bench.models).write("embedded-one", lambda path: (path / "x").touch())
    assert learner.look().state is LearnerState.IDLE
    lease.release()
    assert bench.learnt == []


def test_a_broken_model_is_found_at_the_start_and_learnt_again(bench: Bench) -> None:
    ModelFolder(bench.models).write("embedded-one", lambda path: (path / "x").touch())
    (bench.models / "embedded-one" / "x").write_text("damaged")
    learner = bench.learner()
    assert learner.look().state is LearnerState.LEARNING
    look_until(learner, lambda s: s.state is LearnerState.IDLE)
    assert bench.learnt == [""]


def test_a_model_that_a_worker_took_away_is_learnt_again(bench: Bench) -> None:
    learner = bench.learner()
    look_until(learner, lambda s: s.state is LearnerState.IDLE)
    ModelFolder(bench.models).discard("embedded-one")
    learner.look()
    look_until(learner, lambda s: s.state is LearnerState.IDLE)
    assert len(bench.learnt) == 2


def test_a_learner_that_says_nothing_any_more_is_away(bench: Bench) -> None:
    learner = bench.learner()
    look_until(learner, lambda s: s.state is LearnerState.IDLE)
    now = bench.clock.now()
    assert read_status(bench.var).state_at(now + timedelta(seconds=15)) is LearnerState.IDLE
    assert read_status(bench.var).state_at(now + timedelta(seconds=16)) is LearnerState.AWAY
    bench.clock.advance(timedelta(seconds=16))
    bench.seconds += 16
    learner.look()
    assert read_status(bench.var).state_at(bench.clock.now()) is LearnerState.IDLE
    learner.stop()
    assert read_status(bench.var).state_at(bench.clock.now()) is LearnerState.AWAY


@pytest.mark.parametrize("content", ["", "{", "[]", '{"state": "dancing"}', '{"said_at": "x"}'])
def test_a_status_that_cannot_be_read_is_that_of_an_absent_learner(
    tmp_path: Path, content: str, clock: FixedClock
) -> None:
    (tmp_path / "learner.json").write_text(content)
    assert read_status(tmp_path).state_at(clock.now()) is LearnerState.AWAY
    assert read_status(tmp_path / "nowhere").state_at(clock.now()) is LearnerState.AWAY
