"""All corrections of one message."""

from __future__ import annotations

from itertools import pairwise

from nlu.embedded.normalising import simplify
from nlu.repair.additions import find_addition
from nlu.repair.clauses import find_in_clauses
from nlu.repair.corrections import may_correct, read_correction
from nlu.repair.lead import Correction
from nlu.repair.questions import is_question
from nlu.repair.slot_names import slot_at
from nlu.repair.units import split_units
from nlu.repair.word_cursor import WordCursor, phrases_of

_MAX_UNITS_OF_JOINER = 2
_CHANGES = ("become", "should", "wrong", "is", "not_is", "add_word")


def find_correction(text: str) -> Correction | None:
    """The first correction that a message makes, None for ordinary telling, questions, in doubt."""
    return next(iter(find_corrections(text)), None)


def find_corrections(text: str) -> tuple[Correction, ...]:
    """All corrections of a message in their order ("人数改成8个，金额改成4万" makes two)."""
    if not may_correct(text):
        return ()
    in_clauses = find_in_clauses(text)
    if in_clauses:
        return in_clauses
    parts = _parts(text)
    several = _read_all(parts) if len(parts) > 1 else ()
    if several:
        return several
    one = _read(text)
    return (one,) if one else ()


def find_named_values(text: str) -> tuple[Correction, ...]:
    """The slots that a message names with what they are ("金额是十三万二人数是八个人"), for where
    what was told has just been read back and each of them is a change. None unless all is such."""
    parts = _parts(text)
    read = [_read(part, is_next=True) for part in parts]
    named = tuple(correction for correction in read if correction and correction.slot)
    return named if len(named) == len(parts) and not is_question(simplify(text).lower()) else ()


def _read_all(parts: list[str]) -> tuple[Correction, ...]:
    """The corrections of all parts; none unless each is one and names its slot."""
    alone = [_read(part) for part in parts]
    if not any(alone):
        return ()
    read = [
        correction or _read(part, is_next=True)
        for correction, part in zip(alone, parts, strict=True)
    ]
    several = tuple(correction for correction in read if correction and correction.slot)
    return _without_announced(several) if len(several) == len(parts) else ()


def _without_announced(several: tuple[Correction, ...]) -> tuple[Correction, ...]:
    """The corrections without those whose value stands in the next ("单位错了 单位是 …")."""
    return tuple(
        one
        for place, one in enumerate(several)
        if one.new or all(other.slot != one.slot for other in several[place + 1 :])
    )


def _read(text: str, *, is_next: bool = False) -> Correction | None:
    return find_addition(text) or read_correction(text, is_next=is_next)


def _parts(text: str) -> list[str]:
    """The message cut before each name of a slot with which a correction can begin."""
    cursor = WordCursor(text, split_units(text))
    starts = _starts(cursor)
    bounds = [0, *starts[1:], len(cursor.units)]
    return [
        text[cursor.units[start].start : cursor.units[_without_joiners(cursor, end) - 1].end]
        for start, end in pairwise(bounds)
        if start < end
    ]


def _starts(cursor: WordCursor) -> list[int]:
    """Where the names of slots begin; of names with one end the shortest, without what leads it."""
    by_end: dict[int, int] = {}
    for place in range(len(cursor.units)):
        slot = slot_at(cursor, place)
        if slot and (_can_begin(cursor, place) or _is_changed(cursor, slot.end)):
            by_end[slot.end] = place
    return sorted(by_end.values())


def _can_begin(cursor: WordCursor, place: int) -> bool:
    is_joined = _without_joiners(cursor, place) < place
    return place == 0 or cursor.follows_mark(place) or is_joined or _follows_space(cursor, place)


def _follows_space(cursor: WordCursor, place: int) -> bool:
    """Whether a space parts Chinese characters, as in texts without marks (人数八个 金额三万)."""
    before, unit = cursor.units[place - 1], cursor.units[place]
    return before.end < unit.start and not unit.text.isascii()


def _is_changed(cursor: WordCursor, place: int) -> bool:
    return any(cursor.end_of(name, place) is not None for name in _CHANGES)


def _without_joiners(cursor: WordCursor, end: int) -> int:
    """``end``, or before it where words that only join two corrections begin."""
    joiners = phrases_of("joiners")
    place = end
    while place > 1 and end < len(cursor.units):
        starts = [
            start
            for start in range(max(1, place - _MAX_UNITS_OF_JOINER), place)
            if place in joiners.ends(cursor.words, start)
        ]
        if not starts:
            break
        place = starts[0]
    return place
