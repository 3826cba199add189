"""How engines are measured."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path

import pytest

from core.errors import ContentError
from nlu.evaluation.labelled_questions import read_questions
from nlu.evaluation.measuring import evaluate
from nlu.interpretation import Candidate, Intent, Interpretation, Language


class ScriptedEngine:
    """Says what it was told to say."""

    def __init__(self, script: dict[str, Interpretation]) -> None:
        self._script = script

    def interpret(self, text: str, *, language: Language | None = None) -> Interpretation:
        return self._script[text]


def says(intent: Intent, topic: str | None, *candidates: tuple[str, float]) -> Interpretation:
    listed = tuple(Candidate(name, confidence) for name, confidence in candidates)
    confidence = listed[0].confidence if topic else 0.0
    return Interpretation(intent, 1.0, topic, confidence, listed, "zh")


ROWS = [
    {"id": "1", "text": "a", "act": "question", "topic": "x", "also": ["y"]},
    {"id": "2", "text": "b", "act": "question", "topic": "x", "also": []},
    {"id": "3", "text": "c", "act": "question", "topic": "x", "also": []},
    {"id": "4", "text": "d", "act": "question", "topic": "none", "also": ["y"]},
    {"id": "5", "text": "e", "topic": "none", "also": []},
    {"id": "6", "text": "f", "act": "complaint", "topic": "x", "also": []},
]
SCRIPT = {
    "a": says(Intent.QUESTION, "y", ("y", 0.9)),
    "b": says(Intent.QUESTION, "z", ("z", 0.9), ("x", 0.1)),
    "c": says(Intent.QUESTION, "z", ("z", 0.4), ("x", 0.3)),
    "d": says(Intent.QUESTION, "y", ("y", 0.9)),
    "e": says(Intent.QUESTION, None, ("z", 0.1)),
    "f": says(Intent.QUESTION, "x", ("x", 0.9)),
}


@pytest.fixture
def questions_file(tmp_path: Path) -> Path:
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
    return path


def test_every_question_is_counted_once(questions_file: Path) -> None:
    ticks = count()
    result = evaluate(
        ScriptedEngine(SCRIPT),
        read_questions(questions_file),
        {"x": "wages"},
        seconds=lambda: next(ticks) / 1000,
    )
    shares = {name: (share.hits, share.of) for name, share in result.figures.items()}
    assert shares["first candidate right"] == (2, 4)
    assert shares["answered right"] == (2, 4)
    assert shares["answered wrong"] == (1, 4)
    assert shares["asked back, right one offered"] == (1, 4)
    assert shares["answered or offered right"] == (3, 4)
    assert shares["out of scope, not answered"] == (1, 1)
    assert shares["acts right"] == (4, 5)
    assert result.median_ms == pytest.approx(1.0)
    assert result.by_category["wages"]["wrong"].hits == 1
    assert result.worst[0].text == "b"


def test_the_result_is_told_as_table_and_as_json(questions_file: Path) -> None:
    result = evaluate(ScriptedEngine(SCRIPT), read_questions(questions_file))
    assert "answered wrong" in result.to_table()
    assert json.loads(result.to_json())["figures"]["answered wrong"] == {"hits": 1, "of": 4}


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"id": "1", "text": "a"}', encoding="utf-8")
    with pytest.raises(ContentError, match=r"bad\.jsonl line 1"):
        read_questions(path)
