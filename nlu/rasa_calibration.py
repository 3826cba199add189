"""What Rasa's confidences are worth as probabilities: a curve for each model, kept beside it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from core.errors import ConfigurationError
from nlu.interpretation import MAX_CANDIDATES, Candidate
from nlu.odds import bounded, log_odds, probability_of
from nlu.rasa_export import INTENT_PREFIX, OUT_OF_SCOPE, TOPIC_PREFIX

_MIN = 1e-6


@dataclass(frozen=True)
class TopicMeasures:
    """A topic in a ranking: the log-odds of its confidence given that the message is no act, and
    the logarithm of its ratio to the best other topic or the background."""

    topic: str
    odds: float
    lead: float


@dataclass(frozen=True)
class RasaCalibration:
    """A logistic curve from a topic's measures to the probability that it was meant."""

    bias: float
    of_odds: float
    of_lead: float

    def candidates(self, ranking: Mapping[str, float]) -> list[Candidate]:
        """The topics of a ranking with their probabilities, best first."""
        found = [Candidate(m.topic, self._chance(m)) for m in measure_topics(ranking)]
        return sorted(found, key=lambda candidate: -candidate.confidence)

    def _chance(self, measures: TopicMeasures) -> float:
        value = self.bias + self.of_odds * measures.odds + self.of_lead * measures.lead
        return probability_of(value)


UNCALIBRATED = RasaCalibration(bias=0.0, of_odds=1.0, of_lead=0.0)
"""Confidences as Rasa gives them."""


def measure_topics(ranking: Mapping[str, float]) -> list[TopicMeasures]:
    """The best topics of a ranking (confidence by intent), best first; at most MAX_CANDIDATES."""
    acted = sum(value for name, value in ranking.items() if name.startswith(INTENT_PREFIX))
    asked = {
        name: bounded(value / max(_MIN, 1 - acted))
        for name, value in ranking.items()
        if name.startswith(TOPIC_PREFIX) or name == OUT_OF_SCOPE
    }
    ranked = sorted(asked.items(), key=lambda item: -item[1])
    measures = []
    for name, value in ranked:
        if name != OUT_OF_SCOPE:
            rival = max((other for n, other in ranked[:2] if n != name), default=_MIN)
            topic = name.removeprefix(TOPIC_PREFIX)
            measures.append(TopicMeasures(topic, log_odds(value), math.log(value / rival)))
    return measures[:MAX_CANDIDATES]


def write_calibration(calibration: RasaCalibration, path: Path) -> None:
    """Keep a curve as JSON."""
    path.write_text(json.dumps(asdict(calibration)), encoding="utf-8")


def read_calibration(path: Path) -> RasaCalibration:
    """A curve that was kept; UNCALIBRATED where there is none. ConfigurationError when spoilt."""
    if not path.is_file():
        return UNCALIBRATED
    try:
        return RasaCalibration(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as problem:
        raise ConfigurationError(f"{path} is no calibration: {problem!r}") from problem
