"""Phrases of repair found in a row: the kinds, and the best reading up to each place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from nlu.repair.grammar import Choice, Key
from nlu.repair.phrase_book import load_book


class RepairKind(StrEnum):
    """What a turn does to the conversation itself, without any content."""

    CANCEL = "cancel"
    REPEAT = "repeat"
    SLOWER = "slower"
    WAIT = "wait"
    SKIP = "skip"
    UNKNOWN = "unknown"
    PERSON = "person"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    GREETING = "greeting"
    BOT = "bot"
    CAPABILITY = "capability"
    ABUSE = "abuse"
    UNFINISHED = "unfinished"
    CONTINUE = "continue"
    EXPLAIN = "explain"
    BACK = "back"
    ACKNOWLEDGE = "acknowledge"


@dataclass(frozen=True, order=True)
class Repair:
    """Phrases found in a row from the start: the better one is greater."""

    covered: int = 0
    negative_count: int = 0
    rank: int = -99

    def with_core(self, length: int, rank: int) -> Repair:
        """The reading with one more phrase of repair behind it."""
        return Repair(self.covered + length, self.negative_count - 1, max(self.rank, rank))


_Places = dict[tuple[int, bool], Repair]


def kind_of(repair: Repair) -> RepairKind:
    """The kind that counts of those that were read."""
    return kinds()[-repair.rank]


@cache
def kinds() -> tuple[RepairKind, ...]:
    """All kinds; the first counts where a message does several."""
    return tuple(RepairKind(name) for name in load_book("phrases").rows["order"])


class Phrases:
    """The phrases of repair under one way to compare units."""

    def __init__(self, key: Key) -> None:
        self._cores, self._before, self._after = compiled_phrases(key)

    def read(self, units: Sequence[str]) -> _Places:
        """The best reading up to each place. A place is closed once a phrase of repair is before
        it: every unit up to there belongs to one, or stands around one."""
        places: _Places = {(0, False): Repair()}
        for start in range(len(units)):
            for is_closed in (False, True):
                repair = places.get((start, is_closed))
                if repair is None:
                    continue
                self._extend(places, units, start, is_closed)
        return places

    def _extend(self, places: _Places, units: Sequence[str], start: int, is_closed: bool) -> None:
        repair = places[start, is_closed]
        for rank, core in self._cores.get(units[start], ()):
            for end in core.ends(units, start):
                _keep(places, (end, True), repair.with_core(end - start, rank))
        around = self._after if is_closed else self._before
        for end in around.ends(units, start):
            _keep(places, (end, is_closed), repair)
        if is_closed:
            for end in self._before.ends(units, start):
                _keep(places, (end, True), repair)


def _keep(places: _Places, place: tuple[int, bool], repair: Repair) -> None:
    known = places.get(place)
    if known is None or known < repair:
        places[place] = repair


_Cores = dict[str, tuple[tuple[int, Choice], ...]]


@cache
def compiled_phrases(key: Key) -> tuple[_Cores, Choice, Choice]:
    """The phrases of each kind by their first unit, and what may stand before and after them."""
    book = load_book("phrases", key)
    by_first: dict[str, list[tuple[int, Choice]]] = {}
    cores = book.choices("kinds")
    for rank, kind in enumerate(kinds()):
        for first in cores[kind].firsts():
            by_first.setdefault(first, []).append((-rank, cores[kind]))
    return (
        {first: tuple(ranked) for first, ranked in by_first.items()},
        book.choice("before"),
        book.choice("after"),
    )
