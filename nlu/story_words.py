"""The words by which problems are told (``problems.yaml``), and where they stand in a text."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from config.yaml_files import read_yaml

_FILE = Path(__file__).with_name("problems.yaml")
# How far apart the words of one cue may begin, in characters.
_REACH = 16
_REACH_ENGLISH = 48
_CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Cue:
    """Words that tell a problem when one of each group stands near the others, and of each group
    of ``anywhere`` one somewhere in the story."""

    family: str
    topic: str
    groups: tuple[str, ...]
    anywhere: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mistake:
    """A family that ``heard`` suggests to the engine though no word of the groups is said."""

    heard: re.Pattern[str]
    unless: tuple[str, ...]


@dataclass(frozen=True)
class StoryWords:
    """What ``problems.yaml`` says, compiled. ``family_of`` knows every topic of the families."""

    words: Mapping[str, re.Pattern[str]]
    happenings: re.Pattern[str]
    harmless: re.Pattern[str]
    instead: Mapping[str, str]
    wish: re.Pattern[str]
    names: re.Pattern[str]
    complaining: re.Pattern[str]
    narrating: re.Pattern[str]
    cues: tuple[Cue, ...]
    family_of: Mapping[str, str]
    general: frozenset[str]
    mistakes: Mapping[str, Mistake]

    def find_cues(
        self, segment: str, said: Container[str] = frozenset()
    ) -> Iterator[tuple[Cue, int]]:
        """The first fitting cue of each family in one normalised segment, with its position.

        ``said``: the groups of which the whole story has a word (``groups_in``).
        """
        plain = self._plain(segment)
        reach = _REACH if _CHINESE.search(plain) else _REACH_ENGLISH
        places = {n: [m.start() for m in word.finditer(plain)] for n, word in self.words.items()}
        found: set[str] = set()
        for cue in self.cues:
            is_said = all(name in said or places[name] for name in cue.anywhere)
            if cue.family in found or not is_said or not all(map(places.get, cue.groups)):
                continue
            start = _start_of_nearest([places[name] for name in cue.groups], reach)
            if start is not None:
                found.add(cue.family)
                yield cue, start

    def groups_in(self, story: str) -> frozenset[str]:
        """The groups of which the normalised story has a word."""
        plain = self._plain(story)
        return frozenset(name for name, word in self.words.items() if word.search(plain))

    def is_mistaken(self, family: str, story: str, said: Container[str]) -> bool:
        """Whether only a name in the story sounds like this family."""
        mistake = self.mistakes.get(family)
        if mistake is None or any(group in said for group in mistake.unless):
            return False
        return mistake.heard.search(story) is not None

    def _plain(self, segment: str) -> str:
        plain = self.harmless.sub(" ", segment)
        for words, meant in self.instead.items():
            plain = plain.replace(words, meant)
        return plain


def _start_of_nearest(places: list[list[int]], reach: int) -> int | None:
    """Where the first stretch begins in which one place of each list lies; None without one."""
    last: dict[int, int] = {}
    marks = sorted(chain.from_iterable([(p, i) for p in ps] for i, ps in enumerate(places)))
    for place, group in marks:
        last[group] = place
        if len(last) == len(places) and place - min(last.values()) <= reach:
            return min(last.values())
    return None


@lru_cache(maxsize=1)
def load_story_words() -> StoryWords:
    """The words of ``problems.yaml``."""
    raw = read_yaml(_FILE)
    families: dict[str, dict[str, list[list[str]]]] = raw["families"]
    anywhere, wish = set(raw["anywhere"]), raw["wish"]
    return StoryWords(
        words={name: _pattern(words) for name, words in raw["words"].items()},
        happenings=_pattern(raw["happenings"]),
        harmless=_pattern(raw["harmless"]),
        instead=raw["instead"],
        wish=_pattern([*wish["words"], *wish["english"]]),
        names=re.compile("|".join(wish["names"]), re.IGNORECASE),
        complaining=_pattern(wish["complaining"]),
        narrating=_pattern(wish["telling"]),
        cues=tuple(
            Cue(
                family,
                topic,
                tuple(name for name in groups if name not in anywhere),
                tuple(name for name in groups if name in anywhere),
            )
            for family, topics in families.items()
            for topic, cues in topics.items()
            for groups in cues
        ),
        family_of={topic: family for family, topics in families.items() for topic in topics},
        general=frozenset(raw["general"]),
        mistakes={
            family: Mistake(_pattern(mistake["heard"]), tuple(mistake["unless"]))
            for family, mistake in raw["mistaken"].items()
        },
    )


def _pattern(words: list[Any]) -> re.Pattern[str]:
    """Any of the words, the longest first; English ones only as whole words."""
    spelt = sorted((str(word) for word in words), key=len, reverse=True)
    chinese = [re.escape(word) for word in spelt if not word.isascii() or word[0].isdigit()]
    english = [re.escape(word) for word in spelt if word.isascii() and not word[0].isdigit()]
    parts = [*chinese, *([rf"(?<![a-z])(?:{'|'.join(english)})(?![a-z])"] if english else [])]
    return re.compile("|".join(parts))
