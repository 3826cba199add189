"""What editors and reviewers see of a topic: its versions, and the text to work on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from accounts.queries import names_by_actor
from core.errors import NotFoundError
from knowledge_base.assembly import FIGURES_TOPIC
from knowledge_base.editing_services import text_hash
from knowledge_base.models import EntryVersion, VersionState
from knowledge_base.queries import HistoryLine, diff_versions, find_open_version, list_history
from staff.formatting import today
from staff.services import get_services
from staff.signed_in import SignedIn


@dataclass(frozen=True)
class VersionView:
    """A version with its steps, and how it differs from the one it was begun from."""

    line: HistoryLine
    diff: str


@dataclass(frozen=True, kw_only=True)
class EntryView:
    """A topic as editors and reviewers see it.

    ``text`` is what there is to work on: the open version, else what is told, else the newest.
    ``seen`` names exactly this text. ``may_review`` is false for who wrote any of the open version.
    """

    topic: str
    versions: tuple[VersionView, ...]
    open_version: EntryVersion | None
    text: str
    seen: str
    is_answered: bool
    may_review: bool
    names: Mapping[str, str]


def read_entry_view(db: Session, topic: str, reader: SignedIn) -> EntryView:
    """The view of a topic. Raises NotFoundError when it has neither a version nor a file."""
    lines = list_history(db, topic, today())
    notified = next((line.version for line in lines if line.rules), None)
    open_version = find_open_version(db, topic)
    text = _text_of(topic, open_version or notified or (lines[0].version if lines else None))
    return EntryView(
        topic=topic,
        versions=_with_diffs(lines),
        open_version=open_version,
        text=text,
        seen=text_hash(text),
        is_answered=not lines
        or any(line.version.state == VersionState.PUBLISHED for line in lines),
        may_review=open_version is None or reader.actor.id not in _writers(lines, open_version),
        names=names_by_actor(db, {event.by for line in lines for event in line.events}),
    )


def _text_of(topic: str, version: EntryVersion | None) -> str:
    # The figures are changed by command only: see docs/knowledge-base.md.
    file_text = None
    if topic != FIGURES_TOPIC:
        file_text = version.content if version else get_services().editors.find_file_text(topic)
    if file_text is None:
        raise NotFoundError("There is no such entry.")
    return file_text


def _with_diffs(lines: list[HistoryLine]) -> tuple[VersionView, ...]:
    by_number = {line.version.number: line.version for line in lines}
    views = []
    for line in lines:
        version = line.version
        older = by_number.get(version.based_on or version.number - 1)
        views.append(VersionView(line, diff_versions(older, version) if older else ""))
    return tuple(views)


def _writers(lines: list[HistoryLine], version: EntryVersion) -> set[str]:
    events = next(line.events for line in lines if line.version.id == version.id)
    return {event.by for event in events if event.action in {"drafted", "revised"}}
