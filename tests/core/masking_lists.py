"""The lists by which masking is measured."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from core.masking import mask_personal

FOLDER = Path(__file__).parent
ENTRIES = Path(__file__).parents[2] / "knowledge_base" / "entries"
_MARKED = re.compile("⟦(.+?)⟧")


@dataclass(frozen=True)
class Item:
    """A message and what in it names a person."""

    kind: str
    words: str
    secrets: tuple[str, ...]

    @property
    def found(self) -> int:
        """How many of its secrets masking hides."""
        masked = mask_personal(self.words)
        return sum(secret not in masked for secret in self.secrets)


def read_items(name: str) -> list[Item]:
    """The items of one list."""
    items = []
    for line in _lines(name):
        kind, marked = (part.strip() for part in line.split("|", 1))
        words = marked.replace("⟦", "").replace("⟧", "")
        items.append(Item(kind, words, tuple(_MARKED.findall(marked))))
    return items


def recall_by_kind(items: list[Item]) -> dict[str, tuple[int, int]]:
    """Secrets hidden, and all secrets, by kind."""
    hidden: Counter[str] = Counter()
    all_of: Counter[str] = Counter()
    for item in items:
        hidden[item.kind] += item.found
        all_of[item.kind] += len(item.secrets)
    return {kind: (hidden[kind], count) for kind, count in all_of.items()}


def ordinary_messages() -> list[str]:
    """Messages that name nobody: a list of hard ones, and every sample question of the entries."""
    messages = _lines("unmasked_list.txt")
    for path in sorted(ENTRIES.glob("*/*.yaml")):
        messages += _samples(path)
    return messages


def _samples(path: Path) -> Iterator[str]:
    samples = yaml.safe_load(path.read_text(encoding="utf-8")).get("samples") or {}
    for questions in samples.values():
        yield from questions


def _lines(name: str) -> list[str]:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
