"""The Rasa engine: a Rasa server asked over HTTP, with the embedded engine behind it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from core.clock import Clock, local_date
from core.errors import ProviderUnknownError
from nlu.broader import lead_with_broader
from nlu.embedded.keywords import LONGEST_KEYWORD, find_keyword
from nlu.embedded.normalising import normalise
from nlu.engine import NluEngine
from nlu.entities.extraction import find_entities
from nlu.expected_intents import expected_intent
from nlu.interpretation import Intent, Interpretation, Language
from nlu.rasa_calibration import UNCALIBRATED, RasaCalibration
from nlu.rasa_client import rank_intents
from nlu.rasa_export import INTENT_PREFIX, OUT_OF_SCOPE, TOPIC_PREFIX


@dataclass
class RasaCounters:
    """What became of the messages: answered by Rasa, given to the embedded engine after a failure,
    or given to it without asking because the circuit was open."""

    answered: int = 0
    failed: int = 0
    skipped: int = 0


@dataclass
class CircuitBreaker:
    """Stops asking after ``failures_allowed`` failures in a row, for ``rest_seconds``; then lets
    one message through to try."""

    failures_allowed: int = 3
    rest_seconds: float = 30.0
    seconds: Callable[[], float] = time.monotonic
    _failures: int = 0
    _closed_again_at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def lets_through(self) -> bool:
        """Whether the next message may be asked about."""
        with self._lock:
            if self._failures < self.failures_allowed:
                return True
            if self.seconds() < self._closed_again_at:
                return False
            self._closed_again_at = self.seconds() + self.rest_seconds
            return True

    def record(self, *, success: bool) -> None:
        """Count the outcome of a message that was let through."""
        with self._lock:
            self._failures = 0 if success else self._failures + 1
            if not success:
                self._closed_again_at = self.seconds() + self.rest_seconds


@dataclass(frozen=True)
class RasaEngine:
    """Understands messages with a Rasa 3 server (``POST /model/parse``) at ``url``.

    Keywords, entities and language are found as in the embedded engine. ``calibration`` belongs to
    the model that is served. A server that fails, gives nonsense or takes longer than
    ``time_limit`` seconds between bytes never fails a message: the fallback engine reads it.
    """

    url: str
    fallback: NluEngine
    clock: Clock
    broader: Mapping[str, str] = field(default_factory=dict)
    calibration: RasaCalibration = UNCALIBRATED
    time_limit: float = 0.8
    breaker: CircuitBreaker = field(default_factory=CircuitBreaker)
    counters: RasaCounters = field(default_factory=RasaCounters)

    def interpret(self, text: str, *, language: Language | None = None) -> Interpretation:
        """Understand one message; see NluEngine."""
        if not self.breaker.lets_through():
            self.counters.skipped += 1
            return self.fallback.interpret(text, language=language)
        try:
            ranking = rank_intents(self.url, text, self.time_limit)
        except ProviderUnknownError:
            self.breaker.record(success=False)
            self.counters.failed += 1
            return self.fallback.interpret(text, language=language)
        self.breaker.record(success=True)
        self.counters.answered += 1
        return self._interpret(text, language, ranking)

    def _interpret(
        self, text: str, language: Language | None, ranking: dict[str, float]
    ) -> Interpretation:
        normal = normalise(text, language)
        entities = find_entities(normal.plain, local_date(self.clock.now()))
        keyword = find_keyword(text) if len(normal.plain) <= LONGEST_KEYWORD else None
        if keyword:
            return Interpretation(keyword, 1.0, None, 0.0, (), normal.language, entities)
        intent, intent_confidence = _intent(ranking)
        candidates = lead_with_broader(self.calibration.candidates(ranking), self.broader)
        inside = bool(candidates) and _is_about_a_topic(ranking)
        return Interpretation(
            intent=expected_intent(intent, normal.plain, entities),
            intent_confidence=intent_confidence,
            topic=candidates[0].topic if inside else None,
            confidence=candidates[0].confidence if inside else 0.0,
            candidates=candidates,
            language=normal.language,
            entities=entities,
        )


def _is_about_a_topic(ranking: Mapping[str, float]) -> bool:
    topics = (value for name, value in ranking.items() if name.startswith(TOPIC_PREFIX))
    return max(topics, default=0.0) > ranking.get(OUT_OF_SCOPE, 0.0)


def _intent(ranking: dict[str, float]) -> tuple[Intent, float]:
    """The likeliest act; all topics and the background together speak for a question."""
    intents: dict[Intent, float] = {
        intent: ranking.get(f"{INTENT_PREFIX}{intent}", 0.0) for intent in Intent
    }
    asked = sum(c for n, c in ranking.items() if n.startswith(TOPIC_PREFIX) or n == OUT_OF_SCOPE)
    intents[Intent.QUESTION] = min(1.0, asked)
    best = max(intents, key=lambda intent: intents[intent])
    return best, intents[best]
