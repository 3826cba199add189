"""Sentences of the text channel that belong to no flow."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("wordings.toml")


def channel_wording(language: str, key: str) -> str:
    """The words for ``key``; Chinese for every language but English. Raises KeyError."""
    tables = _tables()
    return tables["en" if language == "en" else "zh"][key]


@cache
def _tables() -> Mapping[str, Mapping[str, str]]:
    with _FILE.open("rb") as file:
        return tomllib.load(file)
