"""Setting a text aside that could not be served: staff have it as a task, its sender is told."""

from __future__ import annotations

import structlog
from sqlalchemy.orm import Session

from casework.drafts import Contact, IdempotencyKey, MessageDraft
from casework.operations import take_message
from core.database import hold
from core.phones import find_caller
from outbox.operations import ask_staff_about_inbound
from sms.arrivals import Arrival
from sms.flood import FloodLimits, Verdict, judge
from sms.inbound import Outcome
from sms.sending import send_back
from sms.services import TextServices
from sms.waiting import WaitingText, settle
from sms.wordings import channel_wording

log = structlog.get_logger()

REASON = "text_set_aside"
"""Of the task."""
# Of one number so many become cases and are apologised for; more only become tasks.
_LIMITS = FloodLimits(short=(3, 300), long=(20, 86_400))


def set_aside(parts: TextServices, text: WaitingText) -> None:
    """Serve a text no more: a message case without its words, a task that shows them, and a
    sentence to its sender. Nothing reads the words, since that is what failed."""
    now = parts.clock.now()
    arrival = Arrival(text, find_caller(text.message.sender), Verdict.OPEN, now)
    verdict = judge(parts.state, f"aside:{text.phone_key}", _LIMITS)
    with parts.database.write() as db:
        hold(db, f"texts/{text.phone_key}")
        if not settle(db, text, Outcome.SET_ASIDE):
            return
        is_first = verdict is Verdict.OPEN and arrival.phone is not None
        number = _register(parts, db, arrival) if is_first else None
        ask_staff_about_inbound(db, text.id, number, REASON, now)
        if number is not None:
            words = channel_wording(arrival.language, "set_aside").format(number=number)
            send_back(db, arrival, words)
    log.error("text set aside", sid=text.message.sid, case=number)


def _register(parts: TextServices, db: Session, arrival: Arrival) -> str:
    """The number of a message case that says where the words are."""
    draft = MessageDraft(
        idempotency_key=IdempotencyKey(arrival.message.sid, "set-aside"),
        contact=Contact(phone=arrival.phone, channel="text", language=arrival.language),
        text=channel_wording("zh", "set_aside_case"),
    )
    return take_message(db, parts.facilities.case_services, draft, arrival.now).case.number
