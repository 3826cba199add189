"""Editing and publishing: draft, review by a second person, publish, retire, roll back.

Operations flush; the edge commits. Each step leaves an EntryEvent with who and why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.clock import local_date
from core.errors import ConflictError, ContentError, NotFoundError
from core.person_names import is_same_name
from knowledge_base.assembly import FIGURES_TOPIC, PublishedVersion, assemble
from knowledge_base.checks import check_content
from knowledge_base.editing_services import EditingServices, text_hash
from knowledge_base.entry import Entry
from knowledge_base.entry_texts import with_dates
from knowledge_base.figures import Figures
from knowledge_base.loader import parse_entry
from knowledge_base.models import ContentStamp, EntryEvent, EntryVersion, VersionState
from knowledge_base.queries import (
    find_ruling,
    get_version,
    list_events,
    newest_number,
    published_state,
    texts_of,
)

FILES = "files"
"""The author that stands for the files the service came with."""

_STEPS: Mapping[tuple[VersionState, VersionState], str] = {
    (VersionState.DRAFT, VersionState.IN_REVIEW): "submitted",
    (VersionState.IN_REVIEW, VersionState.DRAFT): "returned",
    (VersionState.IN_REVIEW, VersionState.PUBLISHED): "published",
    (VersionState.DRAFT, VersionState.RETIRED): "discarded",
    (VersionState.PUBLISHED, VersionState.RETIRED): "retired",
    (VersionState.PUBLISHED, VersionState.DRAFT): "unscheduled",
}


def draft_entry(
    db: Session, services: EditingServices, topic: str, text: str, *, author: str, reason: str,
    now: datetime,
) -> EntryVersion:  # fmt: skip
    """Begin a new version of a topic with the text of its file, which may be unfinished.

    The first draft of a topic that has only a file keeps the file as version 1.
    """
    if not reason.strip():
        raise ConflictError("A version needs a reason.")
    if newest_number(db, topic) == 0:
        _keep_file(db, services, topic, now)
    ruling = find_ruling(db, topic, local_date(now))
    version = EntryVersion(
        topic=topic,
        number=newest_number(db, topic) + 1,
        state=VersionState.DRAFT,
        content=text,
        content_hash=text_hash(text),
        based_on=ruling.number if ruling else None,
        author=author,
        reason=reason,
        created_at=now,
    )
    db.add(version)
    db.flush()
    _note(db, version, "drafted", author, reason, now)
    return version


def revise_draft(
    db: Session, version: EntryVersion, text: str, *, by: str, reason: str, now: datetime
) -> EntryVersion:
    """Replace a draft's text. ConflictError when it is no draft any more."""
    if version.state != VersionState.DRAFT:
        raise ConflictError(f"Version {version.number} of {version.topic} is no draft any more.")
    ruling = find_ruling(db, version.topic, local_date(now))
    version.content, version.content_hash = text, text_hash(text)
    version.based_on = ruling.number if ruling else None
    _note(db, version, "revised", by, reason, now)
    return version


def submit_draft(db: Session, version: EntryVersion, *, by: str, now: datetime) -> EntryVersion:
    """Hand a draft to a second person. ContentError when its text cannot be read."""
    _read(version.topic, version.content)
    _step(db, version, VersionState.IN_REVIEW, by, "", now)
    return version


def return_draft(
    db: Session, version: EntryVersion, *, by: str, reason: str, now: datetime
) -> EntryVersion:
    """Give a version in review back to its author."""
    _step(db, version, VersionState.DRAFT, by, reason, now)
    return version


def discard_draft(
    db: Session, version: EntryVersion, *, by: str, reason: str, now: datetime
) -> EntryVersion:
    """Drop a draft; it stays in the history."""
    _step(db, version, VersionState.RETIRED, by, reason, now)
    return version


def publish(
    db: Session, services: EditingServices, version: EntryVersion, *, reviewer: str, now: datetime,
    effective_from: date | None = None, expires_on: date | None = None,
) -> EntryVersion:  # fmt: skip
    """Approve and publish a version in review, from its effective date on.

    Dates given here replace those in the text. Refused (ConflictError) when the reviewer wrote any
    of it, when another version was published since it was begun, or when it would begin before the
    version it replaces; ContentError when a check fails.
    """
    if version.state != VersionState.IN_REVIEW:
        raise ConflictError(f"Version {version.number} of {version.topic} is not in review.")
    writers = _writers(db, version)
    if not all(services.are_two_persons(db, writer, reviewer, now) for writer in writers):
        raise ConflictError(f"{reviewer} wrote this version; a second person has to review it.")
    if version.topic != FIGURES_TOPIC:
        version.content = with_dates(version.content, effective_from, expires_on)
    _require_newest_base(db, version, now)
    _conclude(db, version, local_date(now))
    require_sound(db, services, version, local_date(now))
    version.reviewer, version.published_at = reviewer, now
    _step(db, version, VersionState.PUBLISHED, reviewer, "", now)
    _stamp(db)
    return version


def publish_text(
    db: Session, topic: str, text: str, *, author: str, reviewer: str, reason: str, now: datetime,
) -> EntryVersion:  # fmt: skip
    """Publish a text that two persons have already agreed on: an import or a roll back.

    Who stands behind the names is checked before; ConflictError for one name in two spellings.
    """
    if is_same_name(author, reviewer):
        raise ConflictError("A second person has to review what is published.")
    version = EntryVersion(
        topic=topic, number=newest_number(db, topic) + 1, state=VersionState.PUBLISHED,
        content=text, author=author, reviewer=reviewer, reason=reason,
        created_at=now, published_at=now,
    )  # fmt: skip
    ruling = find_ruling(db, topic, local_date(now))
    version.based_on = ruling.number if ruling else None
    _conclude(db, version, local_date(now))
    db.add(version)
    db.flush()
    _note(db, version, "published", reviewer, reason, now)
    _stamp(db)
    return version


def retire_topic(
    db: Session, services: EditingServices, topic: str, *, by: str, reason: str, now: datetime
) -> int:
    """Take a topic out of what is told, its scheduled versions too; how many were retired.

    Raises NotFoundError when nothing of the topic is published.
    """
    if not reason.strip():
        raise ConflictError("Retiring needs a reason.")
    if newest_number(db, topic) == 0:
        _keep_file(db, services, topic, now)
    versions = db.scalars(
        select(EntryVersion).where(
            EntryVersion.topic == topic, EntryVersion.state == VersionState.PUBLISHED
        )
    ).all()
    if not versions:
        raise NotFoundError(f"Nothing of {topic} is published.")
    for version in versions:
        version.retired_at = now
        _step(db, version, VersionState.RETIRED, by, reason, now)
    _stamp(db)
    return len(versions)


def unschedule(
    db: Session, version: EntryVersion, *, by: str, reason: str, now: datetime
) -> EntryVersion:
    """Take back a published version that has not begun yet; it becomes a draft again."""
    if version.effective_from is None or version.effective_from <= local_date(now):
        raise ConflictError(f"Version {version.number} of {version.topic} has begun.")
    version.published_at, version.reviewer = None, None
    _step(db, version, VersionState.DRAFT, by, reason, now)
    _stamp(db)
    return version


def roll_back(
    db: Session,
    services: EditingServices,
    topic: str,
    to_number: int,
    *,
    author: str,
    reviewer: str,
    reason: str,
    now: datetime,
) -> EntryVersion:
    """Publish an earlier version's text again, from today on, as a new version.

    ConflictError when that version was never published, ContentError when it no longer passes.
    """
    target = get_version(db, topic, to_number)
    if not services.are_two_persons(db, author, reviewer, now):
        raise ConflictError("A second person has to review what is published.")
    if target.published_at is None:
        raise ConflictError(f"Version {to_number} of {topic} was never published.")
    today = local_date(now)
    text = target.content
    if target.effective_from is not None and topic != FIGURES_TOPIC:
        text = with_dates(text, max(today, target.effective_from), None)
    version = publish_text(
        db, topic, text, author=author, reviewer=reviewer, reason=reason, now=now
    )
    require_sound(db, services, version, today)
    return version


def require_sound(db: Session, services: EditingServices, version: EntryVersion, on: date) -> None:
    """Raise ContentError with every problem of the content as it will be with this version."""
    begins = max(on, version.effective_from or on)
    state = published_state(db)
    candidate = PublishedVersion(
        version.topic, version.number, version.effective_from or date.min, version.content_hash
    )
    versions = (*(v for v in state.versions if v != candidate), candidate)
    texts = texts_of(db, state.versions)
    texts[version.topic, version.number] = version.content
    made = assemble(
        services.base,
        replace(state, versions=versions),
        begins,
        lambda v: texts[v.topic, v.number],
    )
    reasons = [fault.reason for fault in made.faults if fault.topic == version.topic]
    file = f"/{version.topic}.yaml"
    reasons += [
        str(problem)
        for problem in check_content(made.content, services.numbers, begins)
        if version.topic == FIGURES_TOPIC or problem.file.endswith(file)
    ]
    if reasons:
        raise ContentError("; ".join(reasons))


def _keep_file(db: Session, services: EditingServices, topic: str, now: datetime) -> None:
    text = services.find_file_text(topic)
    if text is None:
        return
    version = EntryVersion(
        topic=topic, number=1, state=VersionState.PUBLISHED, content=text, author=FILES,
        reviewer=FILES, reason="", created_at=now, published_at=now,
    )  # fmt: skip
    _conclude(db, version, local_date(now))
    db.add(version)
    db.flush()
    _note(db, version, "published", FILES, "", now)


def _conclude(db: Session, version: EntryVersion, today: date) -> None:
    """Read the text and note what follows from it; refuse to begin before the ruling version."""
    version.content_hash = text_hash(version.content)
    entry = _read(version.topic, version.content)
    if entry is None:
        version.effective_from = today
        return
    version.entry_version = entry.version
    version.effective_from, version.expires_on = entry.effective_from, entry.expires_on
    with db.no_autoflush:
        ruling = find_ruling(db, version.topic, today)
    begun = ruling.effective_from if ruling is not None and ruling is not version else None
    if begun is not None and entry.effective_from < begun:
        raise ConflictError(
            f"effective_from must not lie before {begun}, when the version it replaces began."
        )


def _read(topic: str, text: str) -> Entry | None:
    """The entry of a text; None for the figures. Raises ContentError."""
    if topic == FIGURES_TOPIC:
        Figures.parse(text)
        return None
    entry = parse_entry(text, topic)
    if entry.topic != topic:
        raise ContentError(f"{topic}: field topic: says {entry.topic}.")
    return entry


def _require_newest_base(db: Session, version: EntryVersion, now: datetime) -> None:
    ruling = find_ruling(db, version.topic, local_date(now))
    if ruling is not None and ruling.number != version.based_on:
        raise ConflictError(
            f"Version {ruling.number} of {version.topic} was published since this one was begun; "
            "return it and work its changes in."
        )


def _writers(db: Session, version: EntryVersion) -> frozenset[str]:
    events = list_events(db, [version.id])
    return frozenset(event.by for event in events if event.action in {"drafted", "revised"})


def _step(
    db: Session, version: EntryVersion, to: VersionState, by: str, reason: str, now: datetime
) -> None:
    action = _STEPS.get((VersionState(version.state), to))
    if action is None:
        raise ConflictError(f"A version that is {version.state} cannot become {to}.")
    version.state = to
    _note(db, version, action, by, reason, now)


def _note(
    db: Session, version: EntryVersion, action: str, by: str, reason: str, now: datetime
) -> None:
    db.add(EntryEvent(version_id=version.id, action=action, by=by, reason=reason, at=now))
    db.flush()


def _stamp(db: Session) -> None:
    """Tell every process that something changed (in the same transaction as the change)."""
    grown = update(ContentStamp).values(value=ContentStamp.value + 1).returning(ContentStamp.id)
    if db.execute(grown).first() is None:
        db.add(ContentStamp(id=1, value=1))
    db.flush()
