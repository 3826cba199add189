"""Two engines on the same questions, in one run, side by side."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nlu.engine import NluEngine
from nlu.evaluation.labelled_questions import LabelledQuestion
from nlu.evaluation.measuring import Prediction, count_readings, read_all
from nlu.evaluation.result import EvaluationResult, Share

ALL_SETS = "all files"
# The only figure of which less is better.
_LESS_IS_BETTER = "answered wrong"
# Figures that say how the others come about, and on which there is no being ahead.
_EXPLAINING = ("asked back, right one offered", "passed on")
_AT_A_TIME = 20


@dataclass(frozen=True)
class Measured:
    """One engine: its results by set of questions, and the resident memory of its process in MB."""

    name: str
    results: dict[str, EvaluationResult]
    memory_mb: float

    @property
    def answered(self) -> int:
        """How many of all questions that have a topic are answered, rightly or wrongly."""
        figures = self.results[ALL_SETS].figures
        return figures["answered right"].hits + figures[_LESS_IS_BETTER].hits


@dataclass(frozen=True)
class Comparison:
    """Our engine against the other one, on the same sets of questions."""

    ours: Measured
    other: Measured

    @property
    def times_faster(self) -> float:
        """How many times as long the other one takes for a question, at the median."""
        ours, other = (m.results[ALL_SETS].median_ms for m in (self.ours, self.other))
        return other / ours if ours else 0.0

    @property
    def memory_share(self) -> float:
        """Our memory as a share of the other one's."""
        return self.ours.memory_mb / self.other.memory_mb if self.other.memory_mb else 0.0

    def behind(self) -> list[str]:
        """The figures on which ours is not ahead, as "set: figure"."""
        return [
            f"{name}: {figure}"
            for name, result in self.ours.results.items()
            for figure, share in result.figures.items()
            if figure not in _EXPLAINING
            and share.of
            and _lead(figure, share, self.other.results[name].figures[figure]) <= 0
        ]

    def to_markdown(self) -> str:
        """The tables of all figures, and what ours is not ahead on."""
        lines = []
        for name in self.ours.results:
            lines += [*self._figures(name), ""]
        behind = self.behind()
        names = f"{self.ours.name} against {self.other.name}"
        lines.append(f"{names}, not ahead on: {'; '.join(behind) if behind else 'nothing'}.")
        return "\n".join(lines) + "\n"

    def cost_to_markdown(self) -> str:
        """The table of latency and memory."""
        return "\n".join(self._cost()) + "\n"

    def _figures(self, name: str) -> list[str]:
        ours, other = self.ours.results[name].figures, self.other.results[name].figures
        lines = [
            f"| {name} | {self.ours.name} | {self.other.name} | ahead by (points) |",
            "|---|---:|---:|---:|",
        ]
        for figure, share in ours.items():
            if not share.of:
                continue
            lead = f"{_lead(figure, share, other[figure]):+.1f}"
            lead = "" if figure in _EXPLAINING else lead
            lines.append(f"| {figure} | {_reported(share)} | {_reported(other[figure])} | {lead} |")
        results = [measured.results[name] for measured in (self.ours, self.other)]
        errors = [f"{r.calibration_error:.3f} ({r.calibration_chance:.3f})" for r in results]
        lines.append(f"| calibration error (by chance) | {' | '.join(errors)} | |")
        return lines

    def _cost(self) -> list[str]:
        ours, other = self.ours.results[ALL_SETS], self.other.results[ALL_SETS]
        return [
            f"| cost | {self.ours.name} | {self.other.name} | ratio |",
            "|---|---:|---:|---:|",
            f"| median latency, ms | {ours.median_ms:.2f} | {other.median_ms:.2f} "
            f"| {self.times_faster:.1f} times faster |",
            f"| 95 % latency, ms | {ours.p95_ms:.2f} | {other.p95_ms:.2f} | |",
            f"| resident memory, MB | {self.ours.memory_mb:.0f} | {self.other.memory_mb:.0f} "
            f"| {100 * self.memory_share:.0f} % |",
        ]


@dataclass(frozen=True)
class Subject:
    """An engine that is measured; ``pid`` is the process it lives in."""

    name: str
    engine: NluEngine
    pid: int


def measure_in_turns(
    subjects: Sequence[Subject],
    sets: Mapping[str, Sequence[LabelledQuestion]],
    warming: Sequence[str],
    categories: dict[str, str],
) -> list[Measured]:
    """Ask engines other texts, after which they are as quick as in the middle of a day, and then
    all questions, some at a time to each, so that what else the machine does slows all of them."""
    read: list[dict[str, list[Prediction]]] = [{name: [] for name in sets} for _ in subjects]
    for subject in subjects:
        for text in warming:
            subject.engine.interpret(text)
    for name, questions in sets.items():
        for start in range(0, len(questions), _AT_A_TIME):
            some = questions[start : start + _AT_A_TIME]
            for subject, predictions in zip(subjects, read, strict=True):
                predictions[name] += read_all(subject.engine, some)
    return [
        Measured(subject.name, count_sets(predictions, categories), resident_memory(subject.pid))
        for subject, predictions in zip(subjects, read, strict=True)
    ]


def count_sets(
    read: Mapping[str, Sequence[Prediction]], categories: dict[str, str]
) -> dict[str, EvaluationResult]:
    """The results on all sets together, from which the latency is, as ALL_SETS, and on each."""
    together = [prediction for predictions in read.values() for prediction in predictions]
    return {
        name: count_readings(predictions, categories)
        for name, predictions in {ALL_SETS: together, **read}.items()
    }


def resident_memory(pid: int) -> float:
    """What a process holds in memory, in MB; CalledProcessError when there is none such."""
    stated = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(pid)], check=True, capture_output=True, text=True
    )
    return int(stated.stdout) / 1024


def _lead(figure: str, ours: Share, other: Share) -> float:
    """Points by which ours is better."""
    lead = 100 * (ours.value - other.value)
    # A difference of nothing has no sign.
    return (-lead if figure == _LESS_IS_BETTER else lead) + 0.0


def _reported(share: Share) -> str:
    return f"{100 * share.value:.1f} % ({share.hits}/{share.of})"
