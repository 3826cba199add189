"""The words of texts about cases, and of what is written on them (``zh.toml``, ``en.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path


@cache
def wordings(language: str, table: str) -> Mapping[str, str]:
    """The words of a table of the wordings, ``language`` being zh or en."""
    path = Path(__file__).parent / f"{language}.toml"
    words: Mapping[str, str] = tomllib.loads(path.read_text(encoding="utf-8"))[table]
    return words
