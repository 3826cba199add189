"""Reading the units of a message from the left by lists of phrases."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from nlu.repair.grammar import Choice
from nlu.repair.phrase_book import load_book
from nlu.repair.units import Unit


@dataclass
class WordCursor:
    """A place in the units of ``message``; lists are those of corrections.yaml."""

    message: str
    units: list[Unit]
    place: int = 0
    words: list[str] = field(init=False)
    _ends: dict[tuple[str, int], int | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.words = [unit.text for unit in self.units]

    @property
    def is_at_end(self) -> bool:
        """Whether nothing is left."""
        return self.place >= len(self.units)

    def end_of(self, name: str, place: int) -> int | None:
        """Where the longest phrase of a list ends that begins at ``place``."""
        key = (name, place)
        if key not in self._ends:
            self._ends[key] = max(phrases_of(name).ends(self.words, place), default=None)
        return self._ends[key]

    def take(self, name: str) -> bool:
        """Go past the longest phrase of a list, if one is next."""
        end = self.end_of(name, self.place)
        if end is None:
            return False
        self.place = end
        return True

    def cut(self, place: int) -> None:
        """Forget all from a place on."""
        self.units, self.words = self.units[:place], self.words[:place]
        self._ends.clear()

    def skip(self, *names: str) -> None:
        """Go past all that is next of these lists."""
        while any(self.take(name) for name in names):
            pass

    def follows_mark(self, place: int) -> bool:
        """Whether punctuation stands before a unit."""
        return place < len(self.units) and self.units[place].follows_mark

    def span(self, start: int, end: int) -> str:
        """The words between two places as they were written, without what trails them."""
        end = self._without_trailing(start, end)
        if start >= end:
            return ""
        return self.message[self.units[start].start : self.units[end - 1].end]

    def _without_trailing(self, start: int, end: int) -> int:
        trailing = phrases_of("trailing")
        while True:
            shorter = [
                place for place in range(start + 1, end) if end in trailing.ends(self.words, place)
            ]
            if not shorter:
                return end
            end = shorter[0]


@cache
def phrases_of(name: str) -> Choice:
    """The compiled phrases of one list of corrections.yaml."""
    return load_book("corrections").choice(name)


@cache
def words_of(name: str) -> frozenset[str]:
    """The single words of one list of corrections.yaml."""
    return frozenset(map(str, load_book("corrections").rows[name]))
