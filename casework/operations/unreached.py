"""A notice that the law demands and a text cannot bring: staff call or write, on the record."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from casework.case_services import SYSTEM, Actor, CaseServices
from casework.drafts import IdempotencyKey
from casework.models import Case, CaseEvent
from casework.notices import Notice, queue_notice
from casework.record import record_event
from casework.vocabulary import Audience, EventKind, Means
from core.errors import InputError

_NOTICE_PREFIX = "notice/"


def record_not_texted(
    db: Session, case_services: CaseServices, case: Case, text_id: int, reason: str, now: datetime
) -> CaseEvent | None:
    """Record that a text to the citizen cannot be delivered and why, and notify the office head;
    None when that was recorded before.

    The deadline of what the text was about runs on: only ``notify_otherwise`` ends it.
    """
    idempotency_key = IdempotencyKey(f"text:{text_id}", EventKind.NOT_TEXTED)
    if db.scalar(select(exists().where(CaseEvent.idempotency_key == idempotency_key.key))):
        return None
    detail = {"text_id": str(text_id), "why": reason}
    event = record_event(
        db,
        case_services,
        case,
        EventKind.NOT_TEXTED,
        SYSTEM.id,
        now,
        detail=detail,
        idempotency_key=idempotency_key,
    )
    queue_notice(
        db,
        case,
        Audience.OFFICE_HEAD,
        "notice.notify_otherwise",
        now,
        key=f"not_texted:{text_id}",
        office_id=case.office_id,
    )
    return event


def notify_otherwise(
    db: Session,
    case_services: CaseServices,
    case: Case,
    actor: Actor,
    means: Means,
    now: datetime,
    *,
    text_key: str,
) -> CaseEvent:
    """Record that a person told the citizen by ``means`` what the text ``text_key`` could not.

    Where the text was a notice, its subject counts as told, and its deadline ends. Raises
    InputError for a means that is no call, visit or letter.
    """
    if means not in (Means.CALL, Means.VISIT, Means.LETTER):
        raise InputError("A person tells by a call, a visit or a letter.", "means")
    key = text_key.removeprefix(_NOTICE_PREFIX).partition("/part")[0]
    notice = db.scalar(select(Notice).where(Notice.key == key, Notice.case_id == case.id))
    params = {} if notice is None else notice.params
    detail = {"means": means, "event": params.get("event")}
    about = params.get("tells") or ""
    return record_event(
        db, case_services, case, EventKind.NOTIFIED, actor.id, now, about=about, detail=detail
    )
