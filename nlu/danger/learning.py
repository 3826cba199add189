"""Learning the model of ``learned.json`` again:

    python -m nlu.danger.learning LISTS_FOLDER ENTRIES_FOLDER

``LISTS_FOLDER`` holds ``dangers.yaml`` and ``harmless.yaml``. Ordinary messages are the sample
questions of the knowledge base and of ``nlu/training``. Prints how well the model finds what it
has not learnt from (each fifth of the lists in turn) and writes the weights.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from config.yaml_files import read_yaml
from nlu.danger.finding import find_by_signs
from nlu.danger.kinds import DangerKind, DangerLevel
from nlu.danger.learned import WEIGHTS_FILE, Model, cut_pieces, list_sequences
from nlu.danger.spelling import respell
from nlu.training import TRAINING_FOLDER

_NONE = "none"
_KIND_OF = {**{kind.value: kind.value for kind in DangerKind}, "held": DangerKind.VIOLENCE.value}
_PARTS = 4
_MIN_WEIGHT = 15
# Of ordinary messages not learnt from, how many may score above the threshold before the rules of
# contexts.py look at them.
_FALSE_SHARE = 0.005
# Below it hard harmless messages that were learnt from are still taken for danger.
_MIN_THRESHOLD = 10
_STRENGTH = 10.0


@dataclass(frozen=True)
class Example:
    """A message and its class: a kind of danger or ``none``."""

    text: str
    label: str
    is_listed: bool


def list_examples(folder: Path, entries: Path) -> list[Example]:
    """The lists and the ordinary messages."""
    dangers = [
        Example(text, _KIND_OF[expected], True)
        for expected, text in _read_list(folder / "dangers.yaml")
    ]
    harmless = [Example(text, _NONE, True) for _, text in _read_list(folder / "harmless.yaml")]
    ordinary = [
        Example(text, _NONE, False)
        for text in dict.fromkeys(_read_ordinary(entries))
        if not _is_acute(text)
    ]
    return dangers + harmless + ordinary


def learn(examples: Sequence[Example]) -> Model:
    """A model without a threshold (0)."""
    pieces = [
        (list_sequences(piece), example.label)
        for example in examples
        for piece in cut_pieces(respell(example.text))
    ]
    vocabulary = {s: i for i, s in enumerate(dict.fromkeys(s for p, _ in pieces for s in p))}
    rows = _matrix([p for p, _ in pieces], vocabulary)
    fitted: Any = LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=3000)
    fitted.fit(rows, [label for _, label in pieces])
    classes = list(fitted.classes_)
    order = [classes.index(kind.value) for kind in DangerKind]
    none = classes.index(_NONE)
    bias = np.rint(100 * (fitted.intercept_[order] - fitted.intercept_[none])).astype(int)
    weights = np.rint(100 * (fitted.coef_[order] - fitted.coef_[none])).astype(int).T
    kept = {
        sequence: tuple(int(w) for w in weights[index])
        for sequence, index in vocabulary.items()
        if np.abs(weights[index]).max() >= _MIN_WEIGHT
    }
    return Model(tuple(int(b) for b in bias), 0, kept)


def score(model: Model, text: str) -> int:
    """The highest score of a message's pieces."""
    return max((model.weigh(piece)[0] for piece in cut_pieces(respell(text))), default=-1000)


def cross_validate(examples: Sequence[Example]) -> tuple[int, float]:
    """The threshold that few ordinary messages exceed, and the share of dangers that do, each
    scored by a model that has not learnt from it."""
    scored: list[tuple[Example, int]] = []
    for part in range(_PARTS):
        model = learn([e for i, e in enumerate(examples) if i % _PARTS != part])
        scored += [(e, score(model, e.text)) for i, e in enumerate(examples) if i % _PARTS == part]
    ordinary = sorted((s for e, s in scored if not e.is_listed), reverse=True)
    threshold = max(_MIN_THRESHOLD, ordinary[ceil(_FALSE_SHARE * len(ordinary))])
    dangers = [s for e, s in scored if e.label != _NONE]
    return threshold, sum(s > threshold for s in dangers) / len(dangers)


def _matrix(pieces: Sequence[Sequence[str]], vocabulary: dict[str, int]) -> csr_matrix:
    columns = [vocabulary[s] for p in pieces for s in p]
    rows = [i for i, p in enumerate(pieces) for _ in p]
    values = [1 / sqrt(len(p)) for p in pieces for _ in p]
    return csr_matrix((values, (rows, columns)), shape=(len(pieces), len(vocabulary)))


def _is_acute(text: str) -> bool:
    found = find_by_signs(respell(text))
    return found is not None and found.level is DangerLevel.ACUTE


def _read_list(path: Path) -> Iterator[tuple[str, str]]:
    for groups in read_yaml(path).values():
        for expected, languages in groups.items():
            for texts in languages.values():
                for text in texts:
                    yield expected, text


def _read_ordinary(entries: Path) -> Iterator[str]:
    for path in sorted(entries.glob("*/*.yaml")):
        yield from _walk(read_yaml(path).get("samples", []))
    for path in sorted(TRAINING_FOLDER.glob("*.yaml")):
        yield from _walk(read_yaml(path))


def _walk(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _walk(list(value.values()))
    elif isinstance(value, list):
        for child in value:
            yield from _walk(child)


def main() -> None:
    """Learn, print the figures, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lists", type=Path)
    parser.add_argument("entries", type=Path)
    arguments = parser.parse_args()
    examples = list_examples(arguments.lists, arguments.entries)
    threshold, share = cross_validate(examples)
    print(f"{len(examples)} examples; found unseen: {share:.1%} above {threshold}")
    model = learn(examples)
    stored = {"bias": model.bias, "threshold": threshold, "weights": model.weights}
    text = json.dumps(stored, ensure_ascii=False, separators=(",", ":"))
    WEIGHTS_FILE.write_text(text.replace("],", "],\n") + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
