"""The two values of a correction: what was said and what replaces it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nlu.repair.values import is_value_like
from nlu.repair.word_cursor import WordCursor, words_of

_MAX_UNITS = 14


@dataclass(frozen=True)
class Pair:
    """``new`` replaces ``old``; ``is_sure`` when both look like values."""

    new: str
    old: str

    @property
    def is_sure(self) -> bool:
        """Whether both look like values of a petition, so that no lead is needed."""
        return is_value_like(self.new) and is_value_like(self.old)


def find_pair(cursor: WordCursor) -> Pair | None:
    """The pair that fills the rest of the message from the cursor on, in any usual order."""
    for read in (_not_old_but_new, _new_not_old, _from_old_to_new, _old_denied_new):
        for pair in read(cursor):
            if pair.new and pair.old and pair.new != pair.old:
                return pair
    return None


def _not_old_but_new(cursor: WordCursor) -> Iterator[Pair]:
    """不是长安是厚街; 不是五个，七个; not three months, two months."""
    start = cursor.end_of("not_is", cursor.place)
    if start is None or cursor.follows_mark(start):
        return
    for place in _places(cursor, start):
        end = cursor.end_of("is", place)
        if end is not None:
            yield Pair(_rest(cursor, end), cursor.span(start, place))
    for place in _places(cursor, start):
        if cursor.follows_mark(place):
            yield Pair(_rest(cursor, place), cursor.span(start, place))
            return
    yield from _two_of_a_kind(cursor, start)


def _two_of_a_kind(cursor: WordCursor, start: int) -> Iterator[Pair]:
    """不是三个月两个月, as speech has no marks: both end with the same measure."""
    for place in _places(cursor, start):
        if cursor.words[place - 1] == cursor.words[-1]:
            pair = Pair(_rest(cursor, place), cursor.span(start, place))
            if pair.is_sure:
                yield pair


def _new_not_old(cursor: WordCursor) -> Iterator[Pair]:
    """是厚街不是长安; 厚街，不是长安; it's Houjie not Chang'an."""
    start = cursor.end_of("is", cursor.place)
    start = cursor.place if start is None else start
    for place in _places(cursor, start):
        end = cursor.end_of("not_is", place)
        if end is None or cursor.follows_mark(end) or _only_narrates(cursor, place):
            continue
        yield from _both_behind(cursor, end)
        yield Pair(cursor.span(start, place), _rest(cursor, end))


def _both_behind(cursor: WordCursor, start: int) -> Iterator[Pair]:
    """寮步哦不，不是寮步是茶山: the first value is said once more with the one that replaces it."""
    for place in _places(cursor, start):
        end = cursor.end_of("is", place)
        pair = Pair(_rest(cursor, end), cursor.span(start, place)) if end is not None else None
        if pair is not None and pair.is_sure:
            yield pair


def _only_narrates(cursor: WordCursor, place: int) -> bool:
    return cursor.words[place - 1] in words_of("no_denial_after")


def _from_old_to_new(cursor: WordCursor) -> Iterator[Pair]:
    """从三个月改成两个月; from March to April."""
    start = cursor.end_of("from", cursor.place)
    if start is None:
        return
    for place in _places(cursor, start):
        end = cursor.end_of("become", place) or cursor.end_of("should", place)
        if end is not None:
            yield Pair(_rest(cursor, end), cursor.span(start, place))


def _old_denied_new(cursor: WordCursor) -> Iterator[Pair]:
    """五个人哦不对六个人; five, no wait, six. Both must look like values."""
    start = cursor.end_of("is", cursor.place)
    start = cursor.place if start is None else start
    for place in _places(cursor, start):
        end = _end_of_inner_denial(cursor, place)
        if end is None:
            continue
        pair = Pair(_rest(cursor, end), cursor.span(start, place))
        if pair.is_sure:
            yield pair


def _end_of_inner_denial(cursor: WordCursor, place: int) -> int | None:
    end = cursor.end_of("inner_denial", place)
    if end is not None:
        return end
    end = cursor.end_of("denial", place) or cursor.end_of("admission", place)
    is_set_off = end is not None and (cursor.follows_mark(place) or cursor.follows_mark(end))
    return end if is_set_off or (end and cursor.end_of("is", end)) else None


def _places(cursor: WordCursor, start: int) -> range:
    """Where the first value, which begins at ``start``, may end."""
    return range(start + 1, min(start + _MAX_UNITS, len(cursor.units)))


def _rest(cursor: WordCursor, start: int) -> str:
    lead = cursor.end_of("is", start)
    while lead is not None and lead < len(cursor.units):
        start, lead = lead, cursor.end_of("is", lead)
    return cursor.span(start, len(cursor.units))
