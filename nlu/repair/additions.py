"""What a message adds to an answer given before: more evidence, one more wish."""

from __future__ import annotations

from nlu.embedded.normalising import simplify
from nlu.repair.lead import Correction
from nlu.repair.questions import is_question
from nlu.repair.slot_names import NamedSlot, slot_at
from nlu.repair.units import split_units
from nlu.repair.values import is_narrative
from nlu.repair.word_cursor import WordCursor

_SLOTS = frozenset({"evidence", "wanted", "issue"})
_MAX_UNITS = 80


def find_addition(text: str) -> Correction | None:
    """ "证据加一个 还有录音", "补充证据", "add a recording to the evidence"; None for all else."""
    cursor = WordCursor(text, split_units(text))
    if not 0 < len(cursor.units) <= _MAX_UNITS or is_question(simplify(text).lower()):
        return None
    start = _end_of_around(cursor)
    for read in (_slot_first, _word_first, _thing_first):
        found = read(cursor, start)
        if found:
            return Correction(found[0], found[1], "", is_earlier=True, is_addition=True)
    return None


def _end_of_around(cursor: WordCursor) -> int:
    """The place behind fillers, before which no word of adding begins."""
    place = 0
    while place < len(cursor.units):
        if any(cursor.end_of(name, place) for name in ("add_word", "add_also", "add_from")):
            break
        end = cursor.end_of("around", place)
        if end is None:
            break
        place = end
    return place


def _slot_first(cursor: WordCursor, start: int) -> tuple[str, str] | None:
    """证据加一个 还有录音; 证据还有录音."""
    slot = _strong_slot(cursor, start)
    if slot is None:
        return None
    place = _past(cursor, "add_lead", slot.end)
    end = cursor.end_of("add_word", place)
    if end is None and slot.name == "evidence":
        end = cursor.end_of("add_bare", place)
    if end is not None:
        return slot.name, _rest(cursor, end)
    return _with_content(cursor, slot, cursor.end_of("add_also", place))


def _word_first(cursor: WordCursor, start: int) -> tuple[str, str] | None:
    """补充证据 还有工资条; 还有证据 录音."""
    for name in ("add_word", "add_also"):
        end = cursor.end_of(name, start)
        slot = _strong_slot(cursor, end) if end is not None else None
        if slot is None:
            continue
        if name == "add_also":
            return _with_content(cursor, slot, slot.end)
        return slot.name, _rest(cursor, slot.end)
    return None


def _thing_first(cursor: WordCursor, start: int) -> tuple[str, str] | None:
    """把录音加到证据里; add a recording to the evidence."""
    first = cursor.end_of("add_from", start)
    if first is None:
        return None
    for place in range(first, len(cursor.units)):
        end = cursor.end_of("add_to", place)
        slot = _strong_slot(cursor, end) if end is not None else None
        if slot and _past(cursor, "add_lead", slot.end) >= len(cursor.units):
            return slot.name, cursor.span(first, place)
    return None


def _with_content(cursor: WordCursor, slot: NamedSlot, end: int | None) -> tuple[str, str] | None:
    rest = _rest(cursor, end) if end is not None else ""
    return (slot.name, rest) if rest and not is_narrative(rest) else None


def _strong_slot(cursor: WordCursor, place: int) -> NamedSlot | None:
    slot = slot_at(cursor, place)
    return slot if slot and not slot.is_weak and slot.name in _SLOTS else None


def _past(cursor: WordCursor, name: str, place: int) -> int:
    while (end := cursor.end_of(name, place)) is not None:
        place = end
    return place


def _rest(cursor: WordCursor, start: int) -> str:
    return cursor.span(start, len(cursor.units))
