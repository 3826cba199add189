"""Whether words look like a value of a petition: a number, a date, a town, an employer, a name."""

from __future__ import annotations

import re
from functools import cache

from nlu.embedded.normalising import simplify
from nlu.entities.numerals import CHINESE_NUMBER
from nlu.entities.towns import find_town, find_town_by_sound
from nlu.repair.grammar import Choice
from nlu.repair.phrase_book import load_book
from nlu.repair.units import split_units
from nlu.repair.word_cursor import words_of

_NUMBER = re.compile(rf"\d|{CHINESE_NUMBER}")
_CAPITALS = re.compile(r"(?:[A-Z][\w'’-]*\.?\s*){1,5}")
_CHINESE_NAME = re.compile(r"[\u3400-\u9fff]{2,4}")
_YEAR = r"(?:(?:今|去|前)年|\d{4}年|[零〇一二三四五六七八九]{2,4}年)"
_PLAIN = re.compile(
    rf"{_YEAR}?(?:{CHINESE_NUMBER}|\d{{1,2}})月(?:份|底|初|(?:{CHINESE_NUMBER}|\d{{1,2}})[号日])?"
    rf"|(?:{CHINESE_NUMBER}|\d+)(?:个人|人|位|块|块钱|元|蚊|万|万块|千块)"
)
_PLACE = re.compile(r"(?:镇|街道)$")
_MAX_TOWN = 4
_MAX_UNITS = 12


def is_value_like(written: str) -> bool:
    """Whether the words, as they were written, can fill a slot and tell no story."""
    units = [unit.text for unit in split_units(written)]
    if not 0 < len(units) <= _MAX_UNITS or is_narrative(written):
        return False
    plain = simplify(written).lower()
    return bool(
        _NUMBER.search(plain)
        or find_town(plain)
        or find_town_by_sound(plain)
        or _has("time_words", units)
        or _has("english_numbers", units)
        or _ends_with("places_of_work", units)
        or _is_name(written.strip(), plain.strip())
    )


def is_plain_value(written: str) -> bool:
    """Whether the words are a day, a month, a town or a number of people or yuan and nothing more,
    so that nobody takes them for what was done so often ("错了三次")."""
    plain = simplify(written).lower().strip()
    return bool(_PLAIN.fullmatch(plain)) or bool(_PLACE.sub("", plain) and _is_town(plain))


def _is_town(plain: str) -> bool:
    bare = _PLACE.sub("", plain)
    return find_town_by_sound(bare) is not None if len(bare) <= _MAX_TOWN else False


def is_surname(character: str) -> bool:
    """Whether a simplified character is a common surname."""
    return character in _surnames()


def is_narrative(written: str) -> bool:
    """Whether the words tell what somebody did, which is no value."""
    return _has("story", [unit.text for unit in split_units(written)])


def _is_name(written: str, plain: str) -> bool:
    if _CHINESE_NAME.fullmatch(plain):
        return is_surname(plain[0])
    return bool(_CAPITALS.fullmatch(written)) and not words_of("no_names") & set(plain.split())


def _has(name: str, units: list[str]) -> bool:
    words = _words(name)
    return any(words.ends(units, place) for place in range(len(units)))


def _ends_with(name: str, units: list[str]) -> bool:
    words = _words(name)
    return any(len(units) in words.ends(units, place) for place in range(len(units)))


@cache
def _words(name: str) -> Choice:
    return load_book("corrections").choice(name)


@cache
def _surnames() -> frozenset[str]:
    return frozenset(load_book("corrections").rows["surnames"])
