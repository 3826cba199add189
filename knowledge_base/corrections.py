"""Who got an answer that has since changed, and the texts that tell them so.

An answer has changed when what its entry tells has another version, when the entry may no longer be
given, or when a figure in it is another. A figure that was right on its day and has another value
now by its date (``renewed``) is told apart from one that was wrong (``corrected``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import local_date
from core.errors import ConflictError, ContentError
from core.phones import mask
from knowledge_base.loader import Content
from knowledge_base.models import AnswerReceipt, CorrectionState, CorrectionText
from knowledge_base.rendering import AnswerGiven, render_correction
from knowledge_base.wordings import written_language
from knowledge_base.years import find_year


@dataclass(frozen=True)
class ChangedFigure:
    """A figure as it was told and as it is now. Values as written in answers."""

    answered: str
    now: str | None
    is_correction: bool


@dataclass(frozen=True)
class Affected:
    """One answer that has since changed."""

    receipt: AnswerReceipt
    is_withdrawn: bool
    is_entry_changed: bool
    figures: Mapping[str, ChangedFigure]

    @property
    def masked_phone(self) -> str:
        """The number with its middle hidden; empty when it was withheld."""
        return mask(self.receipt.phone) if self.receipt.phone else ""


def list_affected(db: Session, content: Content, since: datetime, on: date) -> list[Affected]:
    """Answers given since a moment that are told differently on a local day, oldest first."""
    rows = db.scalars(
        select(AnswerReceipt)
        .where(AnswerReceipt.given_at >= since)
        .order_by(AnswerReceipt.given_at, AnswerReceipt.id)
        .execution_options(yield_per=500)
    )
    found = (_compare(content, receipt, on) for receipt in rows)
    return [affected for affected in found if affected is not None]


def _compare(content: Content, receipt: AnswerReceipt, on: date) -> Affected | None:
    entry = content.entries.get(receipt.topic)
    is_withdrawn = entry is None or not entry.is_in_force(on)
    is_changed = entry is not None and entry.version != receipt.entry_version
    figures = _changed_figures(content, receipt, on)
    if not (is_withdrawn or is_changed or figures):
        return None
    return Affected(receipt, is_withdrawn, is_changed, figures)


def _changed_figures(
    content: Content, receipt: AnswerReceipt, on: date
) -> dict[str, ChangedFigure]:
    then, now_on = (_figures_on(content, receipt, d) for d in (local_date(receipt.given_at), on))
    changed: dict[str, ChangedFigure] = {}
    for name, answered in receipt.figures.items():
        now = _value(content, name, now_on)
        if now != answered:
            changed[name] = ChangedFigure(answered, now, _value(content, name, then) != answered)
    return changed


def _figures_on(content: Content, receipt: AnswerReceipt, on: date) -> date:
    """The day whose figures answer the receipt's question when it is asked on a local day."""
    entry = content.entries.get(receipt.topic)
    if receipt.year is None or entry is None:
        return on
    try:
        return find_year(content.figures, entry, receipt.year, on).figures_on
    except ContentError:
        return on


def _value(content: Content, figure: str, on: date) -> str | None:
    try:
        return content.figures.written(figure, on)
    except ContentError:
        return None


def draft_corrections(
    db: Session, content: Content, affected: Iterable[Affected], now: datetime
) -> list[CorrectionText]:
    """A text for each citizen and topic, for approval. Nobody gets two for the same change.

    Who withheld the number gets none.
    """
    latest = {(one.receipt.phone_key, one.receipt.topic): one for one in affected}
    drafts: list[CorrectionText] = []
    for (phone_key, topic), one in latest.items():
        if phone_key is None or one.receipt.phone is None:
            continue
        words = _words(content, one, local_date(now))
        key = hashlib.sha256(f"{phone_key}/{topic}/{words}".encode()).hexdigest()
        if db.scalar(select(CorrectionText.id).where(CorrectionText.key == key)) is not None:
            continue
        drafts.append(
            CorrectionText(
                key=key,
                receipt_id=one.receipt.id,
                topic=topic,
                language=written_language(one.receipt.language),
                words=words,
                phone=one.receipt.phone,
                phone_key=phone_key,
                state=CorrectionState.DRAFT,
                drafted_at=now,
            )
        )
    db.add_all(drafts)
    db.flush()
    return drafts


def _words(content: Content, one: Affected, on: date) -> str:
    entry = None if one.is_withdrawn else content.entries[one.receipt.topic]
    given_on = local_date(one.receipt.given_at)
    given = AnswerGiven(given_on, one.receipt.language, one.receipt.year)
    return render_correction(content, entry, given, on)


def reword_correction(db: Session, correction: CorrectionText, words: str) -> CorrectionText:
    """Change the words of a draft."""
    _require(correction, CorrectionState.DRAFT)
    correction.words = words
    db.flush()
    return correction


def approve_correction(
    db: Session, correction: CorrectionText, *, by: str, now: datetime
) -> CorrectionText:
    """Let a draft be sent."""
    return _conclude(db, correction, CorrectionState.APPROVED, by, now)


def drop_correction(
    db: Session, correction: CorrectionText, *, by: str, now: datetime
) -> CorrectionText:
    """Decide that a draft is not to be sent."""
    return _conclude(db, correction, CorrectionState.DROPPED, by, now)


def send_approved_corrections(
    db: Session, enqueue: Callable[[CorrectionText], object], now: datetime, *, limit: int = 100
) -> dict[str, int]:
    """Hand approved corrections to the outbox in this transaction; counts."""
    waiting = db.scalars(
        select(CorrectionText)
        .where(CorrectionText.state == CorrectionState.APPROVED)
        .order_by(CorrectionText.id)
        .limit(limit)
    ).all()
    for correction in waiting:
        enqueue(correction)
        correction.state, correction.sent_at = CorrectionState.SENT, now
    db.flush()
    return {"corrections": len(waiting)}


def list_corrections(
    db: Session, states: Sequence[CorrectionState] = (CorrectionState.DRAFT,), limit: int = 500
) -> Sequence[CorrectionText]:
    """Corrections in some states, oldest first."""
    return db.scalars(
        select(CorrectionText)
        .where(CorrectionText.state.in_(states))
        .order_by(CorrectionText.id)
        .limit(limit)
    ).all()


def _conclude(
    db: Session, correction: CorrectionText, to: CorrectionState, by: str, now: datetime
) -> CorrectionText:
    _require(correction, CorrectionState.DRAFT)
    correction.state, correction.settled_by, correction.settled_at = to, by, now
    db.flush()
    return correction


def _require(correction: CorrectionText, state: CorrectionState) -> None:
    if correction.state != state:
        raise ConflictError(f"Correction {correction.id} is {correction.state} already.")
