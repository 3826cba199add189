"""Questions with what they mean, to measure engines with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from core.errors import ContentError

NO_TOPIC = "none"


@dataclass(frozen=True)
class LabelledQuestion:
    """A text with what it means. ``topics`` are the acceptable ones; none means out of scope.
    ``may_pass`` says that passing on is right. ``intent`` is empty when it was not labelled."""

    id: str
    text: str
    intent: str
    topics: frozenset[str]
    may_pass: bool
    style: str = ""


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


def _question(row: dict[str, object]) -> LabelledQuestion:
    topic, also = str(row["topic"]), row.get("also") or []
    if not isinstance(also, list):
        raise TypeError("also must be a list")
    topics = {topic, *map(str, also)} - {NO_TOPIC}
    return LabelledQuestion(
        id=str(row.get("id", "")),
        text=str(row["text"]),
        intent=str(row.get("act", "")),
        topics=frozenset(topics),
        may_pass=topic == NO_TOPIC or NO_TOPIC in also,
        style=str(row.get("style", "")),
    )
