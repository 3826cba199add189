"""Measuring the lists beside this file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.yaml_files import read_yaml
from nlu.danger import Danger, find_danger

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Listed:
    """One message of a list: ``expected`` is a kind (dangers) or a level (harmless)."""

    half: str
    expected: str
    language: str
    text: str

    @property
    def found(self) -> Danger | None:
        return find_danger(self.text)


def list_messages(name: str) -> Iterator[Listed]:
    """All messages of ``dangers`` or ``harmless``."""
    for half, groups in read_yaml(_FOLDER / f"{name}.yaml").items():
        for expected, languages in groups.items():
            for language, texts in languages.items():
                for text in texts:
                    yield Listed(half, expected, language, text)
