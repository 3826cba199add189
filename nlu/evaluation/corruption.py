"""Texts as recognisers mishear them and as hurried people type them, for measuring and learning.

The mixes are what these mistakes look like, not what an engine can stand. A recogniser writes
another word of the same sound. With an input method a wrong character is mostly another one of the
same sound (the wrong pick), at times one of a sound that southern speakers take for it; the rest
are characters left out, typed twice or in the wrong order. English letters are left out, doubled,
swapped, or the key beside was hit.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from random import Random

from pypinyin import Style, lazy_pinyin

EVALUATION_SEED = 20261123
CHARACTERS_AN_ERROR = 10
# (kind, share in a hundred) of typing errors in Chinese and in English words.
CHINESE_MIX = (
    ("same sound", 60),
    ("near sound", 10),
    ("left out", 10),
    ("twice", 10),
    ("swap", 10),
)
LATIN_MIX = (("left out", 25), ("twice", 25), ("swap", 25), ("key beside", 25))

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_TYPED = re.compile(r"[\u4e00-\u9fffA-Za-z]")
_MARKS = re.compile(r"[^\w\s]|_")
_NEAR_SOUNDS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("n", "l"), ("f", "h"))
_KEY_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def mishear(text: str, seed: int = EVALUATION_SEED) -> str:
    """The text with one of ten Chinese characters written as another one of the same sound."""
    return _corrupt(text, _CHINESE, (("same sound", 100),), seed)


def mistype(text: str, seed: int = EVALUATION_SEED) -> str:
    """The text with one typing error in ten characters and letters, of the mixes above."""
    return _corrupt(text, _TYPED, CHINESE_MIX, seed)


def without_punctuation(text: str, seed: int = EVALUATION_SEED) -> str:
    """The text without any mark; ``seed`` is taken so that all corruptions are called alike."""
    return " ".join(_MARKS.sub(" " if text.isascii() else "", text).split())


CORRUPTIONS: dict[str, Callable[[str], str]] = {
    "recognition errors": mishear,
    "without punctuation": without_punctuation,
    "typing errors": mistype,
}


def _corrupt(
    text: str, spoilt: re.Pattern[str], chinese_mix: tuple[tuple[str, int], ...], seed: int
) -> str:
    """One error in every ten characters of a kind, at a chance place; the text and the seed alone
    decide where and which."""
    chance = Random(zlib.crc32(text.encode()) ^ seed)
    places = [match.start() for match in spoilt.finditer(text)]
    chosen = set()
    for start in range(0, len(places), CHARACTERS_AN_ERROR):
        block = places[start : start + CHARACTERS_AN_ERROR]
        if chance.random() < len(block) / CHARACTERS_AN_ERROR:
            chosen.add(chance.choice(block))
    written = list(text)
    for place in sorted(chosen, reverse=True):
        mix = chinese_mix if _CHINESE.match(text[place]) else LATIN_MIX
        kind = chance.choices([k for k, _ in mix], [share for _, share in mix])[0]
        _spoil(written, place, kind, chance)
    return "".join(written)


def _spoil(written: list[str], place: int, kind: str, chance: Random) -> None:
    character = written[place]
    if kind == "left out":
        del written[place]
    elif kind == "twice":
        written.insert(place, character)
    elif kind == "swap":
        other = place + 1 if place + 1 < len(written) else place - 1
        if other >= 0:
            written[place], written[other] = written[other], written[place]
    else:
        choices = _choices(character, kind)
        written[place] = chance.choice(choices) if choices else character


def _choices(character: str, kind: str) -> list[str]:
    """The characters that may stand for one; none when it has no homophone in common use."""
    if kind == "key beside":
        return _keys_beside(character)
    by_sound, by_near_sound = _common_characters()
    sound = _sound(character)
    same = by_sound.get(sound, [])
    near = [c for c in by_near_sound.get(_near(sound), []) if c not in same]
    chosen = near if kind == "near sound" and near else same
    return [c for c in chosen if c != character]


def _keys_beside(letter: str) -> list[str]:
    row = next((row for row in _KEY_ROWS if letter.lower() in row), "")
    place = row.find(letter.lower())
    return [row[i] for i in (place - 1, place + 1) if 0 <= i < len(row)]


@cache
def _common_characters() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The 3755 characters of the first level of GB 2312 by their sound and by their near sound."""
    by_sound: dict[str, list[str]] = defaultdict(list)
    by_near: dict[str, list[str]] = defaultdict(list)
    for row in range(0xB0, 0xD8):
        for cell in range(0xA1, 0xFF):
            try:
                character = bytes((row, cell)).decode("gb2312")
            except UnicodeDecodeError:  # the last row is not full
                continue
            by_sound[_sound(character)].append(character)
            by_near[_near(_sound(character))].append(character)
    return by_sound, by_near


def _sound(character: str) -> str:
    return str(lazy_pinyin(character, style=Style.NORMAL)[0])


def _near(sound: str) -> str:
    for said, taken in _NEAR_SOUNDS:
        sound = sound.replace(said, taken)
    return sound
