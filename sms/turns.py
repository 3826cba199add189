"""One text that came in and was stored: to the texts that answer it, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from core.database import hold
from core.phones import Phone, find_caller, mask
from dialogue.conversation import Conversation
from dialogue.replies import Reply, SendText
from dialogue.services import DialogueServices, Facilities
from dialogue.store import take_and_keep
from dialogue.turn_inputs import Texted
from dialogue.wordings import wording
from nlu.embedded.keywords import find_keyword
from nlu.interpretation import Act
from nlu.understood_before import UnderstoodBefore
from outbox.operations import TextOrder, enqueue_text, opt_in, opt_out
from sms.flood import FloodLimits, Verdict, judge
from sms.inbound import InboundMessage, Outcome
from sms.known import Known, look_up
from sms.languages import language_of
from sms.loops import is_automatic, is_repetition
from sms.questions import split_questions
from sms.rendering import write
from sms.screening import find_addition, find_remark
from sms.services import TextServices
from sms.waiting import WaitingText, find_waiting, settle, store

log = structlog.get_logger()

MOST_QUESTIONS = 3


@dataclass(frozen=True)
class _Arrival:
    """A text from a number, at a moment, judged."""

    text: WaitingText
    phone: Phone | None
    verdict: Verdict
    now: datetime
    questions: tuple[str, ...] = ()
    facilities: Facilities | None = None

    @property
    def message(self) -> InboundMessage:
        return self.text.message

    @property
    def phone_key(self) -> str:
        return self.text.phone_key

    @property
    def words(self) -> str:
        return self.message.words


def take_text(parts: TextServices, message: InboundMessage) -> None:
    """Store a text and serve it at once. Raises only when it cannot be stored."""
    text = store(parts.database, message, parts.clock.now())
    if text is not None:
        serve_text(parts, text)


def serve_text(parts: TextServices, text: WaitingText) -> None:
    """Serve a stored text once: queue what answers it and note that, in one transaction.

    Texts of one number are served one after the other, in the order in which they came: those
    before it that still wait go first. When serving fails, an apology is queued. Raises only when
    the database does not answer or nothing can be written; the text then waits on.
    """
    message = text.message
    arrival = _Arrival(text, find_caller(message.sender), Verdict.OPEN, parts.clock.now())
    try:
        judged = _judge_and_understand(parts, arrival)
        while (earlier := _serve_in_turn_or_again(parts, judged)) is not None:
            serve_text(parts, earlier)
    except Exception as error:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            # The database went away: the text waits until it is there again.
            raise
        log.exception("text not served", sid=message.sid, sender=mask(message.sender))
        _apologise(parts, arrival)


def _judge_and_understand(parts: TextServices, arrival: _Arrival) -> _Arrival:
    message = arrival.message
    verdict = judge(parts.state, arrival.phone_key, parts.limits)
    nlu = UnderstoodBefore(parts.facilities.nlu)
    questions: tuple[str, ...] = ()
    if verdict is Verdict.OPEN and message.words:
        # Understood before the transaction begins, so that it holds the database for less time.
        questions = split_questions(message.words, nlu)
        for question in questions[:MOST_QUESTIONS]:
            nlu.interpret(question)
    facilities = replace(parts.facilities, nlu=nlu)
    return replace(arrival, verdict=verdict, questions=questions, facilities=facilities)


def _serve_in_turn_or_again(parts: TextServices, arrival: _Arrival) -> WaitingText | None:
    try:
        return _serve_in_turn(parts, arrival)
    except IntegrityError:
        # Something else of the citizen was faster (staff, a call): once more on what is now.
        return _serve_in_turn(parts, arrival)


def _serve_in_turn(parts: TextServices, arrival: _Arrival) -> WaitingText | None:
    """Serve the text in one transaction if its turn has come, else give the one before it."""
    text = arrival.text
    with parts.database.write() as db:
        hold(db, f"texts/{arrival.phone_key}")
        # The moment at which its turn came: of two texts the one served later is the later one.
        arrival = replace(arrival, now=parts.clock.now())
        known = look_up(db, text.id, text.phone_key, text.words_key, arrival.now)
        if known.first_waiting is not None and known.first_waiting < text.id:
            return find_waiting(db, known.first_waiting)
        if known.first_waiting != text.id:
            # Another process has served it meanwhile.
            return None
        outcome = _serve(parts, db, arrival, known)
        settle(db, text, outcome)
    log.info("text", sid=text.message.sid, sender=mask(text.message.sender), outcome=outcome)
    return None


def _serve(parts: TextServices, db: Session, arrival: _Arrival, known: Known) -> Outcome:
    """Answer by the first rule that fits."""
    if arrival.phone is None:
        return Outcome.NO_NUMBER
    keyword = find_keyword(arrival.words)
    if keyword is Act.OPT_OUT:
        return _take_opt_out(db, arrival)
    if arrival.verdict is Verdict.QUIET:
        return Outcome.FLOODED
    if keyword is Act.OPT_IN:
        opt_in(db, arrival.phone_key)
        _send(db, arrival, wording(_language(arrival), "text", "service.opted_in"))
        return Outcome.OPTED_IN
    if known.is_opted_out:
        return Outcome.UNHEARD
    if arrival.verdict is Verdict.SAY_ONCE:
        _send(db, arrival, wording(_language(arrival), "text", "service.too_many"))
        return Outcome.FLOODED
    if _is_machine(arrival, known):
        return Outcome.AUTOMATIC
    words = parts.take_rating_reply(db, arrival.phone_key, arrival.words, arrival.now)
    if words is not None:
        _send(db, arrival, words, kind="rating_follow_up")
        return Outcome.RATED
    return _converse(parts, db, arrival, known)


def _take_opt_out(db: Session, arrival: _Arrival) -> Outcome:
    if opt_out(db, arrival.phone_key, arrival.now):
        words = wording(_language(arrival), "text", "service.opted_out")
        _send(db, arrival, words, kind="opt_out_confirmation")
    return Outcome.OPTED_OUT


def _is_machine(arrival: _Arrival, known: Known) -> bool:
    return (
        known.is_echo
        or is_automatic(arrival.words)
        or is_repetition(arrival.words, known.same_before)
    )


def _converse(parts: TextServices, db: Session, arrival: _Arrival, known: Known) -> Outcome:
    conversation = known.conversation or _new_conversation(arrival)
    is_asking = conversation.step.startswith("question.")
    message = arrival.message
    remark = find_remark(message.words, message.attachments, is_asking=is_asking)
    if remark is not None:
        _send(db, arrival, wording(conversation.language, "text", remark))
        return Outcome.REMARKED
    questions = arrival.questions if is_asking else (message.words,)
    texts, conversation = _take_turns(parts, db, arrival, conversation, questions)
    addition = find_addition(message.words, message.attachments, is_asking=is_asking)
    if addition is not None:
        texts.append(wording(conversation.language, "text", addition))
    for number, words in enumerate(texts):
        _send(db, arrival, words, number=number, conversation_id=conversation.id)
    return Outcome.SERVED


def _take_turns(
    parts: TextServices,
    db: Session,
    arrival: _Arrival,
    conversation: Conversation,
    questions: tuple[str, ...],
) -> tuple[list[str], Conversation]:
    """One turn a question, as long as the last one was simply answered; the texts to send."""
    services = DialogueServices(arrival.facilities or parts.facilities, db, arrival.now)
    texts: list[str] = []
    for number, question in enumerate(questions):
        if number == MOST_QUESTIONS or (number and conversation.step != "question.answered"):
            texts.append(wording(conversation.language, "text", "service.several"))
            break
        key = arrival.message.sid if number == 0 else f"{arrival.message.sid}/{number}"
        heard = Texted(question, arrival.message.attachments)
        turn = take_and_keep(conversation, heard, key, services)
        conversation = turn.conversation
        texts.append(write(turn.replies))
        _queue_texts(parts, db, turn.replies, conversation.id, arrival.now)
    return [words for words in texts if words], conversation


def _queue_texts(
    parts: TextServices,
    db: Session,
    replies: tuple[Reply, ...],
    conversation_id: str,
    now: datetime,
) -> None:
    for reply in replies:
        if isinstance(reply, SendText):
            order = TextOrder(
                phone=reply.phone,
                phone_key=parts.database.vault.keyed_hash(reply.phone),
                words=reply.words,
                kind=reply.kind,
                language=reply.language,
                key=reply.key,
                conversation_id=conversation_id,
            )
            enqueue_text(db, order, now)


def _send(
    db: Session,
    arrival: _Arrival,
    words: str,
    *,
    kind: str = "reply",
    number: int = 0,
    conversation_id: str | None = None,
) -> None:
    if arrival.phone is not None and words:
        order = TextOrder(
            phone=arrival.phone.e164,
            phone_key=arrival.phone_key,
            words=words,
            kind=kind,
            language=language_of(words),
            key=f"in/{arrival.message.sid}/{number}",
            conversation_id=conversation_id,
        )
        enqueue_text(db, order, arrival.now)


def _new_conversation(arrival: _Arrival) -> Conversation:
    phone = arrival.phone
    return Conversation(
        id=f"T{arrival.phone_key}{arrival.now:%Y%m%d%H%M%S%f}",
        channel="text",
        phone=phone.e164 if phone else "",
        phone_key=arrival.phone_key,
        can_text=phone is not None and phone.can_receive_texts,
        language=_language(arrival),
        started_at=arrival.now.isoformat(),
    )


def _language(arrival: _Arrival) -> str:
    return language_of(arrival.words)


def _apologise(parts: TextServices, arrival: _Arrival) -> None:
    """Serve a text no more that could not be served, and say so once in a while."""
    verdict = judge(parts.state, f"sorry:{arrival.phone_key}", _APOLOGIES)
    with parts.database.write() as db:
        hold(db, f"texts/{arrival.phone_key}")
        if settle(db, arrival.text, Outcome.FAILED) and verdict is Verdict.OPEN:
            _send(db, arrival, wording(_language(arrival), "text", "failure.sorry"))


_APOLOGIES = FloodLimits(short=(3, 300), long=(20, 86_400))
