"""What anger adds to a question: swearing, and the challenge whether anybody deals with it.

Neither says what is asked. Where nothing else is said, both stay, so that they are answered as
what they are.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from config.yaml_files import read_yaml
from nlu.embedded.normalising import simplify
from nlu.problems import names_problem

_FILE = Path(__file__).with_suffix(".yaml")
_MARKS = " ,，。.!！、;；~～"
_SPACES = re.compile(r"\s{2,}")
_MIN_LEFT = 3


def without_ranting(words: str) -> str:
    """The words without swearing, and with "what can be done" in place of "do you deal with it"
    where a problem at work is named beside it; unchanged where hardly anything would be left.
    Never raises."""
    plain = simplify(words)
    if not (_pattern("swearing").search(plain.lower()) or _pattern("challenging").search(plain)):
        return words
    calm = _cut("swearing", plain)
    question = _cut("challenging", calm)
    if question != calm and names_problem(question):
        calm = question + (", what can I do" if question.isascii() else "怎么办")
    return calm if len(calm) >= _MIN_LEFT and calm != plain else words


def _cut(name: str, plain: str) -> str:
    if not _pattern(name).search(plain):
        return plain
    return _SPACES.sub(" ", _pattern(name).sub(" ", plain)).strip(_MARKS)


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile("|".join(read_yaml(_FILE)[name]), re.IGNORECASE)
