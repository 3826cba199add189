"""The messages that the model learns from: the lists, ordinary messages and ``examples.yaml``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from random import Random
from typing import Any

from config.yaml_files import read_yaml
from nlu.danger.kinds import DangerKind
from nlu.training import TRAINING_FOLDER

_EXAMPLES_FILE = Path(__file__).parent / "examples.yaml"
_SHARE_OPENED = 0.4
_SHARE_PLEADED = 0.5
_SHARE_MIXED = 0.2
_SHARE_PAST = 0.2
_SHARE_ORDINARY_DRESSED = 0.3


class Source(IntEnum):
    """``LISTED`` are dangers and what resembles them, ``ORDINARY`` and ``SHORT`` what is said every
    day, ``MADE`` what is put together of clauses."""

    LISTED = 0
    ORDINARY = 1
    MADE = 2
    SHORT = 3


@dataclass(frozen=True)
class Example:
    """A message and its kind of danger, None for a harmless one; who wrote it, empty where the
    signs were made from it or many did."""

    text: str
    kind: DangerKind | None
    source: Source
    author: str = ""


def list_listed(folder: Path) -> list[Example]:
    """``dangers.yaml``, ``harmless.yaml``, ``ordinary.yaml`` and
    ``messages/*.tsv`` of a folder."""
    kinds = {**{kind.value: kind for kind in DangerKind}, "held": DangerKind.VIOLENCE}
    return [
        *(
            Example(m.text, kinds.get(m.kind), Source.LISTED, m.author)
            for m in read_messages(folder / "messages")
        ),
        *(Example(t, kinds[k], Source.LISTED) for k, t in _read_list(folder / "dangers.yaml")),
        *(Example(t, None, Source.LISTED) for _, t in _read_list(folder / "harmless.yaml")),
        *(Example(t, None, Source.SHORT) for t in _walk(read_yaml(folder / "ordinary.yaml"))),
    ]


@dataclass(frozen=True)
class Message:
    """One line of ``messages/*.tsv``: ``kind`` is a kind of danger, ``held``, or ``none`` for a
    harmless message (``ordinary`` for one that resembles no danger); ``author`` names the file."""

    author: str
    kind: str
    language: str
    channel: str
    text: str


def read_messages(folder: Path) -> Iterator[Message]:
    """The messages that independent authors wrote, one file an author. The columns are label, kind,
    language, channel and text."""
    for path in sorted(folder.glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            _label, kind, language, channel, text = line.split("\t")
            yield Message(path.stem, kind, language, channel, text)


def list_ordinary(entries: Path) -> list[Example]:
    """Sample questions of the knowledge base and of ``nlu/training``."""
    texts = list(_read_ordinary(entries))
    return [Example(text, None, Source.ORDINARY) for text in dict.fromkeys(texts)]


def make_examples(
    harmless: Sequence[str], ordinary: Sequence[str], chance: Random
) -> list[Example]:
    """The clauses of ``examples.yaml``, alone and as they are said: opened, pleaded with, amid
    ordinary matters; told as the past they are harmless."""
    table = read_yaml(_EXAMPLES_FILE)
    maker = _Maker(table, ordinary, chance)
    made = list(maker.make_dangers())
    made += [Example(text, None, Source.MADE) for text in maker.make_harmless()]
    said = [*harmless, *(o for o in ordinary if chance.random() < _SHARE_ORDINARY_DRESSED)]
    made += [Example(maker.dress(t, _language(t)), None, Source.MADE) for t in said]
    return made


class _Maker:
    def __init__(self, table: dict[str, Any], ordinary: Sequence[str], chance: Random):
        self._table = table
        self._chance = chance
        chinese = [text for text in ordinary if not text.isascii()]
        english = [text for text in ordinary if text.isascii()]
        self._ordinary = {"zh": chinese, "yue": chinese, "en": english}

    def make_dangers(self) -> Iterator[Example]:
        """Each dangerous clause alone and said; some of them told as the past."""
        for kind, languages in self._table["dangers"].items():
            for language, clauses in languages.items():
                for clause in clauses:
                    yield Example(clause, DangerKind(kind), Source.MADE)
                    yield Example(self.dress(clause, language), DangerKind(kind), Source.MADE)
                    if self._chance.random() < _SHARE_PAST:
                        yield Example(self._narrates_past(clause, language), None, Source.MADE)

    def make_harmless(self) -> Iterator[str]:
        """Each harmless clause alone and said."""
        for language, clauses in self._table["harmless"].items():
            for clause in clauses:
                yield clause
                yield self.dress(clause, language)

    def dress(self, clause: str, language: str) -> str:
        """A clause with what people say before and after it."""
        parts = [clause]
        if self._chance.random() < _SHARE_OPENED:
            parts.insert(0, self._choose("openings", language))
        if self._chance.random() < _SHARE_PLEADED:
            parts.append(self._choose("pleas", language))
        if self._chance.random() < _SHARE_MIXED:
            place = self._chance.randrange(len(parts) + 1)
            parts.insert(place, self._chance.choice(self._ordinary[language]))
        return (" " if language == "en" else "，").join(parts)

    def _narrates_past(self, clause: str, language: str) -> str:
        past, question = self._choose("past", language), self._choose("questions", language)
        return f"{past} {clause}, {question}" if language == "en" else f"{past}{clause}，{question}"

    def _choose(self, part: str, language: str) -> str:
        choices: list[str] = self._table[part][language]
        return self._chance.choice(choices)


def _language(text: str) -> str:
    return "en" if text.isascii() else "zh"


def _read_list(path: Path) -> Iterator[tuple[str, str]]:
    for groups in read_yaml(path).values():
        for expected, languages in groups.items():
            for texts in languages.values():
                for text in texts:
                    yield expected, text


def _read_ordinary(entries: Path) -> Iterator[str]:
    for path in sorted(entries.glob("*/*.yaml")):
        yield from _walk(read_yaml(path).get("samples", []))
    for path in sorted(TRAINING_FOLDER.glob("*.yaml")):
        yield from _walk(read_yaml(path))


def _walk(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _walk(list(value.values()))
    elif isinstance(value, list):
        for child in value:
            yield from _walk(child)
