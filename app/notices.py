"""Turning casework's notices into texts."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from casework.chain import detail_of
from casework.desk import CaseDesk
from casework.models import Case
from casework.notices import Notice, list_waiting_notices
from casework.operations import settle_notice
from casework.queries import list_events
from casework.vocabulary import Audience
from core.database import Database
from outbox.operations import TextOrder, enqueue_text

_BATCH = 100


def send_notices(database: Database, desk: CaseDesk, now: datetime) -> dict[str, int]:
    """Queue a text for each waiting notice that somebody can be texted about; counts.

    One transaction a notice: the text's row and the notice's mark are written together.
    """
    with database.read() as db:
        waiting = [notice.id for notice in list_waiting_notices(db, limit=_BATCH)]
    texts = 0
    for notice_id in waiting:
        with database.write() as db:
            notice = db.get_one(Notice, notice_id)
            if notice.taken_at is None:
                texts += _send(db, desk, notice, now)
    return {"notices": len(waiting), "texts": texts}


def _send(db: Session, desk: CaseDesk, notice: Notice, now: datetime) -> bool:
    case = db.get_one(Case, notice.case_id)
    is_citizen = notice.audience == Audience.CITIZEN
    phone = case.phone if is_citizen else desk.offices.get(notice.office_id).head_phone
    if not phone:
        # Nobody to text: the console shows it.
        settle_notice(db, desk, notice, now)
        return False
    language = "en" if is_citizen and case.language == "en" else "zh"
    order = TextOrder(
        phone=phone,
        phone_key=desk.vault.keyed_hash(phone),
        words=_words(db, desk, case, notice, language),
        kind=_kind(notice),
        language=language,
        key=f"notice/{notice.key}",
        case_number=case.number,
    )
    text_id = enqueue_text(db, order, now)
    settle_notice(db, desk, notice, now, text_id=None if text_id is None else str(text_id))
    return text_id is not None


def word_answer(case: Case, text: str) -> str:
    """The whole text that a citizen gets for an answer to a case."""
    language = "en" if case.language == "en" else "zh"
    return _wordings(language)["citizen_answered"].format(number=case.number, text=text)


def _kind(notice: Notice) -> str:
    if notice.audience != Audience.CITIZEN:
        return "staff_notice"
    return "case_answer" if notice.text_key == "notice.citizen_answered" else "case_notice"


def _words(db: Session, desk: CaseDesk, case: Case, notice: Notice, language: str) -> str:
    places: dict[str, Any] = dict(notice.params)
    if notice.audience == Audience.CITIZEN:
        events = {event.sequence: event for event in list_events(db, case)}
        detail = detail_of(events[notice.params["event"]])
        places |= {name: detail[name] for name in ("text", "reason") if name in detail}
    office = desk.offices.get(notice.office_id)
    places["office"] = office.name_en if language == "en" else office.name_zh
    return _wordings(language)[notice.text_key.removeprefix("notice.")].format_map(places)


@cache
def _wordings(language: str) -> Mapping[str, str]:
    path = Path(__file__).parent / "wordings" / f"{language}.toml"
    words: Mapping[str, str] = tomllib.loads(path.read_text(encoding="utf-8"))["notice"]
    return words
