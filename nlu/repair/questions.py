"""Whether a message asks something."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from config.yaml_files import read_yaml


def is_question(plain: str) -> bool:
    """Whether a text in simplified, lower-case spelling has a word or mark of asking."""
    return bool(_asks().search(plain))


@cache
def _asks() -> re.Pattern[str]:
    return re.compile("|".join(read_yaml(Path(__file__).parent / "questions.yaml")))
