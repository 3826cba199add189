"""Which version of each topic rules on a day, and the content that follows from it. Pure.

The files are the base. A topic that has a published version in the database is told by the one
that began last; nothing old returns when that one expires. A topic that was retired is told by
nothing but a later version. A version that cannot be told is passed over for the one before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from core.errors import ContentError
from knowledge_base.entry import LANGUAGES, Entry
from knowledge_base.figures import Figures
from knowledge_base.loader import Content, parse_entry
from knowledge_base.rendering import render_answer, render_full

FIGURES_TOPIC = "figures.yaml"


@dataclass(frozen=True)
class PublishedVersion:
    """A published version without its text."""

    topic: str
    number: int
    effective_from: date
    content_hash: str


@dataclass(frozen=True)
class PublishedState:
    """All that the database says about what is published."""

    versions: tuple[PublishedVersion, ...]
    retired: frozenset[str]


@dataclass(frozen=True)
class Fault:
    """A published version that cannot be told, and why."""

    topic: str
    number: int
    reason: str


@dataclass(frozen=True)
class Assembled:
    """A content, and the versions that had to be passed over.

    ``read`` holds the entries read from versions by topic and hash, so that the next assembly need
    not read them again; ``on`` and ``figures_hash`` are what they were found tellable with.
    """

    content: Content
    faults: tuple[Fault, ...]
    read: Mapping[tuple[str, str], Entry]
    on: date
    figures_hash: str


def rulers(versions: Iterable[PublishedVersion], on: date) -> dict[str, list[PublishedVersion]]:
    """For each topic the versions that have begun, the ruling one first."""
    begun = [version for version in versions if version.effective_from <= on]
    begun.sort(key=lambda version: (version.effective_from, version.number), reverse=True)
    found: dict[str, list[PublishedVersion]] = {}
    for version in begun:
        found.setdefault(version.topic, []).append(version)
    return found


def assemble(
    base: Content,
    state: PublishedState,
    on: date,
    text_of: Callable[[PublishedVersion], str],
    earlier: Assembled | None = None,
) -> Assembled:
    """The content of a local day.

    What ``earlier`` read and found tellable is taken over; what rests on figures is tried again
    when these or the day are others.
    """
    ruling = rulers(state.versions, on)
    faults: list[Fault] = []
    figures, figures_hash = _figures(base, ruling.pop(FIGURES_TOPIC, []), text_of, faults)
    is_same = earlier is not None and (earlier.on, earlier.figures_hash) == (on, figures_hash)
    known = earlier.read if earlier is not None else {}
    frame = Content({}, figures, base.statutes)
    entries = {t: e for t, e in base.entries.items() if t not in state.retired}
    read: dict[tuple[str, str], Entry] = {}
    for topic, candidates in ruling.items():
        for version in candidates:
            name = (topic, version.content_hash)
            entry = known.get(name)
            try:
                if entry is None or (entry.figures and not is_same):
                    entry = entry or parse_entry(text_of(version), topic)
                    require_tellable(entry, topic, frame, on)
            except (ContentError, KeyError, ValueError) as error:
                faults.append(Fault(topic, version.number, str(error)))
            else:
                entries[topic] = read[name] = entry
                break
    content = Content(entries, figures, base.statutes)
    return Assembled(content, tuple(faults), read, on, figures_hash)


def require_tellable(entry: Entry, topic: str, content: Content, on: date) -> None:
    """Raise ContentError, KeyError or ValueError when an entry cannot be told on a day."""
    if entry.topic != topic:
        raise ContentError(f"{topic}: field topic: says {entry.topic}.")
    for language in LANGUAGES:
        render_answer(content, entry, "voice", language, on)
        render_answer(content, entry, "text", language, on)
        render_full(content, entry, language, on)


def _figures(
    base: Content,
    candidates: list[PublishedVersion],
    text_of: Callable[[PublishedVersion], str],
    faults: list[Fault],
) -> tuple[Figures, str]:
    """The ruling figures and the hash of their text; those of the files have none."""
    for version in candidates:
        try:
            return Figures.parse(text_of(version)), version.content_hash
        except (ContentError, ValueError) as error:
            faults.append(Fault(FIGURES_TOPIC, version.number, str(error)))
    return base.figures, ""
