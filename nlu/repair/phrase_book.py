"""The phrases beside this file, compiled once: as they are spelt and as they sound."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from config.yaml_files import read_yaml
from nlu.repair.grammar import Choice, Grammar, Key

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class PhraseBook:
    """Lists of phrases by name; ``rows`` is the file as it is written."""

    grammar: Grammar
    rows: Any

    def choices(self, table: str) -> dict[str, Choice]:
        """Name -> phrases of a table such as ``kinds``."""
        return {
            str(name): self.grammar.compile(map(str, phrases))
            for name, phrases in self.rows[table].items()
        }

    def choice(self, name: str) -> Choice:
        """The phrases of one list, such as ``before``. Raises KeyError when there is none."""
        rows = self.rows.get(name) or self.rows["parts"][name]
        return self.grammar.compile(map(str, rows))


def load_book(name: str, key: Key = str) -> PhraseBook:
    """The file ``<name>.yaml`` with its units mapped by ``key``. Raises OSError, yaml.YAMLError."""
    return _load(name, key)


@cache
def _load(name: str, key: Key) -> PhraseBook:
    rows = read_yaml(_FOLDER / f"{name}.yaml")
    return PhraseBook(Grammar(rows["parts"], key), rows)
