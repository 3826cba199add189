"""Learning the model of ``learned.npz`` again:

    python -m nlu.danger.learning LISTS_FOLDER ENTRIES_FOLDER

``LISTS_FOLDER`` holds ``dangers.yaml``, ``harmless.yaml``, ``ordinary.yaml`` and
``messages/*.tsv``, each written by another author. Prints how well the signs and the model find
what neither was made from (each author left out in turn) and writes the weights.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from nlu.danger.examples import Example, Source, list_listed, list_ordinary, make_examples
from nlu.danger.features import FEATURE_BITS, is_short
from nlu.danger.finding import find_in_respelt
from nlu.danger.kinds import DangerKind, DangerLevel
from nlu.danger.learned import KIND_MASK, Model, Thresholds, cut, make_vector, store_model
from nlu.danger.spelling import respell

# Of messages not learnt from, how many may be taken for danger, and for perhaps danger: of
# ordinary ones, and of short ones that were written to resemble dangers.
LONG_SHARES = (0.02, 0.05)
SHORT_SHARES = (0.033, 0.08)
_STRENGTH = 300.0
_KIND_STRENGTH = 10.0
# How many times a short ordinary message counts.
_SHORT_WEIGHT = 3
_ORDINARY_PARTS = 5
_WIDTH = 1 << FEATURE_BITS

Piece = list[int]
Rarity = NDArray[np.float32]


@dataclass(frozen=True)
class Figures:
    """What was measured with each author left out: which share of the dangers was found
    (``offered``: at least a number was given), and which of the harmless raised an alarm."""

    short: Thresholds
    long: Thresholds
    recall: float
    offered: float
    false_hard: float
    false_ordinary: float


def learn(examples: Sequence[Example]) -> Model:
    """A model with threshold 0. A long dangerous message teaches by its most dangerous pieces."""
    dangers = [(_cut(e.text), e.kind) for e in examples if e.kind is not None]
    harmless = [piece for e in examples if e.kind is None for piece in _cut(e.text)]
    chosen = [piece for pieces, _ in dangers for piece in pieces]
    rarity = _measure_rarity([*chosen, *harmless])
    fitted = _fit_danger(chosen, harmless, rarity)
    picked = [(piece, kind) for pieces, kind in dangers for piece in _pick(fitted, pieces, rarity)]
    fitted = _fit_danger([piece for piece, _ in picked], harmless, rarity)
    kinds: Any = LogisticRegression(C=_KIND_STRENGTH, max_iter=1000, tol=1e-3)
    kinds.fit(_count_for_kinds([piece for piece, _ in picked]), [k.value for _, k in picked if k])
    order = [list(kinds.classes_).index(kind.value) for kind in DangerKind]
    return Model(
        rarity=rarity,
        danger=fitted.coef_[0].astype(np.float32),
        bias=float(fitted.intercept_[0]),
        kinds=kinds.coef_[order].astype(np.float32),
        kind_bias=kinds.intercept_[order].astype(np.float32),
    )


def learn_all(examples: Sequence[Example]) -> Model:
    """A model learnt from messages and what is made of them."""
    harmless = [e.text for e in examples if e.kind is None and e.source is Source.LISTED]
    usual = [e.text for e in examples if e.source is Source.ORDINARY]
    repeated = [e for e in examples if e.source is Source.SHORT] * (_SHORT_WEIGHT - 1)
    return learn([*examples, *repeated, *make_examples(harmless, usual, Random(1))])


def cross_validate(examples: Sequence[Example]) -> Figures:
    """Each author's messages judged by a model that has not learnt from them, and each fifth of the
    ordinary ones; then the thresholds, and what they would have done."""
    authors = sorted({e.author for e in examples if e.author})
    scored: list[tuple[Example, float]] = []
    for part in range(max(_ORDINARY_PARTS, len(authors))):
        author = authors[part % len(authors)]
        usual = [e for e in examples if not e.author]
        unknown = [e for e in examples if e.author == author] if part < len(authors) else []
        held_out = usual[part::_ORDINARY_PARTS] if part < _ORDINARY_PARTS else []
        left_out = set(held_out)
        known = [e for e in usual if e not in left_out]
        model = learn_all([*known, *(e for e in examples if e.author not in ("", author))])
        scored += [(e, score(model, e.text)) for e in (*unknown, *held_out)]
    return _measure(scored)


def _measure(scored: Sequence[tuple[Example, float]]) -> Figures:
    harmless = [(e, s) for e, s in scored if not e.kind]
    plain = [(e, s) for e, s in harmless if e.source is Source.ORDINARY]
    short = _find_thresholds([s for e, s in harmless if _is_short(e)], SHORT_SHARES)
    long = _find_thresholds([s for e, s in plain if not _is_short(e)], LONG_SHARES)
    dangers = [(e, s) for e, s in scored if e.kind]

    def share(part: Sequence[tuple[Example, float]], *, is_sure: bool = True) -> float:
        found = 0
        for example, weight in part:
            thresholds = short if _is_short(example) else long
            limit = thresholds.sure if is_sure else thresholds.unsure
            found += weight > limit or _has_sign(example.text)
        return found / len(part)

    return Figures(
        short,
        long,
        recall=share(dangers),
        offered=share(dangers, is_sure=False),
        false_hard=share([(e, s) for e, s in harmless if e.author]),
        false_ordinary=share(plain),
    )


def _find_thresholds(scores: Sequence[float], shares: tuple[float, float]) -> Thresholds:
    highest = sorted(scores, reverse=True)
    sure, unsure = (highest[ceil(share * len(highest))] for share in shares)
    return Thresholds(sure, unsure)


def _is_short(example: Example) -> bool:
    return is_short(respell(example.text))


def score(model: Model, text: str) -> float:
    """The weight of a message."""
    weighed = model.weigh(respell(text))
    return weighed.score if weighed else -100.0


def _has_sign(text: str) -> bool:
    found = find_in_respelt(respell(text), None)
    return found is not None and found.level is DangerLevel.ACUTE


def _cut(text: str) -> list[Piece]:
    return cut(respell(text))


def _measure_rarity(pieces: Sequence[Piece]) -> Rarity:
    """The logarithm of the share of pieces with each feature, as in scikit-learn's tf-idf."""
    having = np.zeros(_WIDTH)
    for piece in pieces:
        having[np.unique(piece)] += 1
    return np.asarray(np.log((1 + len(pieces)) / (1 + having)) + 1, dtype=np.float32)


def _fit_danger(dangers: Sequence[Piece], harmless: Sequence[Piece], rarity: Rarity) -> Any:
    """Dangers weigh as much as all that is harmless."""
    rows = _weigh_features([*dangers, *harmless], rarity)
    weights = np.r_[np.full(len(dangers), len(harmless) / len(dangers)), np.ones(len(harmless))]
    fitted: Any = LogisticRegression(C=_STRENGTH, max_iter=300, solver="liblinear")
    return fitted.fit(rows, [True] * len(dangers) + [False] * len(harmless), sample_weight=weights)


def _pick(fitted: Any, pieces: Sequence[Piece], rarity: Rarity) -> list[Piece]:
    if len(pieces) < 2:
        return list(pieces)
    scores = fitted.decision_function(_weigh_features(pieces, rarity))
    return [p for p, s in zip(pieces, scores, strict=True) if s > 0 or s == max(scores)]


def _weigh_features(pieces: Sequence[Piece], rarity: Rarity) -> csr_matrix:
    vectors = [make_vector(piece, rarity) for piece in pieces]
    ends = np.cumsum([0, *(len(ids) for ids, _ in vectors)])
    ids = np.concatenate([ids for ids, _ in vectors])
    values = np.concatenate([values for _, values in vectors])
    return csr_matrix((values, ids, ends), shape=(len(pieces), _WIDTH))


def _count_for_kinds(pieces: Sequence[Piece]) -> csr_matrix:
    columns = np.concatenate([np.array(piece) & KIND_MASK for piece in pieces])
    lengths = np.array([len(piece) for piece in pieces])
    rows = np.repeat(np.arange(len(pieces)), lengths)
    values = np.repeat(1 / np.sqrt(lengths), lengths)
    return csr_matrix((values, (rows, columns)), shape=(len(pieces), KIND_MASK + 1))


def main() -> None:
    """Learn, print the figures, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lists", type=Path)
    parser.add_argument("entries", type=Path)
    arguments = parser.parse_args()
    examples = [*list_listed(arguments.lists), *list_ordinary(arguments.entries)]
    figures = cross_validate(examples)
    print(f"{len(examples)} messages; with each author left out: {figures}")
    model = learn_all(examples)
    store_model(replace(model, short=figures.short, long=figures.long))


if __name__ == "__main__":
    main()
