"""A caller whose life is in danger, on the way to a person: what agent and caller hear, and what
the alert is to know of it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from callcentre.models import Agent, QueuedCaller
from callcentre.operations import withdraw_offer
from callcentre.queries import find_urgent_head, is_any_agent_on_duty
from casework.case_services import CaseServices
from casework.danger import DangerAlert, note_person_lost, note_person_reached
from casework.danger.queries import find_alert_of_conversation
from core.errors import HotlineError
from dialogue.services import DialogueServices
from hotline.turns import CallServices

log = structlog.get_logger()
_WORDS = Path(__file__).with_name("urgent_words.toml")
_Note = Callable[[Session, CaseServices, str, datetime], DangerAlert | None]


def danger_words(db: Session, conversation_id: str, *, is_urgent: bool = False) -> str:
    """What the agent hears first: the danger; empty when no life is in danger.

    ``is_urgent``: the caller stands in the line of urgent callers, whatever the alert says.
    """
    alert = find_alert_of_conversation(db, conversation_id)
    if alert is None and not is_urgent:
        return ""
    words = _words()
    dangers = [words["danger"][kind] for kind in (alert.kinds if alert else ["unknown"])]
    return str(words["whisper"]["urgent"].format(danger="，".join(dangers)))


def danger_of_caller(db: Session, waiting: QueuedCaller) -> str:
    """What the agent hears first of a caller in the line; empty when no life is in danger."""
    return danger_words(db, waiting.conversation_id, is_urgent=waiting.is_urgent)


def is_served(parts: CallServices, db: Session, waiting: QueuedCaller, now: datetime) -> bool:
    """Whether waiting makes sense: in office hours; for an urgent caller also after closing time
    while somebody still takes calls."""
    if DialogueServices(parts.facilities, db, now).is_office_open:
        return True
    return waiting.is_urgent and is_any_agent_on_duty(db, tuple(waiting.office_ids))


def first_to_serve(db: Session, agent: Agent, waiting: QueuedCaller | None) -> QueuedCaller | None:
    """The urgent caller whom this agent may serve, else whom it was called for."""
    if waiting is not None and waiting.is_urgent:
        return waiting
    urgent = find_urgent_head(db, agent.office_id)
    if urgent is not None and waiting is not None:
        withdraw_offer(db, waiting)
    return urgent or waiting


def urgent_waiting_words(language: str) -> str:
    """What an urgent caller hears in the line."""
    return str(_words()["waiting"][language])


def note_reached(parts: CallServices, conversation_id: str) -> None:
    """Tell the alert that a person took the call. Never keeps the two from being connected."""
    _note(parts, conversation_id, note_person_reached)


def note_lost(parts: CallServices, conversation_id: str) -> None:
    """Tell the alert that the person and the caller were not connected after all."""
    _note(parts, conversation_id, note_person_lost)


def _note(parts: CallServices, conversation_id: str, note: _Note) -> None:
    try:
        with parts.database.write() as db:
            note(db, parts.facilities.case_services, conversation_id, parts.clock.now())
    except (SQLAlchemyError, HotlineError):
        log.exception("the alert of a call could not be brought up to date", call=conversation_id)


@cache
def _words() -> Mapping[str, Any]:
    return tomllib.loads(_WORDS.read_text(encoding="utf-8"))
