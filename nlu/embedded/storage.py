"""Learnt engines as plain files: arrays that are mapped into memory, and names."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.clock import Clock
from nlu.embedded.engine import EmbeddedEngine
from nlu.embedded.intents import IntentModel
from nlu.embedded.model_folder import BrokenModelError, ModelFolder, model_name
from nlu.embedded.space import FeatureSpace
from nlu.embedded.spelling import Spelling
from nlu.embedded.topics import Calibration, TopicModel
from nlu.interpretation import Intent
from nlu.training import TrainingTopic, load_background, load_intents, with_own_samples

_NAMES = "names.json"
_LOOK_EACH_SECONDS = 0.2


def open_engine(
    topics: Sequence[TrainingTopic],
    models: Path,
    clock: Clock,
    sleep: Callable[[float], None] = time.sleep,
) -> EmbeddedEngine:
    """The engine for these topics: from the folder of models, else learnt now and kept there.

    Of several processes that open it at once one learns, and the others wait for it.
    """
    folder, name = ModelFolder(models), model_name(topics)
    lease = folder.lease()
    while True:
        engine = find_engine(folder, name, clock)
        if engine is not None:
            return engine
        if lease.acquire():
            break
        sleep(_LOOK_EACH_SECONDS)
    try:
        return find_engine(folder, name, clock) or _learn(topics, folder, name, clock)
    finally:
        lease.release()


def find_engine(folder: ModelFolder, name: str, clock: Clock) -> EmbeddedEngine | None:
    """The engine of a model; None when it is not there. A broken one is taken away."""
    try:
        path = folder.find(name)
        return None if path is None else load_engine(path, clock)
    except BrokenModelError:
        folder.discard(name)
        return None


def _learn(
    topics: Sequence[TrainingTopic], folder: ModelFolder, name: str, clock: Clock
) -> EmbeddedEngine:
    # Learning needs libraries that reading does without.
    from nlu.embedded.engine_training import train_engine

    # Only the holder of the lease removes what learners that were killed have left.
    folder.forget_old()
    engine = train_engine(with_own_samples(topics), load_intents(), load_background(), clock)
    folder.write(name, lambda path: save_engine(engine, path))
    return engine


def save_engine(engine: EmbeddedEngine, folder: Path) -> None:
    """Write an engine as plain arrays and names into an existing folder."""
    topics, intents = engine.topics, engine.intents
    arrays: dict[str, npt.NDArray[Any]] = {
        "rarity": topics.space.rarity,
        "weights": topics.weights,
        "steps": topics.steps,
        "act_weights": intents.weights,
        "act_bias": intents.bias,
    }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)
    names = {
        "topics": topics.topics,
        "columns": list(topics.space.columns),
        "rarest": topics.space.rarest,
        "calibration": asdict(topics.calibration),
        "acts": [str(intent) for intent in intents.intents],
        "act_columns": list(intents.columns),
        "broader": dict(engine.broader),
        "spelling": asdict(engine.spelling),
    }
    text = json.dumps(names, ensure_ascii=False)
    (folder / _NAMES).write_text(text, encoding="utf-8")


def load_engine(folder: Path, clock: Clock) -> EmbeddedEngine:
    """Read what ``save_engine`` wrote; its large arrays stay on the disk until they are used, and
    processes share them. Raises BrokenModelError when it is something else."""
    try:
        return _load(folder, clock)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BrokenModelError(f"Model {folder.name} cannot be read: {error!r}.") from error


def _load(folder: Path, clock: Clock) -> EmbeddedEngine:
    names = json.loads((folder / _NAMES).read_text(encoding="utf-8"))
    calibration = {key: tuple(curve) for key, curve in names["calibration"].items()}
    topics = TopicModel(
        FeatureSpace(_columns(names["columns"]), _array(folder, "rarity"), names["rarest"]),
        tuple(names["topics"]),
        _array(folder, "weights"),
        _array(folder, "steps"),
        Calibration(**calibration),
    )
    intents = IntentModel(
        tuple(Intent(name) for name in names["acts"]),
        _columns(names["act_columns"]),
        _array(folder, "act_weights"),
        _array(folder, "act_bias"),
    )
    spelling = Spelling(**names["spelling"])
    return EmbeddedEngine(topics, intents, clock, names["broader"], spelling)


def _columns(names: Sequence[str]) -> dict[str, int]:
    return {name: column for column, name in enumerate(names)}


def _array(folder: Path, name: str) -> Any:
    # The plain view of a mapped file reads as any array, without the mapping's own bookkeeping.
    return np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False))
