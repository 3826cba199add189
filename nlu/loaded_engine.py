"""The engine that a process serves with: loaded as soon as it is learnt, never learnt here."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import structlog

from core.back_off import BackOff
from core.errors import HotlineError
from nlu.engine import NluEngine
from nlu.interpretation import Interpretation, Language

log = structlog.get_logger()
LOOK_EACH_SECONDS = 0.5
_BACK_OFF = BackOff(first_seconds=1, max_seconds=30)


class EngineNotReadyError(HotlineError):
    """No engine has been loaded yet: nothing can be understood for the moment."""


class EngineState(StrEnum):
    """What an engine can do: READY with the newest model, RENEWING with an earlier one while a
    newer is learnt or loaded, LEARNING while there is none yet, FAILED where the model that was
    learnt could not be loaded and there is no other."""

    READY = "ready"
    RENEWING = "renewing"
    LEARNING = "learning"
    FAILED = "failed"

    @property
    def can_answer(self) -> bool:
        """Whether questions are understood."""
        return self in (EngineState.READY, EngineState.RENEWING)


@dataclass(frozen=True)
class ModelSource:
    """Where models come from.

    ``wanted`` is the name of the model for the content of the moment; ``load`` gives the engine of
    a model, or None while it is not learnt; ``last`` is the name of the model that the service
    used last, or empty.
    """

    wanted: Callable[[], str]
    load: Callable[[str], NluEngine | None]
    last: Callable[[], str] = lambda: ""


class LoadedEngine:
    """Understands messages with the newest model that there is.

    ``start`` watches for newer ones from a thread of this process. ``monotonic`` gives seconds.
    """

    def __init__(
        self, source: ModelSource, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._source = source
        self._monotonic = monotonic
        self._engine: NluEngine | None = None
        self._model = ""
        self._wanted = ""
        self._failures = 0
        self._next_try_at = 0.0
        self._looking = threading.Lock()
        self._stop = threading.Event()
        self._ready = threading.Event()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    @property
    def state(self) -> EngineState:
        """What this engine can do at this moment."""
        if self._engine is None:
            return EngineState.FAILED if self._failures else EngineState.LEARNING
        return EngineState.READY if self._model == self._wanted else EngineState.RENEWING

    @property
    def failures(self) -> int:
        """How often in a row loading has failed; 0 when it did not."""
        return self._failures

    def start(self) -> None:
        """Load what there is, and watch for newer models until ``stop``."""
        with self._starting:
            if self._thread is None:
                self.look()
                self._thread = threading.Thread(target=self._watch, name="engine", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Watch no more, and let nobody wait any longer."""
        self._stop.set()
        self._ready.set()
        if self._thread is not None:
            self._thread.join()

    def wait(self) -> None:
        """Return when an engine is loaded, or after ``stop``."""
        self.start()
        self._ready.wait()

    def interpret(self, text: str, *, language: Language | None = None) -> Interpretation:
        """Understand a message. Raises EngineNotReadyError at once while there is no model."""
        if self._engine is None:
            self.look()
        engine = self._engine
        if engine is None:
            raise EngineNotReadyError("The questions are still being learnt.")
        return engine.interpret(text, language=language)

    def look(self) -> bool:
        """Load the wanted model if it is newer than the loaded one; whether it was loaded.

        A fault of any kind leaves the loaded model serving, is logged, and is tried again with
        growing waits.
        """
        with self._looking:
            if self._monotonic() < self._next_try_at:
                return False
            try:
                is_new = self._look()
            except Exception:
                self._failures += 1
                self._next_try_at = self._monotonic() + _BACK_OFF.delay(self._failures)
                log.exception("model not loaded", failures=self._failures)
                return False
            self._failures, self._next_try_at = 0, 0.0
            return is_new

    def _look(self) -> bool:
        self._wanted = self._source.wanted()
        if self._model == self._wanted:
            return False
        if self._load(self._wanted):
            return True
        # Nothing yet for the content of the moment: what served last serves on.
        last = self._source.last()
        return self._engine is None and bool(last) and self._load(last)

    def _load(self, name: str) -> bool:
        engine = self._source.load(name)
        if engine is None:
            return False
        self._engine, self._model = engine, name
        self._ready.set()
        return True

    def _watch(self) -> None:
        while not self._stop.wait(LOOK_EACH_SECONDS):
            self.look()
