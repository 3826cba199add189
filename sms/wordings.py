"""Sentences of the text channel that belong to no flow."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from sms.cutting import MAX_CHARACTERS

_FILE = Path(__file__).with_name("wordings.toml")


def channel_wording(language: str, key: str) -> str:
    """The words for ``key``; Chinese for every language but English. Raises KeyError."""
    tables = _tables()
    return tables["en" if language == "en" else "zh"][key]


def cut_remark(language: str) -> str:
    """Says that a text was longer than what was read of it."""
    return channel_wording(language, "cut").format(limit=MAX_CHARACTERS)


@cache
def _tables() -> Mapping[str, Mapping[str, str]]:
    with _FILE.open("rb") as file:
        return tomllib.load(file)
