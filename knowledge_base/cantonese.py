"""What must be true of words that a voice says in Cantonese. Pure.

They are spoken Cantonese in traditional characters, not Mandarin read aloud, and claim what the
Mandarin words claim.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from opencc import OpenCC

from knowledge_base.entry import CANTONESE, Entry
from knowledge_base.rendering import figure_places

WORDS_FILE = Path(__file__).with_name("cantonese_words.toml")


def countable(words: str) -> str:
    """Cantonese words in simplified characters, so that Chinese patterns match and ``numbers_in``
    finds the numbers that they claim, and no idiom (一齊 is "together")."""
    bare = _idioms().sub(" ", words)
    return str(_converter("t2s").convert(bare)).replace("半日", "半天")


def mandarin_words(words: str) -> list[str]:
    """The Mandarin function words that stand in Cantonese words, in order, each once.

    Names of laws and fixed terms that hold one (在職, 拒不支付勞動報酬罪) are no fault.
    """
    return list(dict.fromkeys(_function_words().findall(_terms().sub(" ", words))))


def simplified_characters(words: str) -> list[str]:
    """The simplified characters that stand in words to be written in traditional ones."""
    traditional = str(_converter("s2t").convert(words))
    if len(traditional) != len(words):
        return []
    pairs = zip(words, traditional, strict=True)
    both_scripts = _words()["both_scripts"]
    return [one for one, other in pairs if one != other and one not in both_scripts]


def list_faults(entry: Entry) -> Iterator[tuple[str, str]]:
    """What is wrong with an entry's Cantonese, as field and reason: Mandarin words, simplified
    characters, and figures that stand in one of Mandarin and Cantonese only."""
    for name in ("short_name", "spoken"):
        for reason in _faults(getattr(entry, name).get(CANTONESE, "")):
            yield f"{name}.{CANTONESE}", reason
    if CANTONESE not in entry.spoken:
        return
    in_mandarin, in_cantonese = (figure_places(entry.spoken[one]) for one in ("zh", CANTONESE))
    for place in sorted(in_mandarin ^ in_cantonese):
        where = "Mandarin" if place in in_mandarin else "Cantonese"
        yield f"spoken.{CANTONESE}", f"figure {place} in {where} only"


def _faults(words: str) -> Iterator[str]:
    if found := mandarin_words(words):
        yield f"Mandarin words {' '.join(found)}"
    if found := simplified_characters(words):
        yield f"simplified characters {' '.join(found)}"


@cache
def _words() -> Mapping[str, Any]:
    with WORDS_FILE.open("rb") as file:
        return tomllib.load(file)


@cache
def _function_words() -> re.Pattern[str]:
    return re.compile("|".join(_words()["function_words"]))


@cache
def _terms() -> re.Pattern[str]:
    return _any_of("fixed_terms")


@cache
def _idioms() -> re.Pattern[str]:
    return _any_of("harmless_numbers")


def _any_of(name: str) -> re.Pattern[str]:
    longest_first = sorted(_words()[name], key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))


@cache
def _converter(direction: str) -> OpenCC:
    return OpenCC(direction)
