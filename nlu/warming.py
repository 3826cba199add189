"""An engine that is still being opened: the service answers calls meanwhile, questions wait."""

from __future__ import annotations

import threading
from collections.abc import Callable

from core.errors import HotlineError
from nlu.engine import NluEngine
from nlu.interpretation import Interpretation, Language


class EngineNotReadyError(HotlineError):
    """The engine could not be opened, or not in time for this question."""


class WarmingEngine:
    """Opens an engine in the background from ``warm`` on; a question waits for it a while.

    ``patience_seconds`` stays below the provider's limit for a webhook (15 s), so that a caller
    hears a sentence rather than a broken line.
    """

    def __init__(self, open_engine: Callable[[], NluEngine], patience_seconds: float = 9) -> None:
        self._open = open_engine
        self._patience = patience_seconds
        self._ready = threading.Event()
        self._engine: NluEngine | None = None
        self._error: Exception | None = None
        self._is_begun = threading.Lock()

    def warm(self) -> None:
        """Begin to open the engine, if that has not begun."""
        if self._is_begun.acquire(blocking=False):
            threading.Thread(target=self._warm, name="engine", daemon=True).start()

    def interpret(self, text: str, *, language: Language | None = None) -> Interpretation:
        """Understand a message. Raises EngineNotReadyError when the engine is not there in time."""
        self.warm()
        self._ready.wait(self._patience)
        if self._engine is None:
            raise EngineNotReadyError("The engine is not ready yet.") from self._error
        return self._engine.interpret(text, language=language)

    def _warm(self) -> None:
        try:
            self._engine = self._open()
        except Exception as error:
            self._error = error
            raise
        finally:
            self._ready.set()


class CurrentEngine:
    """The engine that ``current`` gives at each message; it may be exchanged at any time."""

    def __init__(self, current: Callable[[], NluEngine]) -> None:
        self._current = current
        current()

    def interpret(self, text: str, *, language: Language | None = None) -> Interpretation:
        """Understand one message with the engine of the moment."""
        return self._current().interpret(text, language=language)
