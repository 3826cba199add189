"""Danger to life that is spoken where the dialogue does not listen: into a recording, or in the
queue. The words become a turn of the call, so they get the same help as at any prompt.
"""

from __future__ import annotations

import structlog
from sqlalchemy.orm import Session

from callcentre.operations import end_wait
from callcentre.queries import find_in_queue
from casework.danger import DangerReport, note_caller_gone, raise_danger_alert
from casework.drafts import Contact, IdempotencyKey
from core.errors import HotlineError
from core.phones import Phone
from dialogue.conversation import Conversation
from dialogue.shared.danger import advise
from dialogue.store import find_newest_turn
from dialogue.turn_inputs import Spoke
from hotline.turns import CallServices, take_call_turn
from nlu.danger import Danger, DangerLevel, find_danger
from nlu.entities.extraction import find_entities
from nlu.texts import simplify

log = structlog.get_logger()
_MAX_TRIES = 3


def hear_danger_in_queue(parts: CallServices, sid: str, turn: int, spoke: Spoke) -> bool:
    """Whether words spoken in the queue tell of danger to life. If they do, they are taken as turn
    number ``turn``, once; the caller has to leave the queue and then hears the replies of it."""
    if _find_acute(spoke.words) is None:
        return False
    with parts.database.write() as db:
        newest = find_newest_turn(db, sid)
        waiting = find_in_queue(db, sid)
        if newest is None or waiting is None:
            return False
        if newest.conversation.turn != turn:
            # The same webhook again: the caller is helped already.
            return True
        end_wait(db, waiting, "danger", parts.clock.now())
    take_call_turn(parts, sid, turn, spoke)
    return True


def take_transcript(parts: CallServices, sid: str, spoke: Spoke, *, turn_path: str) -> None:
    """Look for danger to life in what was transcribed of a recording that is being made.

    If there is any, the words are taken as a turn at once and the call is redirected to its
    replies; the provider then ends the recording and reports it as usual. A transcript may come
    when the recording is over already: it is taken all the same, and when the caller has hung up
    meanwhile, the bureau is alerted.
    """
    danger = _find_acute(spoke.words)
    if danger is None:
        return
    with parts.database.write() as db:
        newest = find_newest_turn(db, sid)
        if newest is None:
            return
        conversation = newest.conversation
        if conversation.is_over:
            _alert_after_hang_up(parts, db, conversation, spoke.words, danger)
            return
    turn = _take_as_turn(parts, sid, spoke)
    _redirect(parts, sid, f"{turn_path}?turn={turn}&transcribed=1")


def _take_as_turn(parts: CallServices, sid: str, spoke: Spoke) -> int:
    """Take words once as the next turn of a call, also when the end of the recording was being
    taken meanwhile; the turn's number."""
    for _ in range(_MAX_TRIES):
        with parts.database.read() as db:
            newest = find_newest_turn(db, sid)
        turn = newest.conversation.turn if newest is not None else 0
        if take_call_turn(parts, sid, turn, spoke).is_taken:
            break
    return turn


def _find_acute(words: str) -> Danger | None:
    danger = find_danger(words)
    return danger if danger is not None and danger.level is DangerLevel.ACUTE else None


def _alert_after_hang_up(
    parts: CallServices, db: Session, conversation: Conversation, words: str, danger: Danger
) -> None:
    now, case_services = parts.clock.now(), parts.facilities.case_services
    phone = Phone(conversation.phone, conversation.can_text) if conversation.phone else None
    raise_danger_alert(
        db,
        case_services,
        DangerReport(
            idempotency_key=IdempotencyKey(conversation.id, f"transcribed{conversation.turn}"),
            contact=Contact(phone=phone, channel="voice", language=conversation.language),
            kind=advise(danger, words).kind,
            words=words,
            town=find_entities(simplify(words), now.date()).town,
            can_call_back=not danger.is_held,
            conversation_id=conversation.id,
        ),
        now,
    )
    note_caller_gone(db, case_services, conversation.id, now)


def _redirect(parts: CallServices, sid: str, path: str) -> None:
    if parts.redirect_call is None:
        return
    try:
        parts.redirect_call(sid, path)
    except HotlineError:
        # The caller hears the same replies when the recording ends.
        log.exception("a call was not redirected to help", call=sid)
