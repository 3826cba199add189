"""Words of ratings: texts to citizens and office heads, table headings, the method's sentences."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from config.languages import WRITTEN_LANGUAGES

_FOLDER = Path(__file__).parent
LANGUAGES = WRITTEN_LANGUAGES


def wording(language: str, key: str, **values: object) -> str:
    """The words for ``key`` ("text.invitation"), with {places} filled.

    Chinese for every language but English. Raises KeyError when a key or a place is missing.
    """
    words = all_wordings(language if language in LANGUAGES else "zh")[key]
    return words.format_map(values) if values else words


@cache
def all_wordings(language: str) -> Mapping[str, str]:
    """Every key of one language, with its dots."""
    with (_FOLDER / f"{language}.toml").open("rb") as file:
        tables = tomllib.load(file)
    return {
        f"{table}.{name}": str(words)
        for table, entries in tables.items()
        for name, words in entries.items()
    }
