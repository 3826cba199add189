"""Concepts of words that were misheard."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from nlu.embedded.lexicon import load_concepts

_SHORTEST = 2


def heard_concepts(word: str, sound_of: Callable[[str], str]) -> tuple[str, ...]:
    """The concepts of a Chinese word that sounds like this one; none for a single character."""
    if len(word) < _SHORTEST:
        return ()
    return _by_sound(sound_of).get("-".join(map(sound_of, word)), ())


@cache
def _by_sound(sound_of: Callable[[str], str]) -> dict[str, tuple[str, ...]]:
    return {
        "-".join(map(sound_of, word)): names
        for word, names in load_concepts().items()
        if len(word) >= _SHORTEST and all("\u3400" <= c <= "\u9fff" for c in word)
    }
