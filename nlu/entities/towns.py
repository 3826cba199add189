"""Which town, street or park of Dongguan a message names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

from pypinyin import Style, lazy_pinyin, pinyin

import config
from config.yaml_files import read_yaml

TOWNS_FILE = Path(config.__file__).parent / "towns.yaml"
_AFTER = r"(?:镇|街道|街|村|这边|这里|那边|区|上班|打工|做工|进厂|的)"


@dataclass(frozen=True)
class Town:
    """A town, street or park; ``kind`` is one of those words."""

    id: str
    kind: str
    zh: str
    en: str
    aliases: tuple[str, ...]
    misheard: tuple[str, ...]
    ambiguous: bool = False


@cache
def load_towns(path: Path = TOWNS_FILE) -> tuple[Town, ...]:
    """All towns, streets and parks in the order of the file."""
    rows = read_yaml(path)["towns"]
    return tuple(
        Town(**{**row, "aliases": tuple(row["aliases"]), "misheard": tuple(row["misheard"])})
        for row in rows
    )


def find_town(text: str) -> str | None:
    """The id of the first town named; a misheard or ambiguous name needs a word of place."""
    lowered = text.lower()
    # To look for a name is quicker by far than to search with a pattern.
    named = {town for name, town in _names() if name in lowered}
    places = [
        (match.start(), -len(match[0]), town.id)
        for town in named
        if (match := _pattern(town).search(text))
    ]
    return min(places)[2] if places else None


def find_town_by_sound(plain: str) -> str | None:
    """The town that a short answer sounds like (湖门, 唐夏), for where a town was asked for; None
    when none or several do, and for a longer answer."""
    if len(plain) > _MAX_ANSWER:
        return None
    said = _SURROUNDINGS.sub("", plain)
    if said.isascii():
        return _towns_by_letters().get(_letters(plain))
    if not said or len(said) > _MAX_NAME:
        return None
    found = _towns_by_sound().get(_sound(said), frozenset())
    return next(iter(found)) if len(found) == 1 else None


_SURROUNDINGS = re.compile(
    r"^(?:在|喺|是|系|就是|不是)+|(?:镇|街道|这边|那边|的|吧|啊)+$|[\s。，,.！!？?]"
)
_MAX_NAME = 4
# With all that may stand around a name; marks and blanks too.
_MAX_ANSWER = 80


_AROUND_LATIN = re.compile(
    r"\b(?:its|it's|it is|in|at|the|of|town|street|area|district|dongguan|please|uh|um)\b",
    re.IGNORECASE,
)


def _letters(name: str) -> str:
    """The letters of a name: "Chang An town" and Chang'an are one."""
    return "".join(c for c in _AROUND_LATIN.sub(" ", name).lower() if c.isalpha())


@cache
def _towns_by_letters() -> Mapping[str, str]:
    return {_letters(town.en): town.id for town in load_towns() if town.en}


def _sound(name: str) -> str:
    return " ".join(lazy_pinyin(name))


def _sounds(name: str) -> set[str]:
    """Every way in which a name may be read: 厦 is sha or xia."""
    readings = pinyin(name, style=Style.NORMAL, heteronym=True)
    return {" ".join(way) for way in product(*readings)}


@cache
def _towns_by_sound() -> Mapping[str, frozenset[str]]:
    sounds: dict[str, set[str]] = {}
    for town in load_towns():
        for name in (town.zh, *town.aliases):
            for sound in _sounds(name):
                sounds.setdefault(sound, set()).add(town.id)
    return {sound: frozenset(towns) for sound, towns in sounds.items()}


@cache
def _names() -> tuple[tuple[str, Town], ...]:
    """Names in small letters with their town: all that its pattern can find begins with one."""
    return tuple(
        (name.lower(), town)
        for town in load_towns()
        for name in (town.zh, *town.aliases, *town.misheard, town.en, town.en.replace("'", ""))
    )


@cache
def _pattern(town: Town) -> re.Pattern[str]:
    sure = [re.escape(name) for name in town.aliases]
    unsure = [re.escape(name) for name in town.misheard]
    (unsure if town.ambiguous else sure).append(re.escape(town.zh))
    latin = [rf"\b{re.escape(name)}\b" for name in (town.en, town.en.replace("'", ""))]
    beside = [rf"(?<=在){n}|(?<=东莞){n}|(?<=东莞市){n}|{n}(?={_AFTER})" for n in unsure]
    return re.compile("|".join(sure + latin + beside), re.IGNORECASE)
