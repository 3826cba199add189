"""The tables of words beside this file, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import cast

from config.yaml_files import read_yaml

_FOLDER = Path(__file__).parent


@cache
def load_replacements(name: str) -> dict[str, str]:
    """A table of wording -> wording, such as ``cantonese`` or ``mistakes``."""
    return {str(k): str(v) for k, v in _read(name).items()}


@cache
def load_cues() -> dict[str, str]:
    """Sign -> a regular expression for it."""
    cues = _read("cues").items()
    return {n: "|".join(map(str, c)) if isinstance(c, list) else str(c) for n, c in cues}


@cache
def load_fillers() -> tuple[str, ...]:
    """Words without meaning for the line."""
    return tuple(str(word) for word in cast(list[object], _read_any("fillers")))


@cache
def load_concepts() -> dict[str, tuple[str, ...]]:
    """Word -> its concepts. Words are simplified, written Chinese or lower-case Latin."""
    concepts: dict[str, list[str]] = {}
    for concept, words in _read("concepts").items():
        for word in cast(list[object], words):
            of_word = concepts.setdefault(str(word).lower(), [])
            if concept not in of_word:
                of_word.append(str(concept))
    return {word: tuple(names) for word, names in concepts.items()}


def _read(name: str) -> dict[str, object]:
    return cast(dict[str, object], _read_any(name))


def _read_any(name: str) -> object:
    return read_yaml(_FOLDER / f"{name}.yaml")
