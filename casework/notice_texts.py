"""Turning casework's notices into texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework.case_services import CaseServices
from casework.chain import detail_of
from casework.contact_wishes import wish_of
from casework.models import Case
from casework.notices import Notice, list_waiting_notices
from casework.operations import conclude_notice
from casework.queries import list_events
from casework.vocabulary import Audience
from casework.wordings import wordings
from core.contact_wishes import NO_WISH
from core.database import Database
from core.jobs import Counts
from core.phones import parse_phone
from outbox.operations import TextOrder, enqueue_text

_BATCH = 100


def send_notices(
    database: Database, case_services: CaseServices, now: datetime, duty_numbers: Sequence[str] = ()
) -> Counts:
    """Queue a text for each waiting notice that somebody can be texted about; counts.

    An alarm to the bureau also goes to those of the duty numbers that can receive texts.
    One transaction a notice: the text's row and the notice's mark are written together.
    """
    with database.read() as db:
        waiting = [notice.id for notice in list_waiting_notices(db, limit=_BATCH)]
    texts = 0
    for notice_id in waiting:
        with database.write() as db:
            notice = db.get_one(Notice, notice_id)
            if notice.taken_at is None:
                texts += _send(db, case_services, notice, now)
                texts += _send_to_duty(db, case_services, notice, now, duty_numbers)
    return {"notices": len(waiting), "texts": texts}


def _send(db: Session, case_services: CaseServices, notice: Notice, now: datetime) -> bool:
    case = db.get_one(Case, notice.case_id)
    is_citizen = notice.audience == Audience.CITIZEN
    phone = _phone_of(case_services, notice, case)
    if not phone:
        # Nobody to text: the console shows it.
        conclude_notice(db, case_services, notice, now)
        return False
    language = "en" if is_citizen and case.language == "en" else "zh"
    words = _words(db, case_services, case, notice, language)
    # A person may let an answer go to a number that nobody proved; nothing else goes there.
    is_confirmed = case.is_phone_proved or bool(notice.params.get("confirms_number"))
    order = replace(
        _order(case_services, notice, phone, words, language),
        wish=wish_of(case) if is_citizen else NO_WISH,
        is_claimed=is_citizen and not is_confirmed,
    )
    text_id = enqueue_text(db, order, now)
    conclude_notice(
        db, case_services, notice, now, text_id=None if text_id is None else str(text_id)
    )
    return text_id is not None


def _send_to_duty(
    db: Session,
    case_services: CaseServices,
    notice: Notice,
    now: datetime,
    duty_numbers: Sequence[str],
) -> int:
    """Queue the text of an alarm for those on duty; how many."""
    if notice.audience != Audience.BUREAU or not _is_alarm(notice):
        return 0
    case = db.get_one(Case, notice.case_id)
    words = _words(db, case_services, case, notice, "zh")
    texts = 0
    for number in _textable(duty_numbers) - {case_services.offices.bureau.head_phone}:
        order = _order(case_services, notice, number, words, "zh")
        order = replace(order, key=f"{order.key}/{order.phone_key[:12]}")
        texts += enqueue_text(db, order, now) is not None
    return texts


def _textable(addresses: Sequence[str]) -> set[str]:
    numbers = [parse_phone(one) for one in addresses if one.startswith("+")]
    return {number.e164 for number in numbers if number.can_receive_texts}


def _phone_of(case_services: CaseServices, notice: Notice, case: Case) -> str | None:
    if notice.audience == Audience.CITIZEN:
        return case.phone
    return case_services.offices.get(notice.office_id).head_phone


def _order(
    case_services: CaseServices, notice: Notice, phone: str, words: str, language: str
) -> TextOrder:
    return TextOrder(
        phone=phone,
        phone_key=case_services.vault.keyed_hash(phone),
        words=words,
        kind=_kind(notice),
        language=language,
        key=f"notice/{notice.key}",
        case_number=notice.params["number"],
    )


def word_answer(case: Case, text: str) -> str:
    """The whole text that a citizen gets for an answer to a case."""
    language = "en" if case.language == "en" else "zh"
    return wordings(language, "notice")["citizen_answered"].format(number=case.number, text=text)


def _kind(notice: Notice) -> str:
    if _is_alarm(notice):
        return "alarm"
    if notice.audience != Audience.CITIZEN:
        return "staff_notice"
    return "case_answer" if notice.text_key == "notice.citizen_answered" else "case_notice"


def _is_alarm(notice: Notice) -> bool:
    return notice.text_key.startswith("notice.danger_")


def _words(
    db: Session, case_services: CaseServices, case: Case, notice: Notice, language: str
) -> str:
    places: dict[str, Any] = dict(notice.params)
    if notice.audience == Audience.CITIZEN:
        events = {event.sequence: event for event in list_events(db, case)}
        detail = detail_of(events[notice.params["event"]])
        places |= {name: detail[name] for name in ("text", "reason") if name in detail}
    if "town" in notice.params:
        town = case_services.offices.find_town(notice.params["town"])
        unknown = wordings(language, "place")["unknown_town"]
        places["town"] = town.full_name_zh if town is not None else unknown
    office = case_services.offices.get(notice.office_id)
    places["office"] = office.name_en if language == "en" else office.name_zh
    return wordings(language, "notice")[notice.text_key.removeprefix("notice.")].format_map(places)
