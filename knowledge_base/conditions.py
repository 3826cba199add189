"""Conditions that one text of an entry states and another one lacks.

A text may leave out details, but not turn a rule into another one: "all or part" into "all", "or"
into "and", "normally" into "always", a period without its start. This check cannot judge; it shows
pairs of texts that differ in their conditions to a reader, who mends the entry or notes why the
difference is none in ``reviewed_conditions.yaml``. A note holds for exactly these two texts.
"""

from __future__ import annotations

import calendar
import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from config.yaml_files import read_yaml
from core.errors import ContentError
from knowledge_base.cantonese import countable
from knowledge_base.entry import CANTONESE, Entry
from knowledge_base.numbers import numbers_in
from knowledge_base.rendering import figure_places, fill

WORDS_FILE = Path(__file__).with_name("condition_words.toml")
REVIEWED_FILE = "reviewed_conditions.yaml"
LENGTHS = ("spoken", "text", "full")
# "One" is a counting word in both languages: 一个, "one of"; English has many words for a half.
_NO_CLAIM = frozenset({Decimal(1), Decimal("0.5")})
_MONTHS = {name: Decimal(number) for number, name in enumerate(calendar.month_name) if number}
_HALF_YEAR = re.compile(r"\bhalf(?: a| of the|-| the)? ?year", re.IGNORECASE)
# The kinds of condition in each clause that a number stands in.
_Marks: TypeAlias = set[frozenset[str]]
_AT_MOST, _AT_LEAST = "at_most", "at_least"
# Kinds that a short text may not leave out where a longer one has them.
_BINDING = frozenset({"working_day", "same_employer", "part"})
_CLAUSE_END = {"zh": re.compile(r"[，。；：、！？]"), "en": re.compile(r"[,.;:!?](?=\s|$)")}


@dataclass(frozen=True, order=True)
class Difference:
    """Two texts of one entry (``spoken.zh``, ``text.en`` ...) that differ in a kind of condition.

    ``detail`` says what is where. ``digest`` names exactly these two texts.
    """

    topic: str
    first: str
    second: str
    kind: str
    detail: str
    digest: str

    @property
    def name(self) -> str:
        """How the list of reviewed differences names it."""
        return f"{self.topic} {self.first}/{self.second} {self.kind} {self.digest}"


def list_differences(entry: Entry) -> list[Difference]:
    """All differences in conditions between the languages and lengths of an entry, sorted."""
    return sorted({*_between_languages(entry), *_between_lengths(entry)})


def list_unreviewed(
    entries: Iterable[Entry], folder: Path
) -> tuple[list[Difference], frozenset[str]]:
    """Differences that nobody has judged yet, and judged ones that are no more.

    Raises ContentError for a wrong list.
    """
    reviewed = read_reviewed(folder / REVIEWED_FILE)
    found = {one.name: one for entry in entries for one in list_differences(entry)}
    unreviewed = [one for name, one in found.items() if name not in reviewed]
    return unreviewed, frozenset(reviewed.keys() - found.keys())


def read_reviewed(file: Path) -> Mapping[str, str]:
    """The judged differences with the reader's reason; empty when there is no list."""
    if not file.is_file():
        return {}
    raw = read_yaml(file) or {}
    if not isinstance(raw, dict):
        raise ContentError(f"{file.name}: must be a mapping of differences to reasons.")
    for name, reason in raw.items():
        if not isinstance(reason, str) or not reason.strip():
            raise ContentError(f"{file.name}: {name}: the reason is missing.")
    return raw


def _between_languages(entry: Entry) -> Iterator[Difference]:
    """Kinds of conditions and numbers that only one language of the same length has."""
    yield from _between_mandarin_and_cantonese(entry)
    for length in LENGTHS:
        zh, en = (_bare(getattr(entry, length)[language]) for language in ("zh", "en"))
        for kind, words in _words()["between_languages"].items():
            if _has(words["zh"], zh) and not _has(words["en"], en):
                found = re.search(words["zh"], zh)
                detail = f"{found[0] if found else ''} has no match in English"
                yield _difference(entry, (f"{length}.zh", f"{length}.en"), kind, detail)
        lacking = _lacking(zh, en)
        if lacking:
            yield _difference(entry, (f"{length}.zh", f"{length}.en"), "number", lacking)


def _between_mandarin_and_cantonese(entry: Entry) -> Iterator[Difference]:
    """The same of what is said in Cantonese, in both directions: it is the Mandarin answer in other
    words, so its numbers are the very same."""
    if CANTONESE not in entry.spoken:
        return
    fields = ("spoken.zh", f"spoken.{CANTONESE}")
    zh, cantonese = _bare(entry.spoken["zh"]), countable(_bare(entry.spoken[CANTONESE]))
    for kind, words in _words()["mandarin_and_cantonese"].items():
        in_zh, in_cantonese = re.search(words["zh"], zh), re.search(words[CANTONESE], cantonese)
        if in_zh and not in_cantonese:
            yield _difference(entry, fields, kind, f"{in_zh[0]} has no match in Cantonese")
        if in_cantonese and not in_zh and not words.get("one_way"):
            yield _difference(entry, fields, kind, f"{in_cantonese[0]} has no match in Mandarin")
    for number in sorted(numbers_in(zh) ^ numbers_in(cantonese)):
        language = "Mandarin" if number in numbers_in(zh) else "Cantonese"
        yield _difference(entry, fields, "number", f"{number} in {language} only")


def _lacking(zh: str, en: str) -> str:
    """Which numbers stand in one language only; years and months count as the same."""
    in_zh, in_en = _claims(zh), _claims(en)
    only_zh = sorted(n for n in in_zh if not _same(n, in_en))
    only_en = sorted(n for n in in_en if not _same(n, in_zh))
    said = []
    if only_zh:
        said.append(f"{', '.join(map(str, only_zh))} in Chinese only")
    if only_en:
        said.append(f"{', '.join(map(str, only_en))} in English only")
    return "; ".join(said)


def _claims(words: str) -> frozenset[Decimal]:
    """The numbers that a text claims; English months by name count by number, as 6月 does."""
    months = {number for name, number in _MONTHS.items() if re.search(rf"\b{name}\b", words)}
    half_year = {Decimal(6)} if _HALF_YEAR.search(words) else set()
    return (numbers_in(words) | months | half_year) - _NO_CLAIM


def _same(number: Decimal, others: frozenset[Decimal]) -> bool:
    ways = {number, number * 12, number / 12, number * 100, number / 100}
    return bool(ways & others)


def _between_lengths(entry: Entry) -> Iterator[Difference]:
    """Numbers on which two lengths of one language state conditions that do not go together."""
    for language in ("zh", "en"):
        clauses = {
            length: _conditions_by_number(_bare(getattr(entry, length)[language]), language)
            for length in LENGTHS
        }
        for first, second in (("spoken", "text"), ("text", "full"), ("spoken", "full")):
            for number in sorted(clauses[first].keys() & clauses[second].keys()):
                detail = _contradiction(clauses[first][number], clauses[second][number])
                if detail:
                    fields = (f"{first}.{language}", f"{second}.{language}")
                    yield _difference(entry, fields, f"at {number}", detail)


def _contradiction(first: _Marks, second: _Marks) -> str:
    """What one text always says of a number and the other never; empty when they go together.

    A limit may be left out in a short text, but "at most" may not become "at least".
    """
    for kind in sorted(_BINDING):
        if _always(kind, first) != _always(kind, second) and not (
            _ever(kind, first) and _ever(kind, second)
        ):
            return f"{kind} in {'the first' if _ever(kind, first) else 'the second'} only"
    for one, other in ((_AT_MOST, _AT_LEAST), (_AT_LEAST, _AT_MOST)):
        if _only(one, other, first) and _only(other, one, second):
            return f"{one} against {other}"
    return ""


def _always(kind: str, marks: _Marks) -> bool:
    return all(kind in clause for clause in marks)


def _ever(kind: str, marks: _Marks) -> bool:
    return any(kind in clause for clause in marks)


def _only(kind: str, never: str, marks: _Marks) -> bool:
    return _always(kind, marks) and not _ever(never, marks)


def _conditions_by_number(words: str, language: str) -> dict[Decimal, _Marks]:
    """For each number the kinds of condition in each clause that it stands in."""
    kinds = _words()["between_lengths"][language]
    found: dict[Decimal, _Marks] = {}
    for clause in _CLAUSE_END[language].split(words):
        marks = frozenset(kind for kind, pattern in kinds.items() if _has(pattern, clause))
        for number in _claims(clause):
            found.setdefault(number, set()).add(marks)
    return found


def _difference(entry: Entry, fields: tuple[str, str], kind: str, detail: str) -> Difference:
    texts = []
    for field in fields:
        length, language = field.split(".")
        texts.append(getattr(entry, length)[language])
    digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:8]
    return Difference(entry.topic, *fields, kind, detail, digest)


def _bare(words: str) -> str:
    """The words with figures as a neutral letter: their values are the same everywhere."""
    return fill(words, dict.fromkeys(figure_places(words), "X"))


def _has(pattern: str, words: str) -> bool:
    return re.search(pattern, words, re.IGNORECASE) is not None


@cache
def _words() -> Mapping[str, Any]:
    with WORDS_FILE.open("rb") as file:
        return tomllib.load(file)
