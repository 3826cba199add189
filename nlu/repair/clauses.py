"""Corrections that stand in one message clause by clause, each with a value of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlu.embedded.normalising import simplify
from nlu.entities.towns import find_town, find_town_by_sound
from nlu.repair.additions import find_addition
from nlu.repair.corrections import may_correct, read_correction
from nlu.repair.lead import SLOTS_OF_TEXT, Correction
from nlu.repair.questions import is_question
from nlu.repair.values import is_plain_value, is_value_like

_MAX_CLAUSES = 6
# A comma between digits belongs to a number.
_MARK = r"(?:(?<!\d)[,，;；。]|[,，;；。](?!\d))"
_CUT = re.compile(rf"\s*{_MARK}\s*(?:and\s+)?|\s+and\s+", re.IGNORECASE)
_HAS_MARK = re.compile(_MARK)
_JOINER = re.compile(r"^(?:还有|另外|然后|而且|并且|同埋|and|also)\s*", re.IGNORECASE)
# "还是长安吧": the mind is changed.
_RATHER = re.compile(r"(?:还是|仲系|就)(?:写|填|选|去|算)?(.{2,12}?)(?:吧|啦|喇|好了|算了)")
_TEXTS = SLOTS_OF_TEXT - {"employer"}
_DIGIT_OR_TIME = frozenset({"people", "amount_yuan", "since"})


def find_in_clauses(text: str) -> tuple[Correction, ...]:
    """The corrections of a message that is wholly made of them ("不是厚街是长安，人数也改成五个"),
    each with its slot or a value that tells it; none where only one is made, or in doubt."""
    clauses = list(_list_clauses(text))
    if not 1 < len(clauses) <= _MAX_CLAUSES or is_question(simplify(text).lower()):
        return ()
    found = _read_groups(text, clauses)
    return found if len(found) > 1 and _is_any_said_to_be_wrong(text, found) else ()


def _list_clauses(text: str) -> Iterator[tuple[int, int]]:
    """Where each clause begins and ends."""
    start = 0
    for mark in (*_CUT.finditer(text), None):
        end = len(text) if mark is None else mark.start()
        if text[start:end].strip():
            yield start, end
        start = end if mark is None else mark.end()


def _read_groups(text: str, clauses: Sequence[tuple[int, int]]) -> tuple[Correction, ...]:
    """The readings of groups of clauses, as long ones as give one correction each."""
    found: list[Correction] = []
    place = 0
    while place < len(clauses):
        for end in range(len(clauses), place, -1):
            one = _read_one(text[clauses[place][0] : clauses[end - 1][1]], found)
            if one is not None:
                found.append(one)
                place = end
                break
        else:
            return ()
    return tuple(found)


def _read_one(group: str, before: Sequence[Correction]) -> Correction | None:
    words = _JOINER.sub("", group.strip())
    rather = _RATHER.fullmatch(words)
    if rather and is_plain_value(rather[1]):
        return Correction(None, rather[1], "", is_earlier=False)
    if not words:
        return None
    is_next = bool(before)
    one = find_addition(words) or read_correction(words) or read_correction(words, is_next=True)
    if one is not None and (one.slot or may_correct(words)):
        return one if _is_whole(one) else None
    if is_next and before[-1].slot not in _TEXTS and is_plain_value(words):
        return Correction(None, words, "", is_earlier=False)
    return None


def _is_whole(one: Correction) -> bool:
    """Whether a reading gives one new value, of a kind that its slot can have."""
    if not one.new or _HAS_MARK.search(one.new) or _HAS_MARK.search(one.old):
        return False
    plain = simplify(one.new).lower()
    if one.slot in _DIGIT_OR_TIME:
        return not find_town(plain)
    if one.slot == "town":
        return bool(find_town(plain) or find_town_by_sound(plain))
    return one.slot is not None or is_value_like(one.new)


def _is_any_said_to_be_wrong(text: str, found: Sequence[Correction]) -> bool:
    """Whether anything but naming values tells that something is to be changed."""
    return any(one.old for one in found) or bool(_RATHER.search(text)) or may_correct(text)
