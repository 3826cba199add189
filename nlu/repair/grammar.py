"""Phrases composed from parts, matched against units without backtracking.

A phrase is written as in ``[<subject>] 不|没 <verb> [了]``: ``<name>`` is any phrase of that list
of parts, ``a|b`` either word, ``(a b|c)`` either of several words, ``[a b|c]`` the same or nothing.
A part never refers to itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from nlu.repair.units import split_units

Key = Callable[[str], str]
_TOKEN = re.compile(r"[\[\]()]|[^\s\[\]()]+")
_MARKS = re.compile(r"[\[(<|]")
_CLOSES = {"[": "]", "(": ")"}


@dataclass
class Trie:
    """Fixed sequences of units, shared from the front."""

    next: dict[str, Trie] = field(default_factory=dict)
    is_end: bool = False

    def add(self, units: Iterable[str]) -> None:
        """Take one sequence in."""
        node = self
        for unit in units:
            node = node.next.setdefault(unit, Trie())
        node.is_end = True


@dataclass
class Choice:
    """Any one of fixed sequences or longer phrases."""

    fixed: Trie = field(default_factory=Trie)
    phrases: list[Phrase] = field(default_factory=list)
    _by_first: dict[str, list[Phrase]] | None = None

    def ends(self, units: Sequence[str], start: int) -> set[int]:
        """All places at which one that begins at ``start`` may end."""
        if start >= len(units):
            return set()
        if self._by_first is None:
            self._by_first = self._indexed()
        found: set[int] = set()
        for phrase in self._by_first.get(units[start], ()):
            found |= phrase.ends(units, start)
        node: Trie | None = self.fixed
        for end in range(start, len(units)):
            node = node.next.get(units[end]) if node else None
            if node is None:
                break
            if node.is_end:
                found.add(end + 1)
        return found

    def _indexed(self) -> dict[str, list[Phrase]]:
        by_first: dict[str, list[Phrase]] = {}
        for phrase in self.phrases:
            for first in phrase.firsts:
                by_first.setdefault(first, []).append(phrase)
        return by_first

    def firsts(self) -> set[str]:
        """The units with which one can begin."""
        return set(self.fixed.next).union(*(phrase.firsts for phrase in self.phrases))


@dataclass
class Phrase:
    """Parts in a row; each may be optional."""

    parts: list[tuple[Choice, bool]]
    firsts: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.firsts = set()
        for part, is_optional in self.parts:
            self.firsts |= part.firsts()
            if not is_optional:
                break

    def ends(self, units: Sequence[str], start: int) -> set[int]:
        """All places at which the phrase may end when it begins at ``start``."""
        if start >= len(units) or units[start] not in self.firsts:
            return set()
        places = {start}
        for part, is_optional in self.parts:
            reached = {end for place in places for end in part.ends(units, place)}
            places = places | reached if is_optional else reached
            if not places:
                break
        return places - {start}


class Grammar:
    """Named lists of phrases. ``key`` maps both their units and the message's to what is compared;
    ``vocabulary`` has all units of what was compiled so far."""

    def __init__(self, parts: Mapping[str, Sequence[object]], key: Key = str) -> None:
        self._source = parts
        self._key = key
        self._choices: dict[str, Choice] = {}
        self.vocabulary: set[str] = set()

    def choice(self, name: str) -> Choice:
        """The phrases of one list. Raises KeyError when there is none of that name."""
        if name not in self._choices:
            self._choices[name] = self.compile(map(str, self._source[name]))
        return self._choices[name]

    def compile(self, phrases: Iterable[str]) -> Choice:
        """Phrases as they are written in the file."""
        choice = Choice()
        for written in phrases:
            if _MARKS.search(written):
                choice.phrases.append(self._sequence(_TOKEN.findall(written)))
            else:
                choice.fixed.add(self._units(written))
        return choice

    def _sequence(self, tokens: list[str]) -> Phrase:
        parts: list[tuple[Choice, bool]] = []
        while tokens:
            token, *tokens = tokens
            if token in _CLOSES:
                inner, tokens = _split_group(tokens, token)
                parts.append((self.compile(inner), token == "["))
            else:
                parts.append((self._alternatives(token), False))
        return Phrase(parts)

    def _alternatives(self, token: str) -> Choice:
        choice = Choice()
        for word in token.split("|"):
            if word.startswith("<"):
                choice.phrases.append(Phrase([(self.choice(word[1:-1]), False)]))
            else:
                choice.fixed.add(self._units(word))
        return choice

    def _units(self, words: str) -> list[str]:
        units = [self._key(unit.text) for unit in split_units(words)]
        self.vocabulary.update(units)
        return units


def _split_group(tokens: list[str], opening: str) -> tuple[list[str], list[str]]:
    """The alternatives of a group that has just been opened, and the tokens behind it."""
    alternatives: list[list[str]] = [[]]
    open_groups = [opening]
    for place, token in enumerate(tokens):
        if token == _CLOSES[open_groups[-1]]:
            open_groups.pop()
            if not open_groups:
                return [" ".join(words) for words in alternatives], tokens[place + 1 :]
        elif token in _CLOSES:
            open_groups.append(token)
        if len(open_groups) > 1 or token in _CLOSES.values():
            alternatives[-1].append(token)
            continue
        first, *more = token.split("|")
        alternatives[-1].append(first)
        alternatives.extend([word] for word in more)
    raise ValueError(f"a group is not closed: {tokens}")
