"""Imported law texts: taking them in, version by version."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from knowledge_base.citations import StatuteIndex
from knowledge_base.models import StatuteArticle, StatuteText

if TYPE_CHECKING:
    # Its readers of files are for who imports laws; the service itself only looks them up.
    from knowledge_base.statute_files import StatuteDocument

_VERSION_NOTE = re.compile(r"[（(](?:\d{4}|修正|修订|试行).*?[）)]$")


@dataclass(frozen=True)
class StatuteImport:
    """What an import did: new versions, texts that were known, and laws whose number of articles
    is not that of the index (which then needs an editor's look)."""

    new: tuple[StatuteText, ...]
    unchanged: int
    differing: tuple[str, ...]


def import_statutes(
    db: Session, index: StatuteIndex, documents: Iterable[StatuteDocument], now: datetime
) -> StatuteImport:
    """Keep each document as a version of its law; a text that is known changes nothing.

    Earlier versions stay, and the one in force on a day is told that day.
    """
    new: list[StatuteText] = []
    unchanged = 0
    differing: list[str] = []
    known = {(row.statute, row.text_hash) for row in db.scalars(select(StatuteText))}
    for document in documents:
        statute = statute_id(index, document)
        if (statute, document.text_hash) in known:
            unchanged += 1
            continue
        known.add((statute, document.text_hash))
        new.append(_keep(db, statute, document, now))
        expected = index.by_id.get(statute)
        if expected is not None and expected.articles != len(document.articles):
            differing.append(statute)
    return StatuteImport(tuple(new), unchanged, tuple(differing))


def statute_id(index: StatuteIndex, document: StatuteDocument) -> str:
    """The id under which a law is kept: that of the index by id or title, else its title."""
    if document.id in index.ids:
        return document.id
    title = bare_title(document.title)
    for statute in index.by_id.values():
        if title in {bare_title(statute.title_zh), bare_title(statute.short_zh)}:
            return statute.id
    return document.title


def bare_title(title: str) -> str:
    """A title without 中华人民共和国, quotation marks, spaces and notes of its version."""
    plain = re.sub(r"[《》〈〉\s　]", "", title).translate(str.maketrans("（）", "()"))
    return _VERSION_NOTE.sub("", plain.removeprefix("中华人民共和国"))


def _keep(db: Session, statute: str, document: StatuteDocument, now: datetime) -> StatuteText:
    text = StatuteText(
        statute=statute,
        title=document.title,
        short_title=document.short_title,
        version_on=document.version_on,
        effective_on=document.effective_on,
        articles=max(document.articles),
        source=document.source,
        text_hash=document.text_hash,
        imported_at=now,
    )
    db.add(text)
    db.flush()
    rows = [
        {"text_id": text.id, "number": number, "words": words}
        for number, words in document.articles.items()
    ]
    db.execute(insert(StatuteArticle), rows)
    return text


def texts_in_force(
    db: Session, on: date, statutes: Collection[str] | None = None
) -> dict[str, StatuteText]:
    """For each imported law the version in force on a local day: the one adopted last of those
    that have begun."""
    wanted = select(StatuteText).where(StatuteText.effective_on <= on)
    if statutes is not None:
        wanted = wanted.where(StatuteText.statute.in_(statutes))
    rows = db.scalars(wanted.order_by(StatuteText.version_on, StatuteText.id))
    return {row.statute: row for row in rows}


def list_statute_texts(db: Session) -> list[StatuteText]:
    """All imported versions, by law and then the newest first."""
    rows = db.scalars(
        select(StatuteText).order_by(StatuteText.statute, StatuteText.version_on.desc())
    )
    return list(rows)
