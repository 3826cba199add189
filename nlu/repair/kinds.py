"""What a whole message does to the conversation itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from nlu.repair.grammar import Choice, Key
from nlu.repair.phrase_book import load_book
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


# Kinds behind which people go on without a pause.
_RUN_ON = frozenset(
    {RepairKind.CANCEL, RepairKind.THANKS, RepairKind.WAIT, RepairKind.GREETING, RepairKind.SKIP}
)


@dataclass(frozen=True, order=True)
class Reading:
    """Phrases found in a row from the start: the better one is greater."""

    covered: int = 0
    negative_count: int = 0
    rank: int = -99

    def with_core(self, length: int, rank: int) -> Reading:
        """The reading with one more phrase of repair behind it."""
        return Reading(self.covered + length, self.negative_count - 1, max(self.rank, rank))


_Places = dict[tuple[int, bool], Reading]


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
    words = [unit.text for unit in split_units(text)]
    if not 0 < len(words) <= _MAX_UNITS or _is_content(words):
        return None
    best = _Phrases(str).read(words).get((len(words), True))
    if best is None and _acknowledges(words):
        return None if text.rstrip().endswith(_QUESTION_MARKS) else RepairKind.ACKNOWLEDGE
    if best is None and _can_be_misheard(words):
        best = _read_misheard(words)
    return _kinds()[-best.rank] if best else None


def _is_content(words: Sequence[str]) -> bool:
    """Whether words of repair mean something else here ("拖欠人工", "帮我查一下")."""
    content = _choice("no_repair")
    if "".join(words) in _sounds_alike():
        return True
    return any(content.ends(words, place) for place in range(len(words)))


def _acknowledges(words: Sequence[str]) -> bool:
    """Whether all words only show that what was said has been heard."""
    said, ends = _choice("acknowledgements"), _choice("acknowledgement_ends")
    places = {0}
    for place in range(len(words)):
        if place in places:
            places |= said.ends(words, place) | (ends.ends(words, place) if place else set())
    return len(words) in places and not _hesitations().issuperset(words)


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


def _read_misheard(words: list[str]) -> Reading | None:
    """The reading with one unit replaced by another of its sound; in short messages of its tone."""
    sounds = [sound_of(word) for word in words]
    if (len(words), True) not in _Phrases(sound_of).read(sounds):
        return None
    key = toned_sound_of if len(words) <= _MAX_UNITS_WITH_TONES else sound_of
    sure = _sure_places(words)
    for place, word in enumerate(words):
        if place in sure:
            continue
        for meant in _homophones(key).get(key(word), ()):
            changed = [*words[:place], meant, *words[place + 1 :]]
            best = _Phrases(str).read(changed).get((len(words), True))
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
    _compiled(str)
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
    starts = _choice("content_starts")
    places = [
        (place, reading)
        for (place, is_closed), reading in _Phrases(str).read(words).items()
        if is_closed and place < len(units)
        if units[place].follows_mark
        or (_kinds()[-reading.rank] in _RUN_ON and starts.ends(words, place))
    ]
    if not places:
        return None
    place, reading = max(places, key=lambda found: (found[1].covered, -found[0]))
    return _start_of_content(words, place), _kinds()[-reading.rank]


def _start_of_content(words: Sequence[str], place: int) -> int:
    """``place``, or before it where content begins that the phrase ran into ("等一下|我想问")."""
    starts = _choice("content_starts")
    for start in range(max(1, place - _MAX_UNITS_RUN_INTO), place):
        if max(starts.ends(words, start), default=0) > place:
            return start
    return place


@cache
def _kinds() -> tuple[RepairKind, ...]:
    return tuple(RepairKind(name) for name in load_book("phrases").rows["order"])


class _Phrases:
    """The phrases of repair under one way to compare units."""

    def __init__(self, key: Key) -> None:
        self._cores, self._before, self._after = _compiled(key)

    def read(self, units: Sequence[str]) -> _Places:
        """The best reading up to each place. A place is closed once a phrase of repair is before
        it: every unit up to there belongs to one, or stands around one."""
        places: _Places = {(0, False): Reading()}
        for start in range(len(units)):
            for is_closed in (False, True):
                reading = places.get((start, is_closed))
                if reading is None:
                    continue
                self._extend(places, units, start, is_closed)
        return places

    def _extend(self, places: _Places, units: Sequence[str], start: int, is_closed: bool) -> None:
        reading = places[start, is_closed]
        for rank, core in self._cores.get(units[start], ()):
            for end in core.ends(units, start):
                _keep(places, (end, True), reading.with_core(end - start, rank))
        around = self._after if is_closed else self._before
        for end in around.ends(units, start):
            _keep(places, (end, is_closed), reading)
        if is_closed:
            for end in self._before.ends(units, start):
                _keep(places, (end, True), reading)


def _keep(places: _Places, place: tuple[int, bool], reading: Reading) -> None:
    known = places.get(place)
    if known is None or known < reading:
        places[place] = reading


_Cores = dict[str, tuple[tuple[int, Choice], ...]]


@cache
def _compiled(key: Key) -> tuple[_Cores, Choice, Choice]:
    book = load_book("phrases", key)
    by_first: dict[str, list[tuple[int, Choice]]] = {}
    kinds = book.choices("kinds")
    for rank, kind in enumerate(_kinds()):
        for first in kinds[kind].firsts():
            by_first.setdefault(first, []).append((-rank, kinds[kind]))
    return (
        {first: tuple(cores) for first, cores in by_first.items()},
        book.choice("before"),
        book.choice("after"),
    )
