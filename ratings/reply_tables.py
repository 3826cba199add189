"""The tables by which replies are read, made once from ``reply_words.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from ratings.vocabulary import BadReason

T = TypeVar("T")
_FILE = Path(__file__).with_name("reply_words.toml")


@dataclass(frozen=True)
class ReplyTables:
    """Words by what they mean in a reply; tuples are in the order in which they are tried.

    ``rewritten``: what is wrapped round a level that corrects another; ``patterns``: levels of many
    spellings; ``praise_or_blame``: words outside the scale and the level they say.
    ``levels``: words that are a level; ``numerals``: bare numerals; ``counted``: numerals with a
    unit ("5分"); ``heads``: both by their first character, longest first; ``tails_of_numerals``: by
    their last; ``courtesies``: clauses that say nothing;
    ``leads``: beginnings of a level after which a space does not part, ``tails``: endings before
    which it does not; ``cut_off``: such words alone, which leave the level beside them in doubt.
    """

    replaced: tuple[tuple[str, str], ...]
    rewritten: tuple[tuple[re.Pattern[str], str], ...]
    patterns: tuple[tuple[re.Pattern[str], int], ...]
    praise_or_blame: Mapping[str, int]
    levels: Mapping[str, int]
    numerals: Mapping[str, int]
    counted: Mapping[str, int]
    heads: Mapping[str, tuple[tuple[str, int], ...]]
    tails_of_numerals: Mapping[str, tuple[tuple[str, int], ...]]
    amounts_zh: tuple[str, ...]
    amounts_en: frozenset[str]
    before_zh: tuple[str, ...]
    after_zh: tuple[str, ...]
    before_en: tuple[str, ...]
    after_en: tuple[str, ...]
    courtesies: frozenset[str]
    vague: frozenset[str]
    bad: frozenset[str]
    good: frozenset[str]
    negative: tuple[str, ...]
    positive: tuple[str, ...]
    sarcasm: tuple[str, ...]
    negating: tuple[str, ...]
    leads: tuple[str, ...]
    tails: tuple[str, ...]
    cut_off: frozenset[str]
    opens: tuple[str, ...]
    matter: tuple[str, ...]
    question_marks: tuple[str, ...]
    question_starts: tuple[str, ...]
    not_asking: tuple[str, ...]
    wishes: tuple[str, ...]
    wishes_anywhere: tuple[str, ...]
    commands: frozenset[str]
    reasons: Mapping[BadReason, tuple[str, ...]]


@cache
def reply_tables() -> ReplyTables:
    """The tables of the file."""
    with _FILE.open("rb") as file:
        raw = tomllib.load(file)
    numerals = {word: int(level) for level, words in raw["numerals"].items() for word in words}
    counted = _counted(numerals, raw["units"])
    around, comments = raw["around"], raw["comments"]
    return ReplyTables(
        replaced=tuple(_longest_first(raw["replaced"].items())),
        rewritten=tuple((re.compile(theirs), ours) for theirs, ours in raw["rewritten"]["pairs"]),
        patterns=tuple(
            (re.compile(one), int(level))
            for level, patterns in raw["patterns"].items()
            for one in patterns
        ),
        praise_or_blame=_praise_or_blame(raw),
        levels=_levels(raw["zh"], "") | _levels(raw["en"], " "),
        numerals=numerals,
        counted=counted,
        heads=_by_character(numerals | counted, 0),
        tails_of_numerals=_by_character(numerals | counted, -1),
        amounts_zh=tuple(raw["units"]["not_a_rating"]),
        amounts_en=frozenset(raw["units"]["not_a_rating_en"]),
        **{name: tuple(sorted(words, key=len, reverse=True)) for name, words in around.items()},
        courtesies=frozenset(word for words in around.values() for word in words)
        - frozenset([*comments["vague"], *comments["negating"]])
        - frozenset(word for words in raw["praise_or_blame"].values() for word in words),
        vague=frozenset(comments["vague"]),
        bad=frozenset(comments["bad"]),
        good=frozenset(comments["good"]),
        **{
            name: tuple(comments[name])
            for name in ("negative", "positive", "sarcasm", "negating", "leads", "tails", "opens")
        },
        cut_off=frozenset([*comments["negating"], *comments["leads"], *raw["en"]["very"]])
        - frozenset(comments["vague"]),
        matter=tuple(raw["matter"]["words"]),
        question_marks=tuple(raw["question"]["marks"]),
        question_starts=tuple(f"{word} " for word in raw["question"]["starts_en"]),
        not_asking=tuple(sorted(raw["question"]["not_asking"], key=len, reverse=True)),
        wishes=tuple(raw["question"]["wishes"]),
        wishes_anywhere=tuple(raw["question"]["wishes_anywhere"]),
        commands=frozenset(raw["question"]["commands"]),
        reasons={BadReason(name): tuple(words) for name, words in raw["reasons"].items()},
    )


def _levels(words: Mapping[str, Any], gap: str) -> dict[str, int]:
    found = {phrase: level for level in range(1, 6) for phrase in words[str(level)]}
    for base, plain, strong in (("satisfied", 4, 5), ("dissatisfied", 2, 1)):
        for word in words[base]:
            found[word] = plain
            found |= {f"{very}{gap}{word}": strong for very in words["very"]}
    return found


def _praise_or_blame(raw: Mapping[str, Any]) -> dict[str, int]:
    found = {
        f"{very}{' ' if language == 'en' else ''}{word}": int(level)
        for language, level in (name.split("_") for name in raw["intensified"])
        for word in raw["intensified"][f"{language}_{level}"]
        for very in raw[language]["very"]
    }
    for level, words in raw["praise_or_blame"].items():
        found |= dict.fromkeys(words, int(level))
    # "好好" and "十分" by themselves are vague.
    return {word: level for word, level in found.items() if word not in raw["comments"]["vague"]}


def _counted(numerals: Mapping[str, int], units: Mapping[str, list[str]]) -> dict[str, int]:
    numerals = {**numerals, "两": 2}
    counted = {
        f"{numeral}{unit}": level for numeral, level in numerals.items() for unit in units["zh"]
    }
    for numeral, level in numerals.items():
        if numeral.isascii():
            counted |= {f"{numeral} {unit}": level for unit in units["en"]}
            counted |= {f"{numeral}{unit}": level for unit in units["en"]}
            counted |= {f"{numeral}-{unit}": level for unit in units["en"]}
    return counted


def _by_character(levels: Mapping[str, int], at: int) -> dict[str, tuple[tuple[str, int], ...]]:
    """Words and levels by the first or last character, longest first."""
    found: dict[str, tuple[tuple[str, int], ...]] = {}
    for word, level in _longest_first(levels.items()):
        found[word[at]] = (*found.get(word[at], ()), (word, level))
    return found


def _longest_first(pairs: Iterable[tuple[str, T]]) -> list[tuple[str, T]]:
    return sorted(pairs, key=lambda pair: len(pair[0]), reverse=True)
