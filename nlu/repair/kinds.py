"""What a whole message does to the conversation itself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from nlu.repair.grammar import Choice, Key
from nlu.repair.phrase_book import load_book
from nlu.repair.questions import is_question
from nlu.repair.readings import Phrases, Repair, RepairKind, compiled_phrases, kind_of
from nlu.repair.sounds import sound_of, toned_sound_of
from nlu.repair.units import Unit, split_units
from nlu.repair.values import is_surname

# Nobody needs more than this to say it; longer messages are content.
_MAX_CHARACTERS = 240
_MAX_UNITS = 48
_MAX_UNITS_BY_SOUND = 12
_MAX_UNITS_WITH_TONES = 2
_MAX_UNITS_OF_NAME = 3
_MAX_UNITS_RUN_INTO = 3
_QUESTION_MARKS = ("?", "？")

# Kinds behind which people go on without a pause.
_RUN_ON = frozenset(
    {RepairKind.CANCEL, RepairKind.THANKS, RepairKind.WAIT, RepairKind.GREETING, RepairKind.SKIP}
)


def find_repair(text: str) -> RepairKind | None:
    """The kind when the whole message is that; fillers and politeness may stand around it.

    Several kinds in one message ("算了，再见") give the first in the order of the file;
    ACKNOWLEDGE only a message that does nothing else ("好的").
    """
    return _whole_of(text)


def has_more_than_repair(text: str) -> bool:
    """Whether the message begins with a repair phrase and something else follows."""
    units = split_units(text[:_MAX_CHARACTERS])
    if _whole_of(text):
        return False
    return _end_of_leading(units) is not None


def split_compound(text: str) -> tuple[RepairKind | None, str]:
    """A leading repair phrase and the content behind it: "算了，问一下年假几天" gives CANCEL and
    "问一下年假几天". A message that is repair only has no rest; "不知道，大概三个人吧" is an answer
    and comes back whole without a kind, like any other message."""
    units = split_units(text[:_MAX_CHARACTERS])
    whole = _whole_of(text)
    if whole:
        return whole, ""
    found = _end_of_leading(units)
    if found is None or found[1] is RepairKind.UNKNOWN:
        return None, text
    return found[1], text[units[found[0]].start :]


def _whole_of(text: str) -> RepairKind | None:
    if len(text) > _MAX_CHARACTERS:
        return None
    units = split_units(text)
    words = [unit.text for unit in units]
    if not 0 < len(words) <= _MAX_UNITS or _is_content(words):
        return None
    denied = _denied_stop(units)
    if denied is not None:
        return _read_denied(words, denied)
    best = Phrases(str).read(words).get((len(words), True))
    if best and kind_of(best) is RepairKind.CANCEL and _goes_on_after_all(words):
        return RepairKind.CONTINUE
    if best is None and _acknowledges(words):
        return None if text.rstrip().endswith(_QUESTION_MARKS) else RepairKind.ACKNOWLEDGE
    if best is None and _can_be_misheard(words):
        best = _read_misheard(words)
    return kind_of(best) if best else None


def _is_content(words: Sequence[str]) -> bool:
    """Whether words of repair mean something else here ("拖欠人工", "帮我查一下")."""
    content, going_on = _choice("no_repair"), _choice("going_on")
    if "".join(words) in _sounds_alike():
        return True
    led = {end for place in range(len(words)) for end in going_on.ends(words, place)}
    return any(content.ends(words, place) for place in range(len(words)) if place not in led)


def _denied_stop(units: Sequence[Unit]) -> range | None:
    """Where a no runs into a word of stopping; with a pause between ("不，取消") it does not."""
    words, denials = [unit.text for unit in units], _choice("not_stopping")
    for start in range(len(words)):
        for end in denials.ends(words, start):
            pairs = zip(units[start : end - 1], units[start + 1 : end], strict=True)
            if all(one.end == next_.start or next_.text.isascii() for one, next_ in pairs):
                return range(start, end)
    return None


def _read_denied(words: Sequence[str], denied: range) -> RepairKind | None:
    """ "不取消" goes on; "不跳过" is an answer, and "要不要取消" asks."""
    if is_question("".join(words)):
        return None
    noes = _noes()
    said = [word for place, word in enumerate(words) if place not in denied or word not in noes]
    best = Phrases(str).read(said).get((len(said), True))
    is_cancel = best is not None and kind_of(best) is RepairKind.CANCEL
    return RepairKind.CONTINUE if is_cancel else None


def _goes_on_after_all(words: Sequence[str]) -> bool:
    """Whether a message that gives something up ends with going on ("那算了，继续登记吧")."""
    given_up = Phrases(str).read(words)
    for place in range(len(words) - 1, 0, -1):
        rest = Phrases(str).read(words[place:]).get((len(words) - place, True))
        is_on = rest is not None and kind_of(rest) is RepairKind.CONTINUE
        before = given_up.get((place, True)) if is_on else None
        if before is not None and words[place - 1] not in _noes():
            return kind_of(before) is RepairKind.CANCEL
    return False


def _acknowledges(words: Sequence[str]) -> bool:
    """Whether all words only show that what was said has been heard."""
    said, ends = _choice("acknowledgements"), _choice("acknowledgement_ends")
    places = {0}
    for place in range(len(words)):
        if place in places:
            places |= said.ends(words, place) | (ends.ends(words, place) if place else set())
    return len(words) in places and not _hesitations().issuperset(words)


@cache
def _noes() -> frozenset[str]:
    return frozenset(map(str, load_book("phrases").rows["noes"]))


@cache
def _hesitations() -> frozenset[str]:
    return frozenset(load_book("phrases").rows["hesitation"])


@cache
def _choice(name: str) -> Choice:
    return load_book("phrases").choice(name)


def _can_be_misheard(words: Sequence[str]) -> bool:
    """Short enough to be compared by sound, no name of a person or other known words."""
    if len(words) == 1:
        return words[0].isascii() and words[0].isalpha()
    if len(words) <= _MAX_UNITS_OF_NAME and is_surname(words[0]):
        return False
    return len(words) <= _MAX_UNITS_BY_SOUND


def _read_misheard(words: list[str]) -> Repair | None:
    """The reading with one unit replaced by another of its sound; in short messages of its tone."""
    sounds = [sound_of(word) for word in words]
    if (len(words), True) not in Phrases(sound_of).read(sounds):
        return None
    key = toned_sound_of if len(words) <= _MAX_UNITS_WITH_TONES else sound_of
    sure = _sure_places(words)
    for place, word in enumerate(words):
        if place in sure:
            continue
        for meant in _homophones(key).get(key(word), ()):
            changed = [*words[:place], meant, *words[place + 1 :]]
            best = Phrases(str).read(changed).get((len(words), True))
            if best:
                return best
    return None


def _sure_places(words: Sequence[str]) -> set[int]:
    """The places of words that stand for themselves, whatever sounds like them."""
    choice = _choice("sure_words")
    return {
        inside
        for start in range(len(words))
        for end in choice.ends(words, start)
        for inside in range(start, end)
    }


@cache
def _homophones(key: Key) -> dict[str, list[str]]:
    compiled_phrases(str)
    by_sound: dict[str, list[str]] = {}
    for unit in sorted(load_book("phrases").grammar.vocabulary):
        by_sound.setdefault(key(unit), []).append(unit)
    return by_sound


@cache
def _sounds_alike() -> frozenset[str]:
    return frozenset(load_book("phrases").rows["sounds_alike"])


def _end_of_leading(units: Sequence[Unit]) -> tuple[int, RepairKind] | None:
    """The place behind the longest leading repair phrase that content can follow, and its kind."""
    words = [unit.text for unit in units[:_MAX_UNITS]]
    if _denied_stop(units):
        return None
    starts = _choice("content_starts")
    places = [
        (place, repair)
        for (place, is_closed), repair in Phrases(str).read(words).items()
        if is_closed and place < len(units)
        if units[place].follows_mark or (kind_of(repair) in _RUN_ON and starts.ends(words, place))
    ]
    if not places:
        return None
    place, repair = max(places, key=lambda found: (found[1].covered, -found[0]))
    return _start_of_content(words, place), kind_of(repair)


def _start_of_content(words: Sequence[str], place: int) -> int:
    """``place``, or before it where content begins that the phrase ran into ("等一下|我想问")."""
    starts = _choice("content_starts")
    for start in range(max(1, place - _MAX_UNITS_RUN_INTO), place):
        if max(starts.ends(words, start), default=0) > place:
            return start
    return place
