"""A small content that tests may break."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from knowledge_base.checks import Problem, check_folder
from knowledge_base.loader import CONTENT_FOLDER, Content, load_content
from knowledge_base.statute_numbers import NumberIndex, load_number_index
from tests.conftest import shared

TODAY = date(2026, 11, 23)
SMALL_CONTENT = Path(__file__).parent / "content"


class ContentFolder:
    """A copy of the four entries in ``content/`` with the real laws, free to be broken."""

    def __init__(self, path: Path, numbers: NumberIndex) -> None:
        self.path = path
        self._numbers = numbers
        shutil.copytree(SMALL_CONTENT, path)
        shutil.copy(CONTENT_FOLDER / "statutes.yaml", path / "statutes.yaml")

    def file(self, name: str) -> Path:
        """The file of an entry, by category/topic."""
        return self.path / "entries" / f"{name}.yaml"

    def read(self, name: str) -> str:
        return self.file(name).read_text(encoding="utf-8")

    def write(self, name: str, text: str) -> None:
        self.file(name).parent.mkdir(parents=True, exist_ok=True)
        self.file(name).write_text(text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        """Replace words of an entry that must stand in it."""
        text = self.read(name)
        assert old in text
        self.write(name, text.replace(old, new, 1))

    def change_field(self, name: str, field: str, value: str) -> None:
        """Replace a top-level field that stands in one line."""
        text, changed = re.subn(
            rf"^{field}:.*$", f"{field}: {value}", self.read(name), count=1, flags=re.MULTILINE
        )
        assert changed == 1
        self.write(name, text)

    def problems(self, on: date = TODAY) -> list[Problem]:
        """All problems but those of conditions: a changed word differs from the other language."""
        return [p for p in self.all_problems(on) if "not reviewed" not in p.reason]

    def all_problems(self, on: date = TODAY) -> list[Problem]:
        """All problems, also conditions that differ between languages and lengths."""
        return check_folder(self._numbers, on, self.path)[1]

    def load(self) -> Content:
        return load_content(self.path)


@pytest.fixture(scope="session")
def numbers() -> NumberIndex:
    """The kept index of the numbers in the laws."""
    return load_number_index()


@pytest.fixture
def folder(tmp_path: Path, numbers: NumberIndex) -> ContentFolder:
    """Four entries to be broken."""
    return ContentFolder(tmp_path / "content", numbers)


@pytest.fixture(scope="session")
def statutes_folder() -> Path:
    """The official texts beside the project."""
    return shared("statutes")
