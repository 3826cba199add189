"""Phrases that mean a choice at some prompt, and words that the recogniser should expect."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from config.yaml_files import read_yaml

_FOLDER = Path(__file__).parent / "data"
_MARKS = " 。.!！,，、?？~～"
_PARTICLES = "吧啊呀啦喇嘛哦呢了"


def hints_of(language: str) -> tuple[str, ...]:
    """What the recogniser should expect where a question is asked."""
    return tuple(_phrases()["question"][language])


def is_phrase(kind: str, plain: str) -> bool:
    """Whether simplified words are one of the phrases of a kind (text_me, more, unhelpful)."""
    said = plain.strip(_MARKS).lower()
    return said in _sets()[kind] or said.rstrip(_PARTICLES) in _sets()[kind]


def has_phrase(kind: str, plain: str) -> bool:
    """Whether one of the phrases of a kind stands in simplified words."""
    lowered = plain.lower()
    return any(phrase in lowered for phrase in _sets()[kind])


def begins_with(kind: str, plain: str) -> bool:
    """Whether simplified words begin with one of the phrases of a kind."""
    return plain.lower().startswith(tuple(_sets()[kind]))


def ends_with(kind: str, plain: str) -> bool:
    """Whether simplified words end with one of the phrases of a kind."""
    said = plain.strip(_MARKS).lower().rstrip(_PARTICLES)
    return said.endswith(tuple(_sets()[kind]))


def consists_of(kind: str, plain: str) -> bool:
    """Whether simplified words are nothing but phrases of a kind, with marks and particles between;
    of marks alone too."""
    return _whole_of(kind).fullmatch(plain.strip().lower()) is not None


@cache
def _whole_of(kind: str) -> re.Pattern[str]:
    longest_first = sorted(_sets()[kind], key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(re.escape, longest_first))}|[\W_{_PARTICLES}])+")


@cache
def key_menu() -> Mapping[str, tuple[str, ...]]:
    """The topics of each key of the flat menu."""
    menu = read_yaml(_FOLDER / "key_menu.yaml")
    return {str(key): tuple(topics) for key, topics in menu.items()}


@cache
def _phrases() -> Mapping[str, Any]:
    return dict(read_yaml(_FOLDER / "phrases.yaml"))


@cache
def _sets() -> Mapping[str, frozenset[str]]:
    return {
        kind: frozenset(map(str, words))
        for kind, words in _phrases().items()
        if not isinstance(words, Mapping)
    }
