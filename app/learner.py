"""The learner: sees that the engine's model is learnt for the content that is published.

It serves nobody and learns nothing itself: a child process learns, so that a learning that
runs out of memory, is killed or stuck is noticed, shown, and tried again.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

import structlog

from app.learner_status import LearnerState, LearnerStatus, read_status, write_status
from core.back_off import BackOff
from core.clock import Clock
from core.processes import end_kindly, end_with_parent
from nlu.embedded.model_folder import MAX_LEARNING_SECONDS, BrokenModelError, ModelFolder

log = structlog.get_logger()
LOOK_EACH_SECONDS = 0.5
_SAY_EACH_SECONDS = 2.0
_BACK_OFF = BackOff(first_seconds=2, max_seconds=60)
LEARN_ONCE = (sys.executable, "-m", "app", "learn", "--once")


class Learning:
    """A child process that learns, with what it printed about its faults."""

    def __init__(self, model: str, command: Sequence[str], started_at: float) -> None:
        self.model = model
        self.started_at = started_at
        self._faults: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the child)
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._faults,
            start_new_session=True,
            preexec_fn=end_with_parent(signal.SIGTERM),
        )

    @property
    def exit_status(self) -> int | None:
        """The exit status once it ended, else None."""
        return self._process.poll()

    def end(self) -> str:
        """End it where it has not; the last line of what it printed."""
        end_kindly(self._process, patience_seconds=2)
        self._faults.seek(0)
        lines = self._faults.read().decode(errors="replace").split("\n")
        self._faults.close()
        return next((line.strip() for line in reversed(lines) if line.strip()), "")


class Learner:
    """Looks for work with each ``look``, and says in ``var_dir`` how it stands.

    ``wanted`` is the name of the model for the content of the moment, ``command`` learns it.
    ``monotonic`` gives seconds.
    """

    def __init__(
        self,
        wanted: Callable[[], str],
        models: Path,
        var_dir: Path,
        clock: Clock,
        *,
        command: Sequence[str] = LEARN_ONCE,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wanted = wanted
        self._folder = ModelFolder(models)
        self._var_dir = var_dir
        self._clock = clock
        self._command = tuple(command)
        self._monotonic = monotonic
        self._learning: Learning | None = None
        self._next_try_at = 0.0
        self._next_word_at = 0.0
        self._checked = ""
        self._status = LearnerStatus(LearnerState.IDLE, model=read_status(var_dir).model)

    def look(self) -> LearnerStatus:
        """Begin, watch over or end what there is to learn; how it stands now."""
        before = self._status
        if self._learning is not None:
            self._watch_over(self._learning)
        if self._learning is None:
            self._begin_if_needed(self._wanted())
        if self._status != before or self._monotonic() >= self._next_word_at:
            self._next_word_at = self._monotonic() + _SAY_EACH_SECONDS
            write_status(self._var_dir, replace(self._status, said_at=self._clock.now()))
        return self._status

    def stop(self) -> None:
        """End the child and say no more: the learner is away from now on."""
        if self._learning is not None:
            self._learning.end()
            self._learning = None
        write_status(self._var_dir, replace(self._status, state=LearnerState.AWAY))

    def _begin_if_needed(self, name: str) -> None:
        if self._has_whole(name):
            self._status = replace(
                self._status, state=LearnerState.IDLE, model=name, failures=0, fault=""
            )
        elif self._monotonic() < self._next_try_at:
            self._status = replace(self._status, state=LearnerState.FAILED)
        elif not self._folder.lease().is_free():
            self._status = replace(self._status, state=LearnerState.WAITING)
        else:
            # While an earlier model answers, learning must not slow the answers down.
            gently = ("--gently",) if self._status.model else ()
            self._learning = Learning(name, (*self._command, *gently), self._monotonic())
            self._status = replace(self._status, state=LearnerState.LEARNING)
            log.info("learning", model=name)

    def _has_whole(self, name: str) -> bool:
        """Whether the model is there; one that is seen for the first time is looked at closely."""
        if self._checked != name and self._folder.has(name):
            try:
                self._folder.find(name)
                self._checked = name
            except BrokenModelError as error:
                log.error("a broken model was taken away", model=name, reason=str(error))
                self._folder.discard(name)
        return self._folder.has(name)

    def _watch_over(self, learning: Learning) -> None:
        seconds = self._monotonic() - learning.started_at
        status = learning.exit_status
        if status is None and seconds <= MAX_LEARNING_SECONDS:
            return
        said = learning.end()
        self._learning = None
        if status == 0:
            self._next_try_at = 0.0
            model = learning.model if self._folder.has(learning.model) else self._status.model
            self._status = replace(
                self._status, model=model, seconds=round(seconds, 1), failures=0, fault=""
            )
            log.info("learnt", seconds=self._status.seconds)
            return
        fault = _fault_of(status, said)
        failures = self._status.failures + 1
        self._next_try_at = self._monotonic() + _BACK_OFF.delay(failures)
        self._status = replace(
            self._status, state=LearnerState.FAILED, failures=failures, fault=fault
        )
        log.error("learning failed", failures=failures, reason=fault)


def _fault_of(status: int | None, said: str) -> str:
    if status is None:
        return f"stopped after {MAX_LEARNING_SECONDS} s"
    if status < 0:
        return f"killed by signal {-status}"
    return said or f"ended with status {status}"
