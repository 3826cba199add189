"""The tables of words beside this file, read once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from config.yaml_files import read_yaml

_FOLDER = Path(__file__).parent


@cache
def load_words(table: str) -> dict[str, Any]:
    """A table of words by its file name without ending."""
    return dict(read_yaml(_FOLDER / f"{table}.yaml"))


def alternatives(words: Iterable[str]) -> str:
    """The words as alternatives of a regular expression, longer words first."""
    return "|".join(map(re.escape, sorted(map(str, words), key=len, reverse=True)))
