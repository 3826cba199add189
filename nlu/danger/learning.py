"""Learning the model of ``learned.npz`` again:

    python -m nlu.danger.learning LISTS_FOLDER ENTRIES_FOLDER

``LISTS_FOLDER`` holds ``dangers.yaml``, ``harmless.yaml`` and ``ordinary.yaml``. Prints how well
the signs and the model find what the model has not learnt from (each fifth in turn) and writes the
weights.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from math import ceil
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from nlu.danger.examples import Example, Source, list_listed, list_ordinary, make_examples
from nlu.danger.features import FEATURE_BITS, cut_pieces, list_features
from nlu.danger.finding import find_by_signs, may_be_learned
from nlu.danger.kinds import DangerKind, DangerLevel
from nlu.danger.learned import KIND_MASK, Model, store_model
from nlu.danger.spelling import respell

_PARTS = 5
# Of ordinary messages not learnt from, how many may exceed the threshold.
FALSE_SHARE = 0.0125
_MIN_THRESHOLD = 0.1
_STRENGTH = 60.0
_KIND_STRENGTH = 10.0
# How much all dangers together weigh against all that is harmless.
_DANGER_SHARE = 1 / 3
# How many times a short ordinary message counts.
_SHORT_WEIGHT = 4
# So many models, each of other made examples, are averaged.
_MODELS = 4

Piece = list[int]


@dataclass(frozen=True)
class Figures:
    """What cross-validation measured: shares of messages above ``threshold`` or with an acute
    sign."""

    threshold: float
    recall: float
    false_hard: float
    false_ordinary: float
    false_short: float


def learn(examples: Sequence[Example]) -> Model:
    """A model with threshold 0. A long dangerous message teaches by its most dangerous pieces."""
    dangers = [(cut(e.text), e.kind) for e in examples if e.kind is not None]
    harmless = [piece for e in examples if e.kind is None for piece in cut(e.text)]
    chosen = [piece for pieces, _ in dangers for piece in pieces]
    fitted = _fit_danger(chosen, harmless)
    picked = [(piece, kind) for pieces, kind in dangers for piece in _pick(fitted, pieces)]
    fitted = _fit_danger([piece for piece, _ in picked], harmless)
    kinds: Any = LogisticRegression(C=_KIND_STRENGTH, max_iter=1000, tol=1e-3)
    rows = _matrix([[i & KIND_MASK for i in piece] for piece, _ in picked], KIND_MASK + 1)
    kinds.fit(rows, [kind.value for _, kind in picked if kind])
    order = [list(kinds.classes_).index(kind.value) for kind in DangerKind]
    return Model(
        danger=fitted.coef_[0].astype(np.float32),
        bias=float(fitted.intercept_[0]),
        kinds=kinds.coef_[order].astype(np.float32),
        kind_bias=kinds.intercept_[order].astype(np.float32),
    )


def cut(text: str) -> list[Piece]:
    """The features of each piece of a message."""
    by_token = list_features(respell(text))
    return [
        list(chain.from_iterable(by_token[start:end])) for start, end in cut_pieces(len(by_token))
    ]


def learn_all(listed: Sequence[Example], ordinary: Sequence[Example]) -> Model:
    """A model learnt from lists, ordinary messages and what is made of them."""
    harmless = [e.text for e in listed if e.kind is None]
    usual = [e.text for e in ordinary]
    repeated = [e for e in listed if e.source is Source.SHORT] * (_SHORT_WEIGHT - 1)
    models = [
        learn([*listed, *repeated, *ordinary, *make_examples(harmless, usual, Random(seed))])
        for seed in range(_MODELS)
    ]
    return Model(
        danger=np.mean([m.danger for m in models], axis=0),
        bias=float(np.mean([m.bias for m in models])),
        kinds=np.mean([m.kinds for m in models], axis=0),
        kind_bias=np.mean([m.kind_bias for m in models], axis=0),
    )


def cross_validate(examples: Sequence[Example]) -> Figures:
    """Each fifth weighed by a model that has not learnt from it."""
    scored: list[tuple[Example, float]] = []
    for part in range(_PARTS):
        known = [e for i, e in enumerate(examples) if i % _PARTS != part]
        model = learn_all(
            [e for e in known if e.source in (Source.LISTED, Source.SHORT)],
            [e for e in known if e.source is Source.ORDINARY],
        )
        unknown = examples[part::_PARTS]
        scored += [(e, score(model, e.text)) for e in unknown]
    ordinary = sorted((s for e, s in scored if e.source is Source.ORDINARY), reverse=True)
    threshold = max(_MIN_THRESHOLD, ordinary[ceil(FALSE_SHARE * len(ordinary))])
    dangers = [(e, s) for e, s in scored if e.kind]
    hard = [(e, s) for e, s in scored if not e.kind and e.source is Source.LISTED]
    plain = [(e, s) for e, s in scored if e.source is Source.ORDINARY]
    short = [(e, s) for e, s in scored if e.source is Source.SHORT]
    return Figures(threshold, *(_share(part, threshold) for part in (dangers, hard, plain, short)))


def score(model: Model, text: str) -> float:
    """The weight of a message."""
    respelt = respell(text)
    weighed = model.weigh(respelt) if may_be_learned(respelt) else None
    return weighed.score if weighed else -100.0


def _share(scored: Sequence[tuple[Example, float]], threshold: float) -> float:
    return sum(s > threshold or _is_acute(e.text) for e, s in scored) / len(scored)


def _is_acute(text: str) -> bool:
    found = find_by_signs(respell(text))
    return found is not None and found.level is DangerLevel.ACUTE


def _fit_danger(dangers: Sequence[Piece], harmless: Sequence[Piece]) -> Any:
    rows = _matrix([*dangers, *harmless], 1 << FEATURE_BITS)
    weight = _DANGER_SHARE * len(harmless) / len(dangers)
    weights = np.r_[np.full(len(dangers), weight), np.ones(len(harmless))]
    fitted: Any = LogisticRegression(C=_STRENGTH, max_iter=1000, tol=1e-3)
    return fitted.fit(rows, [True] * len(dangers) + [False] * len(harmless), sample_weight=weights)


def _pick(fitted: Any, pieces: Sequence[Piece]) -> list[Piece]:
    if len(pieces) < 2:
        return list(pieces)
    scores = fitted.decision_function(_matrix(pieces, 1 << FEATURE_BITS))
    return [p for p, s in zip(pieces, scores, strict=True) if s > 0 or s == max(scores)]


def _matrix(pieces: Sequence[Piece], width: int) -> csr_matrix:
    columns = np.fromiter(chain.from_iterable(pieces), dtype=np.int64)
    lengths = np.array([len(piece) for piece in pieces])
    rows = np.repeat(np.arange(len(pieces)), lengths)
    values = np.repeat(1 / np.sqrt(np.maximum(lengths, 1)), lengths)
    return csr_matrix((values, (rows, columns)), shape=(len(pieces), width))


def main() -> None:
    """Learn, print the figures, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lists", type=Path)
    parser.add_argument("entries", type=Path)
    arguments = parser.parse_args()
    listed, ordinary = list_listed(arguments.lists), list_ordinary(arguments.entries)
    figures = cross_validate([*listed, *ordinary])
    print(f"{len(listed)} listed, {len(ordinary)} ordinary messages; not learnt from: {figures}")
    store_model(replace(learn_all(listed, ordinary), threshold=figures.threshold))


if __name__ == "__main__":
    main()
