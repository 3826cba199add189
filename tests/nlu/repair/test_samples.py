"""The samples of the knowledge base and of the training are no repair and no correction."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import knowledge_base
from config.yaml_files import read_yaml
from nlu.repair import find_correction, find_language_wish, find_repair, read_yes_no
from nlu.training import TRAINING_FOLDER

_ENTRIES = Path(knowledge_base.__file__).parent / "entries"
# A question about the hotline itself is one in any reading.
_MAX_REPAIRS = 3


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _samples() -> list[str]:
    entries = [read_yaml(path).get("samples", {}) for path in sorted(_ENTRIES.rglob("*.yaml"))]
    return [*_texts(entries), *_texts(read_yaml(TRAINING_FOLDER / "questions.yaml"))]


def test_sample_questions_are_neither_repair_nor_correction() -> None:
    samples = _samples()
    assert len(samples) > 5000
    assert len([text for text in samples if find_repair(text)]) <= _MAX_REPAIRS
    assert [text for text in samples if find_correction(text)] == []
    assert [text for text in samples if read_yes_no(text) is not None] == []
    assert [text for text in samples if find_language_wish(text)] == []
