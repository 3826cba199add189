"""What a turn of a trial led to, read from the database: texts, cases, ratings, the petition."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.json_values import ends_of, plain_value
from app.trial.parts import TrialParts
from casework.models import Case
from casework.vocabulary import CaseKind
from core.clock import local_date
from dialogue.conversation import Conversation
from dialogue.flows.petition.remedies import advice_of
from dialogue.flows.petition.slots import PetitionSlots
from dialogue.models import TakenTurn
from dialogue.store import find_conversation
from outbox.models import OutgoingText
from ratings.models import Rating

# Parts of a long text are numbered.
_MARK = re.compile(r"^\(\d+/\d+\)")


@dataclass
class Observer:
    """Tells what is new since it looked last."""

    parts: TrialParts
    phone: str
    seen: int = 0
    conversation_id: str | None = field(default=None)

    def observe(
        self, conversation_id: str | None, words: list[str], *, replied: tuple[str, ...]
    ) -> dict[str, Any]:
        """The row of one input. Texts whose keys begin with one of ``replied`` are the replies of
        a text conversation."""
        with self.parts.database.read() as db:
            texts = self._new_texts(db)
            replies = [t["body"] for t in texts if t.pop("key").startswith(replied or ("\0",))]
            others = [t for t in texts if t["body"] not in replies or not replied]
            conversation = _conversation(db, conversation_id)
            cases = list(db.scalars(select(Case).order_by(Case.id)))
            return {
                "replies": words + replies,
                "texts": others,
                "cases": [_case(case) for case in cases],
                "petition": self._petition(conversation, cases),
                "ratings": list(db.scalars(select(Rating.level).order_by(Rating.id))),
                "state": conversation.place if conversation else None,
                "language": conversation.language if conversation else None,
                "over": conversation.is_over if conversation else False,
            }

    def _new_texts(self, db: Session) -> list[dict[str, Any]]:
        """The texts that were queued since, the parts of a long one as one."""
        query = select(OutgoingText).where(OutgoingText.id > self.seen)
        rows = list(db.scalars(query.order_by(OutgoingText.id)))
        self.seen = max([self.seen, *(row.id for row in rows)])
        texts: dict[str, dict[str, Any]] = {}
        for row in rows:
            if row.state == "suppressed":
                continue
            key = row.key.partition("/part")[0]
            text = texts.setdefault(
                key, {"to": row.phone, "kind": row.kind, "body": "", "key": row.key}
            )
            text["body"] += _MARK.sub("", row.words)
        return list(texts.values())

    def _petition(
        self, conversation: Conversation | None, cases: list[Case]
    ) -> dict[str, Any] | None:
        """The draft, or the petition that was registered last."""
        frames = conversation.stack if conversation else ()
        drafts = [f.slots for f in frames if isinstance(f.slots, PetitionSlots)]
        if drafts and drafts[-1].filled:
            return _draft(drafts[-1], local_date(self.parts.clock.now()))
        lodged = [c for c in cases if c.kind in (CaseKind.PETITION, CaseKind.CONTACT)]
        return _lodged(lodged[-1]) if lodged else None


def _conversation(db: Session, conversation_id: str | None) -> Conversation | None:
    if conversation_id is None:
        newest = select(TakenTurn.conversation_id).order_by(TakenTurn.id.desc()).limit(1)
        conversation_id = db.scalar(newest)
    return find_conversation(db, conversation_id) if conversation_id else None


def _case(case: Case) -> dict[str, Any]:
    return {"number": case.number, "kind": case.kind, "urgent": list(case.urgent_reasons)}


def _draft(slots: PetitionSlots, today: date) -> dict[str, Any]:
    return {
        "issue": slots.issue or None,
        "employer": slots.employer or None,
        "town": slots.town or None,
        "since": ends_of(slots.since),
        "people": ends_of(slots.people),
        "amount_yuan": ends_of(slots.amount_yuan),
        "remedies": [str(advice.remedy) for advice in advice_of(slots, today)],
    }


def _lodged(case: Case) -> dict[str, Any]:
    return {
        "issue": case.issue,
        "employer": case.employer,
        "town": case.town,
        "since": _days(case.since_on, case.since_until),
        "people": _numbers(case.people, case.people_max),
        "amount_yuan": _numbers(case.amount_yuan, case.amount_max_yuan),
        "remedies": [row["road"] for row in case.remedies or []],
    }


def _days(first: date | None, last: date | None) -> list[str | None] | None:
    return None if first is None and last is None else [plain_value(first), plain_value(last)]


def _numbers(lower: Any, upper: Any) -> list[Any] | None:
    return None if lower is None and upper is None else [plain_value(lower), plain_value(upper)]
