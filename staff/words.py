"""All words of the console, by language and key; see docs/decisions/0003-console-words.md."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from flask_babel import get_locale

from config.languages import WRITTEN_LANGUAGES

LANGUAGES = WRITTEN_LANGUAGES
_FOLDER = Path(__file__).parent / "wordings"


def language() -> str:
    """The language of this request: ``zh`` or ``en``."""
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "zh"


def t(key: str, **values: object) -> str:
    """The words of ``key`` ("inbox.title") in the language of this request, places filled.

    Raises KeyError when key or place is missing.
    """
    words = all_words(language())[key]
    return words.format_map(values) if values else words


def t_in(of_language: str, key: str, **values: object) -> str:
    """The words of ``key`` in a given language: for texts to somebody else."""
    words = all_words("en" if of_language == "en" else "zh")[key]
    return words.format_map(values) if values else words


def label(group: str, name: object) -> str:
    """What ``name`` of a closed set is called: ``label("states", "closed")``; without words, the
    name itself, for a set may grow before its words do."""
    return all_words(language()).get(f"{group}.{name}", str(name))


def explain(sentence: str) -> str:
    """A sentence of the domain's errors in the language of this request."""
    if language() == "en":
        return sentence
    return all_words("zh").get(f"errors.{sentence}", all_words("zh")["problem.not_possible"])


@cache
def all_words(of_language: str) -> Mapping[str, str]:
    """Every key of a language with its words."""
    with (_FOLDER / f"{of_language}.toml").open("rb") as file:
        return dict(_flat(tomllib.load(file)))


def _flat(table: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in table.items():
        if isinstance(value, Mapping):
            pairs += _flat(value, f"{prefix}{name}.")
        else:
            pairs.append((prefix + name, str(value)))
    return pairs
