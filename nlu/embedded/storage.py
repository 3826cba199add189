"""Trained engines in a cache folder, named by the hash of all they were made from."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from core.clock import Clock
from nlu.embedded.acts import ActModel
from nlu.embedded.engine import EmbeddedEngine
from nlu.embedded.space import FeatureSpace
from nlu.embedded.spelling import Spelling
from nlu.embedded.topics import Calibration, TopicModel
from nlu.interpretation import Act
from nlu.training import TrainingTopic, load_acts, load_background, with_own_samples

_ARRAYS = "arrays.npz"
_NAMES = "names.json"
_PREFIX = "embedded-"
_KEPT = 3
_PACKAGE = Path(__file__).parent.parent


def open_engine(topics: Sequence[TrainingTopic], cache_dir: Path, clock: Clock) -> EmbeddedEngine:
    """The engine for these topics: loaded when the cache folder has it, else trained and kept.

    Several processes may open it at once. A spoilt cache is trained anew; the three newest stay.
    """
    folder = cache_dir / f"{_PREFIX}{content_hash(topics)[:24]}"
    if folder.is_dir():
        try:
            return load_engine(folder, clock)
        except (OSError, ValueError, KeyError, BadZipFile):
            shutil.rmtree(folder, ignore_errors=True)
    # Training needs libraries that an engine from the cache does without.
    from nlu.embedded.engine_training import train_engine

    engine = train_engine(with_own_samples(topics), load_acts(), load_background(), clock)
    cache_dir.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=cache_dir))
    save_engine(engine, unfinished)
    try:
        unfinished.rename(folder)
    except OSError:  # another process was faster
        shutil.rmtree(unfinished, ignore_errors=True)
    _forget_old(cache_dir)
    return engine


def content_hash(topics: Sequence[TrainingTopic]) -> str:
    """A hash of the topics and of every file of this package that training depends on."""
    digest = hashlib.sha256()
    rows = sorted((asdict(topic) for topic in topics), key=lambda row: str(row["topic"]))
    digest.update(json.dumps(rows, ensure_ascii=False, sort_keys=True).encode())
    for folder in ("embedded", "entities", "training"):
        for path in sorted((_PACKAGE / folder).rglob("*")):
            if path.suffix in (".py", ".yaml"):
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def save_engine(engine: EmbeddedEngine, folder: Path) -> None:
    """Write an engine as plain arrays and names into an existing folder."""
    topics, acts = engine.topics, engine.acts
    np.savez(
        folder / _ARRAYS,
        allow_pickle=False,
        rarity=topics.space.rarity,
        weights=topics.weights,
        steps=topics.steps,
        act_weights=acts.weights,
        act_bias=acts.bias,
    )
    names = {
        "topics": topics.topics,
        "columns": list(topics.space.columns),
        "rarest": topics.space.rarest,
        "calibration": asdict(topics.calibration),
        "acts": [str(act) for act in acts.acts],
        "act_columns": list(acts.columns),
        "broader": dict(engine.broader),
        "spelling": asdict(engine.spelling),
    }
    text = json.dumps(names, ensure_ascii=False)
    (folder / _NAMES).write_text(text, encoding="utf-8")


def load_engine(folder: Path, clock: Clock) -> EmbeddedEngine:
    """Read what ``save_engine`` wrote; OSError, ValueError or KeyError when it is spoilt."""
    names = json.loads((folder / _NAMES).read_text(encoding="utf-8"))
    with np.load(folder / _ARRAYS, allow_pickle=False) as arrays:
        columns = {name: i for i, name in enumerate(names["columns"])}
        calibration = {key: tuple(curve) for key, curve in names["calibration"].items()}
        topics = TopicModel(
            FeatureSpace(columns, arrays["rarity"], names["rarest"]),
            tuple(names["topics"]),
            arrays["weights"],
            arrays["steps"],
            Calibration(**calibration),
        )
        acts = ActModel(
            tuple(Act(name) for name in names["acts"]),
            {name: i for i, name in enumerate(names["act_columns"])},
            arrays["act_weights"],
            arrays["act_bias"],
        )
    spelling = Spelling(**names["spelling"])
    return EmbeddedEngine(topics, acts, clock, names["broader"], spelling)


def _forget_old(cache_dir: Path) -> None:
    folders = sorted(cache_dir.glob(f"{_PREFIX}*"), key=lambda path: path.stat().st_mtime)
    for folder in folders[:-_KEPT]:
        shutil.rmtree(folder, ignore_errors=True)
