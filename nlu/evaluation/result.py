"""The figures of one engine on one set of questions, and how they are told."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

from nlu.evaluation.labelled_questions import NO_TOPIC

CALIBRATION_STEPS = 10


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share from 0 to 1; 0 of nothing is 0."""
        return self.hits / self.of if self.of else 0.0


@dataclass(frozen=True)
class CalibrationBin:
    """First candidates in a tenth of confidence: count, mean confidence, share right, and by how
    much that share would miss a true confidence on average, by chance alone."""

    count: int
    promised: float
    right: float
    chance: float


@dataclass(frozen=True)
class Confusion:
    """A question whose best topic was wrong, with how sure the engine was."""

    text: str
    expected: tuple[str, ...]
    got: str
    confidence: float


@dataclass(frozen=True)
class EvaluationResult:
    """All figures of one engine on one set. ``figures`` by name in the order of the table."""

    figures: dict[str, Share]
    intents: dict[str, Share]
    by_category: dict[str, dict[str, Share]]
    by_style: dict[str, dict[str, Share]]
    by_length: dict[str, dict[str, Share]]
    calibration: tuple[CalibrationBin, ...]
    confused_topics: tuple[tuple[str, str, int], ...]
    worst: tuple[Confusion, ...]
    median_ms: float
    p95_ms: float

    @property
    def calibration_error(self) -> float:
        """By how much confidences (0-1) miss the share right, on average over the tenths."""
        return self._by_count(lambda b: abs(b.promised - b.right))

    @property
    def calibration_chance(self) -> float:
        """The calibration error to be expected were every confidence true: few questions in a tenth
        are never right in just the share that they should be."""
        return self._by_count(lambda b: b.chance)

    def to_json(self) -> str:
        """All figures as JSON."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=2)

    def as_dict(self) -> dict[str, object]:
        """All figures as plain values."""
        return {
            **asdict(self),
            "calibration_error": self.calibration_error,
            "calibration_chance": self.calibration_chance,
        }

    def to_table(self) -> str:
        """All figures as text for a terminal."""
        lines = [_share_line(name, share) for name, share in self.figures.items()]
        lines += [_share_line(f"act {name}", share) for name, share in self.intents.items()]
        lines.append(
            f"{'calibration error (ECE), by chance':<38} {self.calibration_error:6.3f}, "
            f"{self.calibration_chance:.3f}"
        )
        lines.append(f"{'latency median / p95 ms':<38} {self.median_ms:6.2f} / {self.p95_ms:.2f}")
        lines += ["", "confidence   count  promised  right"]
        lines += [
            f"{i / CALIBRATION_STEPS:.1f}-{(i + 1) / CALIBRATION_STEPS:.1f}     "
            f"{b.count:6d}    {b.promised:6.2f} {b.right:6.2f}"
            for i, b in enumerate(self.calibration)
        ]
        for title, groups in (
            ("category", self.by_category),
            ("style", self.by_style),
            ("length", self.by_length),
        ):
            lines += ["", f"{'by ' + title:<38} first  offered  wrong    of"]
            lines += [_group_line(name, group) for name, group in sorted(groups.items())]
        lines += ["", "most confused (expected -> got)"]
        lines += [f"{n:3d}  {a} -> {b}" for a, b, n in self.confused_topics]
        lines += ["", "surest mistakes"]
        lines += [
            f"{c.confidence:.2f} {c.got} for {'/'.join(c.expected) or NO_TOPIC}: {c.text[:80]}"
            for c in self.worst
        ]
        return "\n".join(lines)

    def _by_count(self, value: Callable[[CalibrationBin], float]) -> float:
        count = sum(b.count for b in self.calibration)
        return sum(b.count * value(b) for b in self.calibration) / count if count else 0.0


def _share_line(name: str, share: Share) -> str:
    return f"{name:<38} {100 * share.value:5.1f} %  ({share.hits}/{share.of})"


def _group_line(name: str, group: dict[str, Share]) -> str:
    parts = "  ".join(f"{100 * group[key].value:5.1f}" for key in ("first", "offered", "wrong"))
    return f"{name:<38} {parts}  {group['first'].of:5d}"
