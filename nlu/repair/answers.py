"""Yes and no as people say them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from nlu.embedded.normalising import simplify
from nlu.repair.grammar import Choice
from nlu.repair.phrase_book import load_book
from nlu.repair.questions import is_question
from nlu.repair.several import find_correction
from nlu.repair.units import Unit, split_units

_MAX_CHARACTERS = 240
# The order decides between words of one length.
_LISTS = ("neither", "no", "yes", "around")


@dataclass(frozen=True)
class _Opening:
    """The words of yes and no with which a message begins; other words follow from ``end`` on."""

    signs: tuple[tuple[bool, str], ...]
    end_of_signs: int
    end: int

    @property
    def answer(self) -> bool | None:
        """The last word counts; after a no only one that says that all is right is a yes."""
        if not self.signs:
            return None
        is_yes, word = self.signs[-1]
        has_no = any(not said for said, _ in self.signs)
        if is_yes and has_no:
            return True if word in _words("right") else None
        return is_yes


def read_yes_no(text: str) -> bool | None:
    """True or False when the message answers so, None when it says neither.

    A correction behind a yes or a no makes it False ("对，但是人数是五个"); a question or
    other words that are not parted from it make it None ("可以申请工伤吗", "对方不给钱").
    """
    if len(text) > _MAX_CHARACTERS:
        return None
    units = split_units(text)
    words = [unit.text for unit in units]
    opening = _read_opening(words)
    if opening is None:
        return None
    if not opening.signs:
        return False if _finds_no(words) and find_correction(text) else None
    if opening.end == len(units):
        is_asking = text.rstrip().endswith(("?", "？")) and opening.signs[-1][0]
        return None if is_asking else opening.answer
    if find_correction(text):
        return False
    if is_question(simplify(text).lower()):
        return None
    return _with_rest(units, words, opening)


def _with_rest(units: Sequence[Unit], words: Sequence[str], opening: _Opening) -> bool | None:
    is_apart = any(unit.follows_mark for unit in units[opening.end_of_signs : opening.end + 1])
    if _choice("contrast").ends(words, opening.end):
        rest = _read_opening(words[opening.end + 1 :])
        has_no = _finds_no(words[opening.end :]) or bool(rest and rest.answer is False)
        return False if has_no else None
    if opening.answer and {word for _, word in opening.signs} <= _words("weak") | _words("aside"):
        return None
    if is_apart and words[opening.end] not in _words("topic_shift"):
        return opening.answer
    return True if opening.answer and _is_joined(words, opening.end) else None


def _is_joined(words: Sequence[str], place: int) -> bool:
    """Whether a plain yes runs into the words behind it as people say them ("是的我要登记")."""
    joined = _choice("joined")
    return any(max(joined.ends(words, start), default=0) > place for start in range(place))


def _finds_no(words: Sequence[str]) -> bool:
    return any(_choice("denied").ends(words, place) for place in range(len(words)))


def _read_opening(words: Sequence[str]) -> _Opening | None:
    """The signs up to the first other word; None when one of ``neither`` is before it."""
    place, end_of_signs = 0, 0
    signs: list[tuple[bool, str]] = []
    while place < len(words):
        found = [(max(ends), name) for name in _LISTS if (ends := _choice(name).ends(words, place))]
        if not found:
            break
        end, name = max(found, key=lambda match: match[0])
        if name == "neither" and signs and _choice("contrast").ends(words, place):
            break
        if name == "neither":
            return None
        if name != "around":
            signs.append((name == "yes", _joined(words[place:end])))
            end_of_signs = end
        place = end
    return _Opening(tuple(signs), end_of_signs, place)


def _joined(words: Sequence[str]) -> str:
    return (" " if words[0].isascii() else "").join(words)


@cache
def _choice(name: str) -> Choice:
    return load_book("answers").choice(name)


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(map(str, load_book("answers").rows[name]))
