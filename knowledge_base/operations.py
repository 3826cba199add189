"""Writes of the knowledge base. They flush; the edge commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from core.database import table_of
from core.encrypted_columns import bind_row
from knowledge_base.models import AnswerReceipt, UnansweredQuestion
from knowledge_base.rendering import Answer

_RECEIPTS = table_of(AnswerReceipt)
_KEEP_RECEIPT = insert(_RECEIPTS)


def record_answer(
    db: Session,
    answer: Answer,
    *,
    conversation_id: str,
    turn: int,
    channel: str,
    confidence: float,
    phone: str,
    phone_key: str,
    now: datetime,
) -> None:
    """Keep a receipt of an answer that is about to be given (docs/rules.md, "Answers").

    ``answer`` must be the very value that is said or sent: its text is kept byte for byte.
    """
    row = {
        "conversation_id": conversation_id,
        "turn": turn,
        "topic": answer.topic,
        "entry_version": answer.version,
        "figures": dict(answer.figures),
        "citations": [str(citation) for citation in answer.citations],
        "channel": channel,
        "language": answer.language,
        "confidence": confidence,
        "text": answer.text,
        "year": answer.year,
        "phone": phone or None,
        "phone_key": phone_key or None,
        "given_at": now,
    }
    db.execute(_KEEP_RECEIPT, bind_row(_RECEIPTS, row))


def record_unanswered(
    db: Session, masked_words: str, *, reason: str, channel: str, language: str, now: datetime
) -> UnansweredQuestion:
    """Keep a masked question for the editors. ``reason`` is none or unhelpful."""
    question = UnansweredQuestion(
        masked_words=masked_words, reason=reason, channel=channel, language=language, asked_at=now
    )
    db.add(question)
    db.flush()
    return question
