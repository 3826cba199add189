"""One text that came in and was stored: to the texts that answer it, in one transaction."""

from __future__ import annotations

from dataclasses import replace

import structlog
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from core.database import hold
from core.phones import find_caller, mask
from dialogue.conversation import Conversation
from dialogue.flows.answer.slots import is_answered
from dialogue.queueing import queue_texts
from dialogue.services import DialogueServices
from dialogue.store import take_and_store
from dialogue.turn_inputs import Texted
from dialogue.wordings import wording
from ratings.operations import has_open_invitation
from sms.arrivals import MAX_QUESTIONS, Arrival, judge_and_understand, reread
from sms.attempts import (
    Attempt,
    Standing,
    Turn,
    begin_attempt,
    give_back_interrupted,
    is_any_waiting,
)
from sms.flood import Verdict
from sms.inbound import InboundMessage, Outcome
from sms.known import Known, look_up
from sms.loops import is_last_answer
from sms.rendering import write
from sms.rules import Onward, Serving, apply_rules
from sms.screening import find_addition, find_remark
from sms.sending import send_back
from sms.services import TextServices
from sms.setting_aside import set_aside
from sms.waiting import WaitingText, settle, store
from sms.wordings import channel_wording, cut_remark

log = structlog.get_logger()


def take_text(parts: TextServices, message: InboundMessage) -> None:
    """Store a text and serve it at once. Raises only when it cannot be stored."""
    text = store(parts.database, message, parts.clock.now())
    if text is not None:
        serve_text(parts, text)


def serve_text(parts: TextServices, text: WaitingText) -> None:
    """Serve a stored text once: queue what answers it and note that, in one transaction.

    Texts of one number are served one after the other, in the order in which they came: those
    before it that still wait go first, and a few that came meanwhile follow, which others have left
    because of it. Each attempt is counted before it begins; a text whose last one fails, or ended
    with its process, is set aside. Raises only when the database does not answer or nothing can be
    written; the text then waits on.
    """
    give_back_interrupted(parts.database, parts.interrupted)
    turn, behind = Turn(last_id=text.id), 0
    while behind < _MAX_BEHIND:
        attempt = begin_attempt(parts.database, text.phone_key, parts.clock.now(), turn)
        if attempt is None or attempt.standing is Standing.IN_HAND:
            return
        is_done = attempt.standing is Standing.BEGUN and _try(parts, attempt)
        if not is_done and attempt.is_last:
            set_aside(parts, attempt.text)
            is_done = True
        turn = Turn(failed_id=None if is_done else attempt.text.id)
        behind += attempt.text.id > text.id
        if is_done and not is_any_waiting(parts.database, text.phone_key):
            return


def _try(parts: TextServices, attempt: Attempt) -> bool:
    """Serve a text; False when that failed."""
    text = attempt.text
    arrival = Arrival(text, find_caller(text.message.sender), Verdict.OPEN, parts.clock.now())
    try:
        _serve_in_turn_or_again(parts, judge_and_understand(parts, arrival))
    except Exception as error:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            # The database went away: the text waits until it is there again.
            parts.interrupted.add(text.id)
            raise
        log.exception("text not served", sid=text.message.sid, attempt=attempt.number)
        return False
    return True


def _serve_in_turn_or_again(parts: TextServices, arrival: Arrival) -> None:
    try:
        _serve_in_turn(parts, arrival)
    except IntegrityError:
        # Something else of the citizen was faster (staff, a call): once more on what is now.
        _serve_in_turn(parts, arrival)


def _serve_in_turn(parts: TextServices, arrival: Arrival) -> None:
    """Serve the text in one transaction, if no other process has done so meanwhile."""
    text = arrival.text
    with parts.database.write() as db:
        hold(db, f"texts/{arrival.phone_key}")
        # The moment at which its turn came: of two texts the one served later is the later one.
        arrival = replace(arrival, now=parts.clock.now())
        known = look_up(db, text.id, text.phone_key, text.words_key, arrival.now)
        if known.first_waiting != text.id:
            return
        outcome = _serve(parts, db, arrival, known)
        if text.message.is_cut and outcome in _ANSWERED_SHORTLY:
            send_back(db, arrival, cut_remark(arrival.language), number=_CUT_NUMBER)
        settle(db, text, outcome)
    log.info("text", sid=text.message.sid, sender=mask(text.message.sender), outcome=outcome)


def _serve(parts: TextServices, db: Session, arrival: Arrival, known: Known) -> Outcome:
    """Answer by the first rule that fits, or by a turn of the dialogue."""
    result = apply_rules(Serving(parts, db, arrival, known))
    if isinstance(result, Outcome):
        return result
    arrival = reread(parts, arrival, result.words)
    if result.is_danger:
        arrival = replace(arrival, questions=(result.words,))
    return _converse(parts, db, arrival, known, result)


def _converse(
    parts: TextServices, db: Session, arrival: Arrival, known: Known, onward: Onward
) -> Outcome:
    conversation = _conversation_of(db, arrival, known)
    is_asking = conversation.is_asking_freely
    words, attachments = arrival.words, arrival.message.attachments
    remark = find_remark(words, attachments, is_asking=is_asking)
    if remark is not None:
        send_back(db, arrival, wording(conversation.language, "text", remark), number=onward.sent)
        return Outcome.REMARKED
    questions = arrival.questions if is_asking else (words,)
    texts, conversation = _take_turns(parts, db, arrival, conversation, questions)
    addition = find_addition(words, attachments, is_asking=is_asking)
    if arrival.message.is_cut and not onward.is_danger:
        texts.append(cut_remark(conversation.language))
    elif addition is not None:
        texts.append(wording(conversation.language, "text", addition))
    if is_asking and is_last_answer(words, known.same_before):
        repeated = channel_wording(conversation.language, "repeated")
        texts[-1:] = ["\n".join([*texts[-1:], repeated])]
    kind = "help" if onward.is_danger else "reply"
    for number, text in enumerate(texts, start=onward.sent):
        send_back(db, arrival, text, kind=kind, number=number, conversation_id=conversation.id)
    return Outcome.SERVED


def _take_turns(
    parts: TextServices,
    db: Session,
    arrival: Arrival,
    conversation: Conversation,
    questions: tuple[str, ...],
) -> tuple[list[str], Conversation]:
    """One turn a question, as long as the last one was simply answered; the texts to send."""
    services = DialogueServices(arrival.facilities or parts.facilities, db, arrival.now)
    texts: list[str] = []
    for number, question in enumerate(questions):
        if number == MAX_QUESTIONS or (number and not is_answered(conversation)):
            texts.append(wording(conversation.language, "text", "service.several"))
            break
        key = arrival.message.sid if number == 0 else f"{arrival.message.sid}/{number}"
        heard = Texted(question, arrival.message.attachments)
        turn = take_and_store(conversation, heard, key, services)
        conversation = turn.conversation
        texts.append(write(turn.replies))
        queue_texts(
            db,
            parts.database.vault,
            turn.replies,
            arrival.now,
            conversation_id=conversation.id,
        )
    return [words for words in texts if words], conversation


def _conversation_of(db: Session, arrival: Arrival, known: Known) -> Conversation:
    """The conversation that goes on, or a new one. While digits rate an earlier service, its
    choices are letters; they stay so after the rating, as the menu before it still waits."""
    conversation = known.conversation or _new_conversation(arrival)
    is_open = has_open_invitation(db, arrival.phone_key, arrival.now)
    uses_letters = is_open or conversation.uses_letters
    # Who texts from a number has it.
    return replace(conversation, uses_letters=uses_letters, is_proved=True)


def _new_conversation(arrival: Arrival) -> Conversation:
    phone = arrival.phone
    return Conversation(
        id=f"T{arrival.phone_key}{arrival.now:%Y%m%d%H%M%S%f}",
        channel="text",
        phone=phone.e164 if phone else "",
        phone_key=arrival.phone_key,
        can_text=phone is not None and phone.can_receive_texts,
        language=arrival.language,
        started_at=arrival.now.isoformat(),
        is_proved=phone is not None,
    )


_ANSWERED_SHORTLY = (Outcome.RATED, Outcome.REMARKED)
"""Outcomes whose answer does not say by itself that the text was cut."""
_MAX_BEHIND = 3
"""Attempts at texts that came after the one to serve: other numbers wait too."""
_CUT_NUMBER = 99
"""Of the text that says so, behind all others."""
