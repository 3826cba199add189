"""Fitting a Rasa model's calibration. Needs libraries that reading does not."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from nlu.embedded.topic_training import INSIDE_SHARE
from nlu.interpretation import MAX_WEIGHED
from nlu.rasa_calibration import (
    UNCALIBRATED,
    RasaCalibration,
    measure_topics,
    read_calibration,
    write_calibration,
)
from nlu.rasa_client import rank_intents
from nlu.rasa_export import OUT_OF_SCOPE, TOPIC_PREFIX, read_held_back
from nlu.rasa_project import PROGRAM, locked
from nlu.rasa_server import RasaServer

BoolArray = npt.NDArray[np.bool_]
DoubleArray = npt.NDArray[np.float64]

# Nobody waits for an answer here.
_TIME_LIMIT = 30.0


def open_calibration(project: Path, model: Path, program: Path = PROGRAM) -> RasaCalibration:
    """The calibration of a model of an exported project: kept beside the model, else fitted now by
    asking a server of that model what it did not learn.

    ConfigurationError when the server does not start, ProviderUnknownError when it does not answer.
    """
    stored = model.with_name(f"{model.name.removesuffix('.tar.gz')}.calibration.json")
    with locked(model):
        if not stored.is_file():
            with (
                tempfile.TemporaryDirectory(prefix="rasa-") as folder,
                RasaServer(model, Path(folder), program) as server,
            ):
                write_calibration(calibrate(server.url, project), stored)
    return read_calibration(stored)


def calibrate(url: str, project: Path) -> RasaCalibration:
    """Ask a server all that its project holds back, and fit."""
    asked = read_held_back(project)
    return fit_calibration((intent, rank_intents(url, text, _TIME_LIMIT)) for text, intent in asked)


def fit_calibration(rankings: Iterable[tuple[str, Mapping[str, float]]]) -> RasaCalibration:
    """Fit a curve to rankings of questions with their true intent, those out of scope weighted as
    often as they are among messages. UNCALIBRATED when no topic, or each, is the right one."""
    values, hits, outside = [], [], []
    for intent, ranking in rankings:
        for measures in measure_topics(ranking)[:MAX_WEIGHED]:
            values.append((measures.odds, measures.lead))
            hits.append(intent == f"{TOPIC_PREFIX}{measures.topic}")
            outside.append(intent == OUT_OF_SCOPE)
    if len(set(hits)) < 2:
        return UNCALIBRATED
    model = LogisticRegression()
    model.fit(np.array(values), np.array(hits), sample_weight=_weights(np.array(outside)))
    of_odds, of_lead = model.coef_[0]
    return RasaCalibration(float(model.intercept_[0]), float(of_odds), float(of_lead))


def _weights(outside: BoolArray) -> DoubleArray:
    if not outside.any() or outside.all():
        return np.ones(len(outside))
    share = float(outside.mean())
    weights: DoubleArray = np.where(outside, (1 - INSIDE_SHARE) / share, INSIDE_SHARE / (1 - share))
    return weights
