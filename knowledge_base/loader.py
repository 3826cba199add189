"""Reading the curated content from its folder, strictly: any fault is an error, not a warning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from config.yaml_files import MAX_DRAFT_CHARACTERS, parse_yaml
from core.errors import ContentError
from knowledge_base.citations import StatuteIndex
from knowledge_base.entry import Entry, read_entry
from knowledge_base.figures import Figures

CONTENT_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Content:
    """The whole curated content: entries by topic, figures, and the laws that may be cited."""

    entries: Mapping[str, Entry]
    figures: Figures
    statutes: StatuteIndex


def load_content(folder: Path = CONTENT_FOLDER, *, entries: bool = True) -> Content:
    """Read figures, the statute index and, unless told not to, the entries.

    Raises ContentError at the first fault.
    """
    figures = Figures.parse((folder / "figures.yaml").read_text(encoding="utf-8"))
    statutes = StatuteIndex.parse((folder / "statutes.yaml").read_text(encoding="utf-8"))
    found: dict[str, Entry] = {}
    for path in entry_files(folder) if entries else ():
        entry = load_entry(path)
        if entry.topic in found:
            raise ContentError(f"{path.name}: topic {entry.topic} stands twice.")
        found[entry.topic] = entry
    return Content(found, figures, statutes)


@cache
def own_content() -> Content:
    """The content of the project's own files, read once a process. Raises ContentError."""
    return load_content()


def entry_files(folder: Path = CONTENT_FOLDER) -> list[Path]:
    """All entry files, sorted by category and topic."""
    return sorted((folder / "entries").glob("*/*.yaml"))


def load_entry(path: Path) -> Entry:
    """One entry from its file. Raises ContentError."""
    source = f"{path.parent.name}/{path.name}"
    entry = parse_entry(path.read_text(encoding="utf-8"), source)
    if (entry.category, entry.topic) != (path.parent.name, path.stem):
        raise ContentError(f"{source}: field topic: file and folder must be named after it.")
    return entry


def parse_entry(text: str, source: str) -> Entry:
    """One entry from the text of its file; ``source`` names it in errors. Raises ContentError."""
    try:
        raw = parse_yaml(text, max_characters=MAX_DRAFT_CHARACTERS)
    except yaml.YAMLError as error:
        first_line = str(error).replace("\n", " ")
        raise ContentError(f"{source}: not readable as YAML: {first_line}") from error
    return read_entry(raw, source)
