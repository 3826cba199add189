"""All words that a citizen hears or reads, by language, channel and key.

``zh.toml`` and ``en.toml`` hold both channels, ``yue.toml`` the voice only: Cantonese speakers
are written to in Chinese.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from config.languages import SPOKEN_LANGUAGES, WRITTEN_LANGUAGES

_FOLDER = Path(__file__).parent
LANGUAGES = {"voice": SPOKEN_LANGUAGES, "text": WRITTEN_LANGUAGES}


def wording(language: str, channel: str, key: str, **values: object) -> str:
    """The words for ``key`` ("question.prompt"), with {places} filled.

    Raises KeyError when a key or a place is missing.
    """
    words = all_wordings(_language_of(language, channel), channel)[key]
    return words.format_map(values) if values else words


@cache
def all_wordings(language: str, channel: str) -> Mapping[str, str]:
    """Every key of one language and channel, with its dots ("question.prompt")."""
    with (_FOLDER / f"{language}.toml").open("rb") as file:
        return dict(_flat(tomllib.load(file)[channel]))


def _language_of(language: str, channel: str) -> str:
    return language if language in LANGUAGES[channel] else "zh"


def _flat(table: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in table.items():
        if isinstance(value, Mapping):
            pairs += _flat(value, f"{prefix}{name}.")
        else:
            pairs.append((prefix + name, str(value)))
    return pairs
