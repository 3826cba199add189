"""How well an engine understands labelled questions."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from core.errors import ContentError
from nlu.decision import Decision, Outcome, decide
from nlu.engine import NluEngine
from nlu.interpretation import Interpretation

NO_TOPIC = "none"
LENGTH_BOUNDS = (15, 30, 60, 120)
CALIBRATION_STEPS = 10
WORST_SHOWN = 15

_RIGHT_OUTCOMES = {
    "question": {Outcome.ANSWER, Outcome.CLARIFY, Outcome.NONE},
    "complaint": {Outcome.PETITION},
    "status": {Outcome.STATUS},
    "person": {Outcome.AGENT},
    "message": {Outcome.MESSAGE},
    "opt_out": {Outcome.OPT_OUT},
    "help": {Outcome.HELP},
    "chat": {Outcome.CHAT},
    "other": {Outcome.NONE, Outcome.CHAT, Outcome.HELP},
}


@dataclass(frozen=True)
class LabelledQuestion:
    """A text with what it means. ``topics`` are the acceptable ones; none means out of scope.
    ``may_pass`` says that passing on is right. ``act`` is empty when it was not labelled."""

    id: str
    text: str
    act: str
    topics: frozenset[str]
    may_pass: bool
    style: str = ""


@dataclass(frozen=True)
class Reading:
    """What an engine made of a question, and how long it took in seconds."""

    question: LabelledQuestion
    interpretation: Interpretation
    decision: Decision
    seconds: float

    @property
    def ranked(self) -> tuple[str, ...]:
        """The candidate topics, best first."""
        return tuple(c.topic for c in self.interpretation.candidates)

    @property
    def is_answered(self) -> bool:
        """Whether one topic's answer is given, at once or beside a petition."""
        return self.decision.topic is not None

    @property
    def is_right(self) -> bool:
        """Whether an answer is given and is an acceptable one."""
        return self.decision.topic in self.question.topics

    @property
    def is_offered(self) -> bool:
        """Whether an acceptable topic is answered or among those offered."""
        offered = {c.topic for c in self.decision.candidates[:3]}
        return self.is_right or (not self.is_answered and bool(offered & self.question.topics))

    def is_ranked(self, places: int) -> bool:
        """Whether an acceptable topic is among the first candidates."""
        return bool(set(self.ranked[:places]) & self.question.topics)


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
    """First candidates in a tenth of confidence: count, mean confidence, share right."""

    count: int
    promised: float
    right: float


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
    acts: dict[str, Share]
    by_category: dict[str, dict[str, Share]]
    by_style: dict[str, dict[str, Share]]
    by_length: dict[str, dict[str, Share]]
    calibration_error: float
    calibration: tuple[CalibrationBin, ...]
    confused_topics: tuple[tuple[str, str, int], ...]
    worst: tuple[Confusion, ...]
    median_ms: float
    p95_ms: float

    def to_json(self) -> str:
        """All figures as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2)

    def to_table(self) -> str:
        """All figures as text for a terminal."""
        lines = [_share_line(name, share) for name, share in self.figures.items()]
        lines += [_share_line(f"act {name}", share) for name, share in self.acts.items()]
        lines.append(f"{'calibration error (ECE)':<38} {self.calibration_error:6.3f}")
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


def read_questions(path: Path) -> tuple[LabelledQuestion, ...]:
    """Labelled questions of a JSON Lines file: id, text, topic and, where known, act, also, style.

    ContentError names the line that is not acceptable.
    """
    questions = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            questions.append(_question(json.loads(line)))
        except (ValueError, KeyError, TypeError) as problem:
            raise ContentError(f"{path.name} line {number}: {problem!r}") from problem
    return tuple(questions)


def evaluate(
    engine: NluEngine,
    questions: Sequence[LabelledQuestion],
    categories: dict[str, str] | None = None,
    seconds: Callable[[], float] = time.perf_counter,
) -> EvaluationResult:
    """Read all questions with an engine and count. ``categories`` maps topics to categories."""
    readings = [_read(engine, question, seconds) for question in questions]
    asked = [r for r in readings if r.question.topics and not r.question.may_pass]
    outside = [r for r in readings if not r.question.topics]
    calibrated = _calibration(readings)
    return EvaluationResult(
        figures=_figures(readings, asked, outside),
        acts=_act_shares(readings),
        by_category=_grouped(asked, lambda r: _category(r, categories or {})),
        by_style=_grouped(asked, lambda r: r.question.style or "unknown"),
        by_length=_grouped(asked, lambda r: _length(r.question.text)),
        calibration_error=sum(b.count * abs(b.promised - b.right) for b in calibrated if b.count)
        / max(1, sum(b.count for b in calibrated)),
        calibration=calibrated,
        confused_topics=_confused_topics(asked),
        worst=_worst(readings),
        median_ms=1000 * median(r.seconds for r in readings) if readings else 0.0,
        p95_ms=1000 * _quantile([r.seconds for r in readings], 0.95),
    )


def _question(row: dict[str, object]) -> LabelledQuestion:
    topic, also = str(row["topic"]), row.get("also") or []
    if not isinstance(also, list):
        raise TypeError("also must be a list")
    topics = {topic, *map(str, also)} - {NO_TOPIC}
    return LabelledQuestion(
        id=str(row.get("id", "")),
        text=str(row["text"]),
        act=str(row.get("act", "")),
        topics=frozenset(topics),
        may_pass=topic == NO_TOPIC or NO_TOPIC in also,
        style=str(row.get("style", "")),
    )


def _read(engine: NluEngine, question: LabelledQuestion, seconds: Callable[[], float]) -> Reading:
    started = seconds()
    interpretation = engine.interpret(question.text)
    taken = seconds() - started
    return Reading(question, interpretation, decide(interpretation), taken)


def _figures(
    readings: Sequence[Reading], asked: Sequence[Reading], outside: Sequence[Reading]
) -> dict[str, Share]:
    wrong = [r for r in asked if r.is_answered and not r.is_right]
    clarified = [r for r in asked if r.is_offered and not r.is_answered]
    passed = [r for r in asked if not r.is_answered and not r.decision.candidates]
    acted = [r for r in readings if r.question.act]
    return {
        "answered or offered right": _share(r.is_offered for r in asked),
        "first candidate right": _share(r.is_ranked(1) for r in asked),
        "answered right": _share(r.is_right for r in asked),
        "answered wrong": Share(len(wrong), len(asked)),
        "asked back, right one offered": Share(len(clarified), len(asked)),
        "passed on": Share(len(passed), len(asked)),
        "top 3": _share(r.is_ranked(3) for r in asked),
        "top 5": _share(r.is_ranked(5) for r in asked),
        "out of scope, not answered": _share(not r.is_answered for r in outside),
        "out of scope, nothing offered": _share(
            not r.is_answered and not r.decision.candidates for r in outside
        ),
        "acts right": _share(_is_act_right(r) for r in acted),
    }


def _is_act_right(reading: Reading) -> bool:
    return reading.decision.outcome in _RIGHT_OUTCOMES[reading.question.act]


def _act_shares(readings: Sequence[Reading]) -> dict[str, Share]:
    acts = sorted({r.question.act for r in readings if r.question.act})
    return {
        act: _share(_is_act_right(r) for r in readings if r.question.act == act) for act in acts
    }


def _grouped(
    asked: Sequence[Reading], key: Callable[[Reading], str]
) -> dict[str, dict[str, Share]]:
    groups: dict[str, list[Reading]] = {}
    for reading in asked:
        groups.setdefault(key(reading), []).append(reading)
    return {
        name: {
            "first": _share(r.is_ranked(1) for r in group),
            "offered": _share(r.is_offered for r in group),
            "wrong": _share(r.is_answered and not r.is_right for r in group),
        }
        for name, group in groups.items()
    }


def _category(reading: Reading, categories: dict[str, str]) -> str:
    known = sorted(categories[t] for t in reading.question.topics if t in categories)
    return known[0] if known else "unknown"


def _length(text: str) -> str:
    lower = 0
    for bound in LENGTH_BOUNDS:
        if len(text) <= bound:
            return f"{lower + 1:>3}-{bound}"
        lower = bound
    return f"{lower + 1:>3} and more"


def _calibration(readings: Sequence[Reading]) -> tuple[CalibrationBin, ...]:
    bins: list[list[Reading]] = [[] for _ in range(CALIBRATION_STEPS)]
    for reading in readings:
        if reading.ranked:
            confidence = reading.interpretation.candidates[0].confidence
            bins[min(CALIBRATION_STEPS - 1, int(confidence * CALIBRATION_STEPS))].append(reading)
    return tuple(
        CalibrationBin(
            len(members),
            _mean(r.interpretation.candidates[0].confidence for r in members),
            _mean(float(r.is_ranked(1)) for r in members),
        )
        for members in bins
    )


def _confused_topics(asked: Sequence[Reading]) -> tuple[tuple[str, str, int], ...]:
    pairs = Counter(
        ("/".join(sorted(r.question.topics)), r.ranked[0])
        for r in asked
        if r.ranked and not r.is_ranked(1)
    )
    return tuple((a, b, n) for (a, b), n in pairs.most_common(WORST_SHOWN))


def _worst(readings: Sequence[Reading]) -> tuple[Confusion, ...]:
    mistakes = [
        Confusion(
            r.question.text,
            tuple(sorted(r.question.topics)),
            r.ranked[0],
            r.interpretation.candidates[0].confidence,
        )
        for r in readings
        if r.ranked and not r.is_ranked(1)
    ]
    return tuple(sorted(mistakes, key=lambda c: -c.confidence)[:WORST_SHOWN])


def _share(hits: Iterable[bool]) -> Share:
    values = list(hits)
    return Share(sum(values), len(values))


def _mean(values: Iterable[float]) -> float:
    known = list(values)
    return sum(known) / len(known) if known else 0.0


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def _share_line(name: str, share: Share) -> str:
    return f"{name:<38} {100 * share.value:5.1f} %  ({share.hits}/{share.of})"


def _group_line(name: str, group: dict[str, Share]) -> str:
    parts = "  ".join(f"{100 * group[key].value:5.1f}" for key in ("first", "offered", "wrong"))
    return f"{name:<38} {parts}  {group['first'].of:5d}"
