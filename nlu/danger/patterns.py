"""The tables of signs and contexts beside this file, compiled once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from config.yaml_files import read_yaml
from nlu.danger.kinds import DangerKind, Strength

_FOLDER = Path(__file__).parent
_WORD = re.compile(r"<([a-z]+)>")
_LATIN = re.compile(r"(?<![\\a-z])[a-z]{2}")
# Every gap and every repetition has an upper bound, so that matching stays linear.
_GAP = "[^,。!?;\n]{0,8}?"
_SHORT_GAP = "[^,。!?;\n]{0,4}?"
_MAX_REPEATED = "{0,4}"
_UNBOUNDED = re.compile(r"(?<![\\(])[*+]|\{\d+,\}")


@cache
def get_sign_patterns() -> tuple[tuple[DangerKind, Strength, re.Pattern[str]], ...]:
    """Each kind's signs of one strength as one pattern."""
    table = read_yaml(_FOLDER / "signs.yaml")
    words = {str(name): str(alternatives) for name, alternatives in table["words"].items()}
    return tuple(
        (DangerKind(kind), Strength[strength.upper()], _compile(lines, words))
        for kind, strengths in table["signs"].items()
        for strength, lines in strengths.items()
    )


@cache
def get_context_pattern(name: str) -> re.Pattern[str]:
    """The pattern of one context of ``contexts.yaml``."""
    return _compile(read_yaml(_FOLDER / "contexts.yaml")[name], {})


@cache
def load_spelling() -> dict[str, object]:
    """The tables of ``spelling.yaml``."""
    return dict(read_yaml(_FOLDER / "spelling.yaml"))


def compile_words(words: Iterable[str]) -> re.Pattern[str]:
    """One pattern for literal words, the longest first."""
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))


def _compile(lines: Iterable[object], words: dict[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(_expand(str(line), words) for line in lines))


def _expand(line: str, words: dict[str, str]) -> str:
    expanded = line.replace("<short>", "~4~")
    while _WORD.search(expanded):
        expanded = _WORD.sub(lambda match: f"(?:{words[match[1]]})", expanded)
    expanded = expanded.replace("~4~", _SHORT_GAP).replace("~", _GAP)
    expanded = expanded.replace(")*", f"){_MAX_REPEATED}").replace(r"\w+", "[a-z]{1,15}")
    expanded = expanded.replace(r"\w*", "[a-z]{0,15}").replace(r"\d+", r"\d{1,4}")
    expanded = expanded.replace("]+", "]{1,4}")
    if unbounded := _UNBOUNDED.search(expanded):
        raise ValueError(f"unbounded repetition {unbounded[0]} in sign: {line}")
    bounded = f"(?<![a-z])(?:{expanded})(?![a-z])"
    return bounded if _LATIN.search(line) else f"(?:{expanded})"
