"""All dealings with one citizen: calls, text conversations, cases, texts sent and ratings.

Two promises bound what is shown. Whoever may not see a case does not learn that it exists: nor do
they see what led to it or was said of it. And the rated do not learn who rated them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.case_services import Actor, CaseServices
from casework.models import Case, CaseEvent
from casework.queries import list_cases_of_phone
from casework.vocabulary import CaseKind
from core.masking import mask_personal
from core.phones import parse_phone
from dialogue.models import TakenTurn
from outbox.kinds import Kind
from outbox.models import OutgoingText
from outbox.queries import list_texts_to
from ratings.queries import RatingRow, can_know_rater, list_ratings_of_citizen
from staff.reach import list_seen
from staff.transcripts import Line, list_transcripts

_MAX_CONVERSATIONS = 20
_MAX_ITEMS = 40


@dataclass(frozen=True, kw_only=True)
class CitizenItem:
    """One dealing. ``is_here``: it belongs to the case whose page this is.

    A conversation (``voice``, ``text``) has ``words`` (what was asked; empty when nothing was said)
    and ``lines``; of a text sent, ``words`` are its words. All are masked.
    """

    kind: Literal["voice", "text", "case", "sent", "rating"]
    at: datetime
    is_here: bool = False
    words: str = ""
    lines: Sequence[Line] = ()
    case: Case | None = None
    sent: OutgoingText | None = None
    rating: RatingRow | None = None


def list_citizen_items(
    db: Session, case_services: CaseServices, case: Case, actor: Actor
) -> list[CitizenItem]:
    """The newest dealings with the citizen of a case as far as the reader may see them, newest
    first; none when no phone was left."""
    if case.phone is None or case.phone_key is None:
        return []
    cases = list_cases_of_phone(db, case_services, parse_phone(case.phone), with_alerts=True)
    seen = _list_seen(db, case_services, case, cases, actor)
    hidden = [one for one in cases if one not in seen]
    ratings = list_ratings_of_citizen(db, case.phone_key)
    known = [
        row for row in ratings if can_know_rater(case_services.offices, actor, row.rating.office_id)
    ]
    items = [
        *_conversation_items(db, case, hidden),
        *(_case_item(one, case) for one in seen),
        *_sent_items(db, case, hidden, has_unknown=len(known) < len(ratings)),
        *(_rating_item(row, case) for row in known),
    ]
    return sorted(items, key=lambda item: item.at, reverse=True)[:_MAX_ITEMS]


def _list_seen(
    db: Session, case_services: CaseServices, here: Case, cases: Sequence[Case], actor: Actor
) -> list[Case]:
    """Those of one citizen's cases that the reader may see in a list of what the citizen did."""
    reached = {case.id for case in list_seen(db, cases, actor)}
    return [
        case
        for case in cases
        if case.id == here.id or (case.id in reached and _can_know(case_services, case, actor))
    ]


def _can_know(case_services: CaseServices, case: Case, actor: Actor) -> bool:
    """Whether the reader may learn who lodged a case: of a bad rating the rated may not."""
    if case.kind != CaseKind.BAD_RATING:
        return True
    return can_know_rater(case_services.offices, actor, case.rated_office_id or case.office_id)


def _case_item(case: Case, here: Case) -> CitizenItem:
    return CitizenItem(kind="case", at=case.received_at, case=case, is_here=case.id == here.id)


def _rating_item(row: RatingRow, here: Case) -> CitizenItem:
    is_here = row.rating.service.case_number == here.number
    return CitizenItem(kind="rating", at=row.rating.at, rating=row, is_here=is_here)


def _conversation_items(db: Session, here: Case, hidden: Sequence[Case]) -> Iterator[CitizenItem]:
    """Conversations but for those in which a hidden case was lodged, joined or told of."""
    newest = (
        select(TakenTurn.conversation_id, TakenTurn.channel, func.min(TakenTurn.taken_at))
        .where(TakenTurn.phone_key == here.phone_key)
        .group_by(TakenTurn.conversation_id, TakenTurn.channel)
        .order_by(func.max(TakenTurn.taken_at).desc())
        .limit(_MAX_CONVERSATIONS)
    )
    rows = db.execute(newest).all()
    transcripts = list_transcripts(db, [row[0] for row in rows])
    ours, away = _origins_of(db, [here]), _origins_of(db, hidden)
    for name, channel, began_at in rows:
        lines = transcripts.get(name, [])
        if name in away or _names_any(lines, hidden):
            continue
        yield CitizenItem(
            kind="text" if channel == "text" else "voice",
            at=began_at,
            is_here=name in ours,
            words=_what_was_asked(lines),
            lines=lines,
        )


def _names_any(lines: Sequence[Line], cases: Sequence[Case]) -> bool:
    """Whether the number of one of the cases was said (digit by digit in a call) or written."""
    said = _digits("".join(line.words for line in lines))
    return any(_digits(case.number) in said for case in cases)


def _digits(words: str) -> str:
    return "".join(character for character in words if character.isdigit())


def _origins_of(db: Session, cases: Iterable[Case]) -> set[str]:
    """Ids of the conversations from which events of these cases came."""
    origins = select(CaseEvent.idempotency_key).where(
        CaseEvent.case_id.in_([case.id for case in cases]), CaseEvent.idempotency_key.is_not(None)
    )
    return {
        idempotency_key.rpartition(":")[0]
        for idempotency_key in db.scalars(origins)
        if idempotency_key
    }


def _what_was_asked(lines: Sequence[Line]) -> str:
    return next((line.words for line in lines if line.who == "citizen" and line.is_words), "")


def _sent_items(
    db: Session,
    here: Case,
    hidden: Sequence[Case],
    *,
    has_unknown: bool,
) -> list[CitizenItem]:
    """Texts sent by themselves; what was written in a conversation stands in its transcript."""
    hidden_numbers = {case.number for case in hidden}
    items = []
    for text in list_texts_to(db, here.phone_key or ""):
        if text.kind == Kind.STAFF_CODE:
            continue  # A colleague's one-time code, where staff are citizens too.
        is_said = text.conversation_id is not None
        is_about_unknown = has_unknown and text.kind == Kind.RATING_FOLLOW_UP
        # A code is nobody's to read but whose number it proves.
        is_secret = text.kind == Kind.CODE or text.case_number in hidden_numbers
        if is_said or is_about_unknown or is_secret:
            continue
        is_here = text.case_number == here.number
        words = mask_personal(text.words)
        item = CitizenItem(kind="sent", at=text.created_at, sent=text, words=words, is_here=is_here)
        items.append(item)
    return items
