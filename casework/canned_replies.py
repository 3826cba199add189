"""Ready answers that staff start from: kept, found by topic, filled with the case's facts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework.case_services import Actor, CaseServices
from casework.models import CannedReply, Case
from core.errors import InputError, PermissionDeniedError

EDIT_PERMISSION = "case.edit_replies"
_LONGEST_TITLE = 120
_LONGEST_BODY = 2000


def save_canned_reply(
    db: Session,
    actor: Actor,
    now: datetime,
    *,
    title: str,
    body: str,
    language: str,
    topic: str | None = None,
    reply: CannedReply | None = None,
) -> CannedReply:
    """Keep a new reply, or change ``reply``.

    Raises PermissionDeniedError without case.edit_replies, InputError when title or body is empty
    or too long.
    """
    _check_may_edit(actor)
    for field, value, longest in (("title", title, _LONGEST_TITLE), ("body", body, _LONGEST_BODY)):
        if not 1 <= len(value.strip()) <= longest:
            raise InputError(f"The {field} needs 1 to {longest} characters.", field)
    stored = reply if reply is not None else CannedReply()
    stored.title, stored.body = title.strip(), body.strip()
    stored.language, stored.topic = language, topic
    stored.changed_by, stored.changed_at = actor.id, now
    db.add(stored)
    db.flush()
    return stored


def retire_canned_reply(db: Session, actor: Actor, reply: CannedReply, now: datetime) -> None:
    """Take a reply out of use. Raises PermissionDeniedError without case.edit_replies."""
    _check_may_edit(actor)
    reply.is_retired = True
    reply.changed_by, reply.changed_at = actor.id, now
    db.flush()


def list_canned_replies(
    db: Session, *, language: str, topic: str | None = None
) -> list[CannedReply]:
    """Replies in use for a language: those of the topic first, then those for any topic."""
    in_use = select(CannedReply).where(
        CannedReply.is_retired.is_(False),
        CannedReply.language == language,
        or_(CannedReply.topic == topic, CannedReply.topic.is_(None)),
    )
    return list(db.scalars(in_use.order_by(CannedReply.topic.is_(None), CannedReply.title)))


def fill_canned_reply(case_services: CaseServices, reply: CannedReply, case: Case) -> str:
    """The reply's words with {number} and {office} of the case put in; other braces stay."""
    office = case_services.offices.get(case.office_id)
    name = office.name_en if reply.language == "en" else office.name_zh
    return reply.body.replace("{number}", case.number).replace("{office}", name)


def _check_may_edit(actor: Actor) -> None:
    if not actor.may(EDIT_PERMISSION):
        raise PermissionDeniedError(f"{EDIT_PERMISSION} is needed.")
