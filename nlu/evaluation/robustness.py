"""What an engine loses when the same questions are misheard or mistyped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from nlu.engine import NluEngine
from nlu.evaluation.corruption import CORRUPTIONS
from nlu.evaluation.labelled_questions import LabelledQuestion
from nlu.evaluation.measuring import evaluate
from nlu.evaluation.result import EvaluationResult, Share

FIGURES = (
    "first candidate right",
    "answered or offered right",
    "answered wrong",
    "out of scope, not answered",
    "acts right",
)


@dataclass(frozen=True)
class RobustnessTable:
    """Figures by kind of corruption, the first row being the questions as they are."""

    rows: dict[str, dict[str, Share]]

    def lost_points(self, corruption: str, figure: str) -> float:
        """By how many points of a hundred a figure is lower than on the questions as they are."""
        clean, spoilt = (self.rows[name][figure].value for name in ("as written", corruption))
        return 100 * (clean - spoilt)

    def to_table(self) -> str:
        """The figures in per cent, one line a corruption, for a terminal."""
        heads = " ".join(f"{head:>9}" for head in ("first", "offered", "wrong", "outside", "acts"))
        lines = [f"{'robustness':<22} {heads}"]
        for name, figures in self.rows.items():
            cells = " ".join(f"{100 * figures[figure].value:9.1f}" for figure in FIGURES)
            lines.append(f"{name:<22} {cells}")
        return "\n".join(lines)


def measure_robustness(
    engine: NluEngine,
    questions: Sequence[LabelledQuestion],
    clean: EvaluationResult,
    corruptions: Mapping[str, Callable[[str], str]] = CORRUPTIONS,
) -> RobustnessTable:
    """Read corrupted copies of the questions. ``clean`` is the result of the questions as written;
    the corruptions are the same at every run."""
    rows = {"as written": _chosen(clean)}
    for name, corrupt in corruptions.items():
        spoilt = [replace(question, text=corrupt(question.text)) for question in questions]
        rows[name] = _chosen(evaluate(engine, spoilt))
    return RobustnessTable(rows)


def _chosen(result: EvaluationResult) -> dict[str, Share]:
    return {figure: result.figures[figure] for figure in FIGURES}
