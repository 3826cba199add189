"""Putting right what was misheard or mistyped, by the runs of characters in the samples.

A noisy channel: what was written may stand for another character of the same sound, may have been
swapped with its neighbour, typed twice, or have lost one before it. The reading that the samples'
runs of one to three characters make likelier, by more than such a mistake is rare, is taken. Only
places whose pairs of characters stand in no sample are looked at, so what is usual is left alone.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf, log
from typing import TypeVar

from nlu.embedded.features import sound_of

K = TypeVar("K")
V = TypeVar("V")
_RUN = re.compile(r"[\u3400-\u9fff]+")
_LATIN_WORD = re.compile(r"[a-z]{4,}")
_EDGE = "#"
_NOTHING: Mapping[str, None] = {}
# Two mistakes are looked for only in words of at least so many letters.
_LONG_WORD = 6
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_MIN_TRIGRAMS = 2
_MAX_INSERTED = 2
_LONGEST = 400
_MAX_REMEMBERED = 50_000
# How much likelier (in nats) a text must become for a mistake to be assumed.
_COSTS = {"sound": 6.0, "swap": 6.0, "twice": 5.0, "lost": 8.0}
_SHARES = (0.6, 0.3, 0.1)


class _Remembered(dict[K, V]):
    """What a function gave, kept for the next time; begun anew when it grows too large."""

    def __init__(self, function: Callable[[K], V]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, key: K) -> V:
        value = self._function(key)
        if len(self) >= _MAX_REMEMBERED:
            self.clear()
        self[key] = value
        return value


@dataclass(frozen=True)
class Spelling:
    """How often runs of one to three characters, and Latin words, stand in the samples.

    ``real_words`` are words of the language, which stand for nothing else though no sample has
    them: "failing" is no mistake for "filing".
    """

    grams: dict[str, int]
    words: dict[str, int]
    real_words: tuple[str, ...] = ()

    @classmethod
    def fit(
        cls, texts: Iterable[str], known_words: Iterable[str], real_words: Iterable[str] = ()
    ) -> Spelling:
        """Count simplified texts; ``known_words`` are right whether they stand in one or not, and
        may be what others are mistakes for; ``real_words`` are only left alone."""
        grams: Counter[str] = Counter()
        words: Counter[str] = Counter()
        for text in texts:
            for run in _RUN.findall(text):
                edged = f"{_EDGE}{run}{_EDGE}"
                for n in (1, 2, 3):
                    grams.update(edged[i : i + n] for i in range(len(edged) - n + 1))
            words.update(_LATIN_WORD.findall(text.lower()))
        for word in known_words:
            words.update(_LATIN_WORD.findall(word))
            for n in (1, 2, 3):
                grams.update(word[i : i + n] for i in range(len(word) - n + 1) if _RUN.match(word))
        stored = {g: c for g, c in grams.items() if len(g) < 3 or c >= _MIN_TRIGRAMS}
        return cls(stored, dict(words), tuple(sorted(real_words)))

    def correct(self, text: str) -> str:
        """The text with likely mistakes put right, its first 400 characters at most."""
        head, rest = text[:_LONGEST], text[_LONGEST:]
        head = _RUN.sub(lambda match: self._correct_run(match[0]), head)
        return _LATIN_WORD.sub(lambda match: self._correct_word(match[0]), head.lower()) + rest

    def _correct_run(self, run: str) -> str:
        written = f"{_EDGE}{run}{_EDGE}"
        place = 1
        while place < len(written) - 1:
            if self._is_odd(written, place):
                written = self._likeliest(written, place)
            place += 1
        return written[1:-1]

    def _likeliest(self, written: str, place: int) -> str:
        """The likeliest reading at a place, over the characters that differ and two after."""
        best, gain = written, 0.0
        as_written: float | None = None
        for changed, cost in self._readings(written, place):
            if as_written is None:
                as_written = self._likelihood(written, place, place + 4)
            stop = place + 4 + len(changed) - len(written)
            needed = as_written + cost + gain
            likelihood = self._likelihood(changed, place, stop, needed)
            if likelihood > needed:
                best, gain = changed, likelihood - as_written - cost
        return best

    def _is_odd(self, written: str, place: int) -> bool:
        before, after = written[place - 1 : place + 1], written[place : place + 2]
        return before not in self.grams or after not in self.grams

    def _readings(self, written: str, place: int) -> Iterator[tuple[str, float]]:
        """What may have been meant at a place, with the cost of the mistake."""
        head, here, tail = written[:place], written[place], written[place + 1 :]
        grams = self.grams
        if head[-1] + here not in grams and here + tail[0] not in grams:
            # The neighbour may be wrong too: one known pair is enough.
            followers = self._after.get(head[-1], _NOTHING)
            leaders = self._before.get(tail[0], _NOTHING)
            for other in self._by_sound.get(sound_of(here), ()):
                if other in followers or other in leaders:
                    yield head + other + tail, _COSTS["sound"]
        if tail[0] != _EDGE and tail[0] + here in grams:
            yield head + tail[0] + here + tail[1:], _COSTS["swap"]
        if here == head[-1] and here + here not in grams and here + tail[0] in grams:
            yield head + tail, _COSTS["twice"]
        if head[-1] + here not in grams:
            for lost in self._between[head[-1] + here]:
                yield head + lost + here + tail, _COSTS["lost"]

    def _likelihood(self, text: str, start: int, stop: int, needed: float = -inf) -> float:
        """The logarithm of how likely a stretch is; less is looked at once it is below ``needed``,
        because each further character can only make it less likely."""
        chances = self._chances
        total = 0.0
        for i in range(start, min(stop, len(text))):
            total += chances[text[i - 2 if i > 1 else 0 : i + 1]]
            if total < needed:
                break
        return total

    @cached_property
    def _chances(self) -> _Remembered[str, float]:
        return _Remembered(self._chance)

    def _chance(self, run: str) -> float:
        """The logarithm of how likely the last of two or three characters is after the others."""
        count, (of_three, of_two, of_one) = self.grams.get, _SHARES
        chance = of_one * (count(run[-1], 0) + 0.5) / self._total
        pairs = count(run[-2:])
        if pairs:
            chance += of_two * pairs / (count(run[-2], 0) + 1)
            if len(run) > 2 and (triples := count(run)):
                chance += of_three * triples / (count(run[:2], 0) + 1)
        return log(chance)

    @cached_property
    def _between(self) -> _Remembered[str, tuple[str, ...]]:
        return _Remembered(self._rank_between)

    def _rank_between(self, pair: str) -> tuple[str, ...]:
        grams, before, here = self.grams, pair[0], pair[1]
        if before == _EDGE:
            return ()
        both = self._after.get(before, {}).keys() & self._before.get(here, {}).keys()
        likely = sorted((-grams[before + c] * grams[c + here], c) for c in both if c != _EDGE)
        return tuple(c for _, c in likely[:_MAX_INSERTED])

    def _correct_word(self, word: str) -> str:
        if word in self._left_alone:
            return word
        known = [w for w in _one_edit_away(word) if w in self.words]
        if not known and len(word) >= _LONG_WORD:
            alike = [
                w for w in self._words_by_letter.get(word[0], ()) if abs(len(w) - len(word)) <= 2
            ]
            known = [w for w in alike if len(w) >= _LONG_WORD - 1 and _edits(word, w) <= 2]
        return max(known, key=lambda w: (self.words[w], w)) if known else word

    @cached_property
    def _left_alone(self) -> frozenset[str]:
        return frozenset(self.words).union(self.real_words)

    @cached_property
    def _words_by_letter(self) -> dict[str, list[str]]:
        by_letter: dict[str, list[str]] = defaultdict(list)
        for word in self.words:
            by_letter[word[0]].append(word)
        return by_letter

    @cached_property
    def _total(self) -> int:
        return sum(count for gram, count in self.grams.items() if len(gram) == 1)

    @cached_property
    def _by_sound(self) -> dict[str, list[str]]:
        by_sound: dict[str, list[str]] = defaultdict(list)
        for gram in self.grams:
            if len(gram) == 1 and gram != _EDGE:
                by_sound[sound_of(gram)].append(gram)
        return by_sound

    @cached_property
    def _after(self) -> dict[str, dict[str, None]]:
        return self._neighbours(0, 1)

    @cached_property
    def _before(self) -> dict[str, dict[str, None]]:
        return self._neighbours(1, 0)

    def _neighbours(self, key: int, value: int) -> dict[str, dict[str, None]]:
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for gram in self.grams:
            if len(gram) == 2:
                found[gram[key]][gram[value]] = None
        return found


def _one_edit_away(word: str) -> Sequence[str]:
    parts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    left_out = [a + b[1:] for a, b in parts if b]
    swapped = [a + b[1] + b[0] + b[2:] for a, b in parts if len(b) > 1]
    # A first letter is seldom the wrong one, and "eight" is no "night".
    replaced = [a + letter + b[1:] for a, b in parts if a and b for letter in _LETTERS]
    added = [a + letter + b for a, b in parts for letter in _LETTERS]
    return left_out + swapped + replaced + added


def _edits(a: str, b: str) -> int:
    """How many letters were left out, added, replaced or swapped with a neighbour."""
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        row = [i]
        for j, y in enumerate(b, start=1):
            edits = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y))
            if before and j > 1 and x == b[j - 2] and a[i - 2] == y:
                edits = min(edits, before[j - 2] + 1)
            row.append(edits)
        before, last = last, row
    return last[-1]
