"""A message as units: Chinese characters, Latin words, numbers and pictures, in one spelling."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from nlu.embedded.normalising import simplify

_APOSTROPHES = "'’‘`´"
_PICTURES = frozenset("👍👌✅👎❌🙏👋🆗")


@dataclass(frozen=True, slots=True)
class Unit:
    """``text`` is half width, simplified and lower case, without apostrophes; ``start`` and ``end``
    are its place in the message as it was written."""

    text: str
    start: int
    end: int
    follows_mark: bool


def split_units(message: str) -> list[Unit]:
    """The units of a message in their order; punctuation only shows in ``follows_mark``."""
    units: list[Unit] = []
    word, start, has_mark = "", 0, False
    for place, character in enumerate(message):
        plain = _plain(character)
        kind = _kind(plain, word)
        if kind == "inside":
            word += plain
            continue
        if word:
            units.append(Unit(_spelt(word), start, place, has_mark))
            word, has_mark = "", False
        if kind == "mark":
            has_mark = has_mark or not character.isspace()
        elif kind == "single":
            units.append(Unit(plain, place, place + 1, has_mark))
            has_mark = False
        else:
            word, start = plain, place
    if word:
        units.append(Unit(_spelt(word), start, len(message), has_mark))
    return units


def _kind(plain: str, word: str) -> str:
    if not plain:
        return "mark"
    if word and (plain in _APOSTROPHES or plain == "*"):
        return "inside"
    if not plain.isalnum():
        return "single" if plain in _PICTURES else "mark"
    if not plain.isascii() and not plain.isdecimal():
        return "single"
    return "inside" if word and word[-1].isdigit() == plain.isdigit() else "word"


def _spelt(word: str) -> str:
    return word.translate(_NO_APOSTROPHES)


@lru_cache(maxsize=20_000)
def _plain(character: str) -> str:
    return simplify(character).lower()


_NO_APOSTROPHES = {ord(mark): None for mark in _APOSTROPHES}
