"""The slots of a petition by the names people have for them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from nlu.repair.grammar import Choice
from nlu.repair.phrase_book import load_book
from nlu.repair.word_cursor import WordCursor


@dataclass(frozen=True, order=True)
class NamedSlot:
    """The name of a slot up to ``end``; a weak one also stands in ordinary telling."""

    end: int
    is_weak: bool
    name: str


def slot_at(cursor: WordCursor, place: int) -> NamedSlot | None:
    """The slot named at a place and where its name ends; the longest name wins."""
    return max(
        (
            NamedSlot(max(ends), is_weak, slot)
            for slot, is_weak, names in _slots()
            if (ends := names.ends(cursor.words, place))
        ),
        default=None,
    )


@cache
def _slots() -> tuple[tuple[str, bool, Choice], ...]:
    book = load_book("corrections")
    return tuple(
        (str(slot), table == "weak_slots", book.grammar.compile([_SLOT % "|".join(names)]))
        for table in ("slots", "weak_slots")
        for slot, names in book.rows[table].items()
    )


_SLOT = "[<slot_lead>] [<slot_lead>] [<slot_lead>] (%s) [<slot_tail>]"
