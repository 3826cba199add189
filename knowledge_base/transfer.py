"""Moving the content between files and database without loss: texts are kept byte for byte."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import local_date
from core.errors import ConflictError, ContentError
from knowledge_base.assembly import FIGURES_TOPIC, rulers
from knowledge_base.checks import check_folder
from knowledge_base.editing import publish_text
from knowledge_base.editing_services import EditingServices, read_exactly, text_hash
from knowledge_base.loader import entry_files, load_entry, parse_entry
from knowledge_base.models import EntryVersion, VersionState
from knowledge_base.queries import published_state, texts_of

STATUTES_FILE = "statutes.yaml"


@dataclass(frozen=True)
class ImportCounts:
    """How many files became a new published version, and how many were known already."""

    published: int
    unchanged: int


def import_content(
    db: Session,
    services: EditingServices,
    folder: Path,
    *,
    author: str,
    reviewer: str,
    reason: str,
    now: datetime,
) -> ImportCounts:
    """Publish every file of a folder that differs from what is published.

    The folder must pass all checks, or nothing is taken (ContentError with the first problems).
    Refused (ConflictError) when author and reviewer are one person.
    """
    if not services.are_two_persons(db, author, reviewer, now):
        raise ConflictError("A second person has to review what is published.")
    _, problems = check_folder(services.numbers, local_date(now), folder)
    if problems:
        more = f" and {len(problems) - 3} more" if len(problems) > 3 else ""
        raise ContentError("; ".join(map(str, problems[:3])) + more)
    texts = {FIGURES_TOPIC: read_exactly(folder / FIGURES_TOPIC)}
    texts |= {load_entry(path).topic: read_exactly(path) for path in entry_files(folder)}
    known = _published_hashes(db)
    changed = {topic: t for topic, t in texts.items() if known.get(topic) != text_hash(t)}
    for topic, text in changed.items():
        publish_text(db, topic, text, author=author, reviewer=reviewer, reason=reason, now=now)
    return ImportCounts(len(changed), len(texts) - len(changed))


def export_content(db: Session, services: EditingServices, target: Path, on: date) -> int:
    """Write what is told on a local day into an empty folder, as files; how many entries.

    What was imported comes out byte for byte. ContentError when the folder is not empty.
    """
    if target.exists() and any(target.iterdir()):
        raise ContentError(f"{target} is not empty.")
    state = published_state(db)
    ruling = {topic: best for topic, (best, *_) in rulers(state.versions, on).items()}
    texts = {topic: text for (topic, _), text in texts_of(db, ruling.values()).items()}
    for topic in (services.base.entries.keys() - texts.keys()) - state.retired:
        texts[topic] = services.find_file_text(topic) or ""
    figures = texts.pop(FIGURES_TOPIC, None) or services.find_file_text(FIGURES_TOPIC) or ""
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(services.folder / STATUTES_FILE, target / STATUTES_FILE)
    _write(target / FIGURES_TOPIC, figures)
    for topic, text in texts.items():
        category = parse_entry(text, topic).category
        _write(target / "entries" / category / f"{topic}.yaml", text)
    return len(texts)


def _published_hashes(db: Session) -> dict[str, str]:
    """For each topic the hash of its newest published version, begun or not."""
    rows = db.execute(
        select(EntryVersion.topic, EntryVersion.content_hash)
        .where(EntryVersion.state == VersionState.PUBLISHED)
        .order_by(EntryVersion.number)
    )
    return {row.topic: row.content_hash for row in rows}


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))
