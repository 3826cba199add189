"""Whole messages that are commands."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from config.yaml_files import read_yaml
from nlu.embedded.normalising import simplify
from nlu.embedded.opt_outs import is_opt_out
from nlu.entities.names import find_case_number
from nlu.interpretation import Intent
from nlu.training import TRAINING_FOLDER

_MARKS = re.compile(r"[\s,.!。，！、；;:：~～\"'“”‘’()\[\]【】《》*#·-]+")
_PROGRESS_WORDS = re.compile(
    r"^(?:查询?|进度|查一下|查下|案件|编号|status|check|case)*$", re.IGNORECASE
)
# A longer message is no keyword, a case number with a few words around it included.
LONGEST_KEYWORD = 60
_CASE = re.compile(r"(?i)dg[\d\s-]+")


def find_keyword(text: str) -> Intent | None:
    """The act that a whole message commands (人工, 退订, STOP ...), None for any other.

    Full or half width, simplified or traditional, any case, with or without marks around it.
    A bare case number asks for progress.
    """
    plain = simplify(text)
    word = _MARKS.sub("", plain).lower()
    intent = _spellings().get(word)
    if intent:
        return intent
    if is_opt_out(text):
        return Intent.OPT_OUT
    if find_case_number(plain) and _PROGRESS_WORDS.match(_MARKS.sub("", _CASE.sub("", plain))):
        return Intent.PROGRESS
    return None


@cache
def _spellings(path: Path = TRAINING_FOLDER / "keywords.yaml") -> dict[str, Intent]:
    rows = read_yaml(path)
    return {
        _MARKS.sub("", str(spelling)).lower(): Intent(intent)
        for intent, spellings in rows.items()
        for spelling in spellings
    }
