"""What editing and publishing work with: the files as they came, and the numbers of the laws."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from sqlalchemy.orm import Session

from core.person_names import is_same_name
from knowledge_base.assembly import FIGURES_TOPIC
from knowledge_base.loader import CONTENT_FOLDER, Content, load_content
from knowledge_base.statute_numbers import NumberIndex, load_number_index


def _differ(_db: Session, first: str, second: str, _now: datetime) -> bool:
    return not is_same_name(first, second)


@dataclass(frozen=True)
class EditingServices:
    """What editing works with: the folder of the files, the numbers of the laws, and who counts as
    a second person (``are_two_persons``: two actors and the moment; by default any two
    names, in whatever spelling)."""

    folder: Path = CONTENT_FOLDER
    are_two_persons: Callable[[Session, str, str, datetime], bool] = _differ

    @cached_property
    def base(self) -> Content:
        """The content of the files."""
        return load_content(self.folder)

    @cached_property
    def numbers(self) -> NumberIndex:
        """Which numbers stand in which article."""
        return load_number_index()

    def find_file_text(self, topic: str) -> str | None:
        """The text of a topic's file, byte for byte, or None when there is no such file."""
        if topic == FIGURES_TOPIC:
            return read_exactly(self.folder / FIGURES_TOPIC)
        entry = self.base.entries.get(topic)
        if entry is None:
            return None
        return read_exactly(self.folder / "entries" / entry.category / f"{topic}.yaml")


def text_hash(text: str) -> str:
    """The name of exactly this text: SHA-256 in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_exactly(path: Path) -> str:
    """A file's text with its line ends as they are."""
    return path.read_bytes().decode("utf-8")
