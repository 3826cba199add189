"""Corrections of what was said before, at any prompt."""

from __future__ import annotations

import re
from functools import cache

from nlu.embedded.normalising import simplify
from nlu.entities.towns import find_town
from nlu.repair.lead import SLOTS_OF_TEXT, Correction, Lead
from nlu.repair.pairs import Pair, find_pair
from nlu.repair.phrase_book import load_book
from nlu.repair.questions import is_question
from nlu.repair.slot_names import slot_at
from nlu.repair.units import split_units
from nlu.repair.values import is_narrative, is_plain_value, is_value_like
from nlu.repair.word_cursor import WordCursor, phrases_of, words_of

_MAX_CHARACTERS = 160
_MAX_PARTS = 10
_MAX_UNITS_OF_VALUE = 16
_MAX_UNITS_OF_TEXT = 60
_MAX_UNITS_OF_WISH = 16
_MAX_UNITS_OF_OLD = 10


def read_correction(text: str, *, is_next: bool = False) -> Correction | None:
    """The one correction that a message makes, None for ordinary telling, questions and in doubt.

    ``is_next`` when the text stands beside another correction in one message, so that the name of
    a slot and a value suffice.
    """
    if not (may_correct(text) or (is_next and len(text) <= _MAX_CHARACTERS)):
        return None
    plain = simplify(text).lower()
    cursor = WordCursor(text, split_units(text))
    if not cursor.units:
        return None
    is_asking = is_question(plain)
    if is_asking and len(cursor.units) > _MAX_UNITS_OF_WISH:
        return None
    all_words = cursor.words
    lead = Lead(is_admitted=_cut_admission(cursor), is_agreed_but=is_next)
    pair = _read_lead(cursor, lead)
    found = _with_pair(lead, pair) if pair else _with_value(lead, cursor)
    if found is None:
        return None if is_asking else _with_slip_behind(text)
    if is_asking and not _asks_to_correct(lead, found):
        return None
    is_earlier = _says_earlier(all_words[: cursor.place] + all_words[len(cursor.words) :])
    return Correction(lead.slot, found[0], found[1], is_earlier)


def may_correct(text: str) -> bool:
    """Whether a message is short enough and has any word that corrections have."""
    return len(text) <= _MAX_CHARACTERS and bool(_cues().search(simplify(text).lower()))


def _with_slip_behind(text: str) -> Correction | None:
    """ "厚街写错了": the old value and that it was a slip, without a new one."""
    cursor = WordCursor(text, split_units(text))
    for place in range(1, min(len(cursor.units), _MAX_UNITS_OF_OLD + 1)):
        if cursor.follows_mark(place):
            return None
        if cursor.end_of("admission", place) == len(cursor.units):
            old = cursor.span(0, place)
            if not is_value_like(old) or words_of("papers") & set(cursor.words[:place]):
                return None
            is_earlier = _says_earlier(cursor.words[place:])
            return Correction("town" if find_town(old) else None, "", old, is_earlier)
    return None


def _asks_to_correct(lead: Lead, found: tuple[str, str]) -> bool:
    """Whether the words of asking belong to the correction ("能改一下电话吗")."""
    is_about_slip = lead.is_fix or (lead.is_admitted and not found[0])
    return is_about_slip and not is_question(simplify(found[0]).lower())


def _cut_admission(cursor: WordCursor) -> bool:
    """Take off what admits a slip behind the correction itself ("厚街，刚才说错了")."""
    for place in range(1, len(cursor.words)):
        if cursor.follows_mark(place) and cursor.end_of("admission", place) == len(cursor.words):
            cursor.cut(place)
            return True
    return False


def _read_lead(cursor: WordCursor, lead: Lead) -> Pair | None:
    """Go to the new value, noting what is said before; or return the pair found there."""
    for _ in range(_MAX_PARTS):
        _take_names(cursor, lead)
        while _take_plain_part(cursor, lead):
            _take_names(cursor, lead)
        pair = find_pair(cursor)
        if pair and _with_pair(lead, pair):
            return pair
        if not _take_part(cursor, lead):
            return None
        if lead.is_given or cursor.is_at_end:
            break
    return find_pair(cursor)


def _take_names(cursor: WordCursor, lead: Lead) -> None:
    """Go past what changes nothing and the name of a slot, unless a part of the lead is longer."""
    while True:
        slot = slot_at(cursor, cursor.place)
        if slot and lead.slot not in (None, slot.name):
            # A second name belongs to the value; the same one again ("单位错了，单位是 …") to this.
            slot = None
        longest = max((cursor.end_of(name, cursor.place) or 0 for name in _PARTS), default=0)
        around = cursor.end_of("around", cursor.place) or 0
        if slot and slot.end >= max(longest, around):
            lead.slot, lead.is_weak_slot, cursor.place = slot.name, slot.is_weak, slot.end
        elif around > longest:
            cursor.place = around
        else:
            return


def _take_plain_part(cursor: WordCursor, lead: Lead) -> bool:
    """Go past a part with which no pair of values begins: what was meant, what was a slip."""
    meant, admitted = (cursor.end_of(name, cursor.place) or 0 for name in ("mean", "admission"))
    if meant > admitted and cursor.take("mean"):
        lead.is_meant = True
    elif cursor.take("yes_but"):
        lead.is_agreed_but = True
    elif cursor.take("admission"):
        lead.is_admitted = True
    elif lead.slot and cursor.end_of("not_is", cursor.place) is None and cursor.take("wrong"):
        lead.is_wrong = True
    else:
        return False
    return True


def _take_part(cursor: WordCursor, lead: Lead) -> bool:
    """Go past one part of the lead and note what it says."""
    ends = {name: end for name in _PARTS if (end := cursor.end_of(name, cursor.place))}
    if not lead.slot:
        ends.pop("wrong", None)
        ends.pop("should", None)
    if not ends:
        return False
    name = max(ends, key=lambda part: ends[part])
    cursor.place = ends[name]
    if name == "wrong_before" and not slot_at(cursor, cursor.place):
        return False
    setattr(lead, _PARTS[name], True)
    if lead.is_fix and cursor.take("fix_all"):
        lead.is_fix_of_all = True
    return True


# List of phrases -> what it says; of lists with matches of one length the first counts.
_PARTS = {
    "become": "is_given",
    "mean": "is_meant",
    "should": "is_should",
    "wrong": "is_wrong",
    "admission": "is_admitted",
    "denial": "is_denied",
    "wrong_before": "is_wrong",
    "yes_but": "is_agreed_but",
    "fix": "is_fix",
}


def _with_pair(lead: Lead, pair: Pair) -> tuple[str, str] | None:
    if pair.is_sure:
        return pair.new, pair.old
    if not lead.is_sure and (lead.slot is None or lead.is_weak_slot):
        return None
    is_text = lead.slot in SLOTS_OF_TEXT and lead.slot != "employer"
    if not is_text and (is_narrative(pair.new) or is_narrative(pair.old)):
        return None
    return pair.new, pair.old


def _with_value(lead: Lead, cursor: WordCursor) -> tuple[str, str] | None:
    start = cursor.place
    has_is = cursor.take("is")
    has_no = cursor.words[start - 1 : start] and cursor.words[start - 1] in words_of("short_noes")
    cursor.skip("is")
    new = cursor.span(cursor.place, len(cursor.units))
    if lead.is_given and cursor.words[-1] in words_of("telling_ends"):
        return None
    if not new or _is_only_around(cursor):
        is_bare_fix = lead.is_fix and lead.slot is None and start >= len(cursor.units)
        return ("", "") if lead.stands_alone or is_bare_fix else None
    if lead.is_agreed_but and _is_taken_back(lead, new, bool(has_is)):
        return new, ""
    lead.is_apart = bool(has_is or has_no or cursor.follows_mark(start) or lead.is_should)
    if _is_acceptable(lead, new, len(cursor.units) - cursor.place):
        return new, ""
    if has_is and _begins_with_sorry(cursor) and is_value_like(new):
        return new, ""
    return None


def _is_taken_back(lead: Lead, new: str, has_is: bool) -> bool:
    """Whether a slot and its value follow an agreement or another correction."""
    is_named = has_is and (lead.slot == "employer" or lead.slot not in SLOTS_OF_TEXT)
    if lead.slot is None or (lead.is_weak_slot and not is_named):
        return False
    if lead.is_weak_slot and lead.slot == "employer":
        return is_value_like(new)
    return is_value_like(new) or (lead.slot == "employer" and has_is and not is_narrative(new))


def _is_acceptable(lead: Lead, new: str, length: int) -> bool:
    if lead.slot in SLOTS_OF_TEXT and (lead.is_given or lead.has_slot):
        if lead.slot == "employer" and (is_narrative(new) or not (lead.is_apart or lead.is_given)):
            return False
        return length <= _MAX_UNITS_OF_TEXT
    if length > _MAX_UNITS_OF_VALUE:
        return False
    if lead.is_given and lead.slot is None:
        return is_value_like(new)
    if lead.is_given or (lead.has_slot and lead.is_apart):
        return not is_narrative(new)
    if lead.has_slot or lead.is_admitted or lead.is_meant:
        return is_value_like(new)
    if lead.is_denied and is_plain_value(new):
        # Speech has no marks: "错了十一月十号".
        return True
    return (lead.is_denied or lead.is_fix) and lead.is_apart and is_value_like(new)


def _is_only_around(cursor: WordCursor) -> bool:
    place = cursor.place
    cursor.skip("around", "trailing", "denial", "admission")
    is_all = cursor.is_at_end
    cursor.place = place
    return is_all


def _begins_with_sorry(cursor: WordCursor) -> bool:
    return cursor.end_of("sorry", 0) is not None


def _says_earlier(words: list[str]) -> bool:
    earlier = phrases_of("earlier")
    return any(earlier.ends(words, place) for place in range(len(words)))


@cache
def _cues() -> re.Pattern[str]:
    return re.compile(load_book("corrections").rows["cues"])
