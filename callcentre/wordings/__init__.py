"""The words for agents (``zh.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path


def staff_words(table: str, key: str, **values: object) -> str:
    """The words of a key, with {places} filled. Raises KeyError when key or place is missing."""
    words = _tables()[table][key]
    return words.format_map(values) if values else words


@cache
def _tables() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(Path(__file__).with_name("zh.toml").read_text(encoding="utf-8"))
