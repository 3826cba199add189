"""Reads of the knowledge base: versions of entries, their history and differences."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import NotFoundError
from knowledge_base.assembly import PublishedState, PublishedVersion, rulers
from knowledge_base.models import ContentStamp, EntryEvent, EntryVersion, VersionState

OPEN_STATES = (VersionState.DRAFT, VersionState.IN_REVIEW)


@dataclass(frozen=True)
class HistoryLine:
    """One version with its steps, oldest step first; ``rules`` when it is what is told."""

    version: EntryVersion
    events: tuple[EntryEvent, ...]
    rules: bool


def content_stamp(db: Session) -> int:
    """A number that grows whenever something is published or retired."""
    return db.scalar(select(ContentStamp.value)) or 0


def published_state(db: Session) -> PublishedState:
    """All published versions and retired topics, without texts."""
    retired = db.scalars(
        select(EntryVersion.topic)
        .where(EntryVersion.state == VersionState.RETIRED, EntryVersion.published_at.is_not(None))
        .distinct()
    )
    return PublishedState(_published(db), frozenset(retired))


def _published(db: Session, topic: str | None = None) -> tuple[PublishedVersion, ...]:
    wanted = select(
        EntryVersion.topic,
        EntryVersion.number,
        EntryVersion.effective_from,
        EntryVersion.content_hash,
    ).where(EntryVersion.state == VersionState.PUBLISHED)
    if topic is not None:
        wanted = wanted.where(EntryVersion.topic == topic)
    return tuple(PublishedVersion(t, n, day or date.min, h) for t, n, day, h in db.execute(wanted))


def texts_of(db: Session, versions: Collection[PublishedVersion]) -> dict[tuple[str, int], str]:
    """The file texts of versions, by topic and number."""
    wanted = {(version.topic, version.number) for version in versions}
    topics = sorted({topic for topic, _ in wanted})
    found: dict[tuple[str, int], str] = {}
    for start in range(0, len(topics), 500):
        rows = db.execute(
            select(EntryVersion.topic, EntryVersion.number, EntryVersion.content).where(
                EntryVersion.topic.in_(topics[start : start + 500]),
                EntryVersion.state == VersionState.PUBLISHED,
            )
        )
        found |= {(topic, n): text for topic, n, text in rows if (topic, n) in wanted}
    return found


def find_ruling(db: Session, topic: str, on: date) -> EntryVersion | None:
    """The published version that is told on a local day, or None."""
    candidates = rulers(_published(db, topic), on).get(topic)
    return get_version(db, topic, candidates[0].number) if candidates else None


def get_version(db: Session, topic: str, number: int) -> EntryVersion:
    """One version. Raises NotFoundError."""
    version = db.scalar(
        select(EntryVersion).where(EntryVersion.topic == topic, EntryVersion.number == number)
    )
    if version is None:
        raise NotFoundError(f"There is no version {number} of {topic}.")
    return version


def find_open_version(
    db: Session, topic: str, states: Collection[VersionState] = OPEN_STATES
) -> EntryVersion | None:
    """The newest version of a topic that is a draft or in review (or in one of ``states``)."""
    return db.scalar(
        select(EntryVersion)
        .where(EntryVersion.topic == topic, EntryVersion.state.in_(states))
        .order_by(EntryVersion.number.desc())
        .limit(1)
    )


def list_open_versions(db: Session) -> Sequence[EntryVersion]:
    """All drafts and all versions in review, oldest first: the editors' and reviewers' queue."""
    return db.scalars(
        select(EntryVersion)
        .where(EntryVersion.state.in_(OPEN_STATES))
        .order_by(EntryVersion.created_at, EntryVersion.id)
    ).all()


def newest_number(db: Session, topic: str) -> int:
    """The highest version number of a topic, 0 when it has none."""
    return db.scalar(select(func.max(EntryVersion.number)).where(EntryVersion.topic == topic)) or 0


def list_history(db: Session, topic: str, on: date) -> list[HistoryLine]:
    """All versions of a topic, newest first, each with its steps."""
    versions = db.scalars(
        select(EntryVersion).where(EntryVersion.topic == topic).order_by(EntryVersion.number.desc())
    ).all()
    ruling = find_ruling(db, topic, on)
    events = list_events(db, [version.id for version in versions])
    return [
        HistoryLine(
            version=version,
            events=tuple(event for event in events if event.version_id == version.id),
            rules=ruling is not None and version.id == ruling.id,
        )
        for version in versions
    ]


def list_events(db: Session, version_ids: Collection[int]) -> Sequence[EntryEvent]:
    """The steps of some versions, oldest first."""
    return db.scalars(
        select(EntryEvent).where(EntryEvent.version_id.in_(version_ids)).order_by(EntryEvent.id)
    ).all()


def diff_versions(older: EntryVersion, newer: EntryVersion) -> str:
    """What changed, as a unified diff with three lines around; empty when nothing did."""
    return diff_texts(
        older.content,
        newer.content,
        f"{older.topic} version {older.number}",
        f"{newer.topic} version {newer.number}",
    )


def diff_texts(older: str, newer: str, older_name: str, newer_name: str) -> str:
    """Two texts as a unified diff."""
    lines = difflib.unified_diff(
        older.splitlines(keepends=True), newer.splitlines(keepends=True), older_name, newer_name
    )
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)
