"""One text that came in: from a checked webhook to the texts that answer it, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog
from redis.exceptions import RedisError
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.clock import Clock
from core.database import Database
from core.phones import Phone, find_caller, mask
from core.state_store import StateStore
from dialogue.conversation import Conversation
from dialogue.replies import Reply, SendText
from dialogue.services import DialogueServices, Facilities
from dialogue.store import find_open_text_conversation, take_and_keep
from dialogue.turn_inputs import Texted
from dialogue.wordings import wording
from nlu.embedded.keywords import find_keyword
from nlu.interpretation import Act
from nlu.understood_before import UnderstoodBefore
from outbox.operations import TextOrder, enqueue_text, is_opted_out, opt_in, opt_out
from outbox.queries import list_texts_to
from sms.flood import FloodLimits, Verdict, judge
from sms.inbound import InboundMessage, Outcome
from sms.languages import language_of
from sms.loops import is_automatic, is_echo, is_repetition
from sms.models import InboundText
from sms.questions import split_questions
from sms.rendering import write
from sms.screening import find_addition, find_remark

log = structlog.get_logger()

MOST_QUESTIONS = 3
_SAME_WORDS_WITHIN = timedelta(minutes=10)
_OUR_LAST_TEXTS = 5


@dataclass(frozen=True)
class TextServices:
    """What the text channel works with.

    ``take_rating_reply`` is shown every text (db, keyed hash of the number, words, now) and gives
    the words to send back when it was a reply to a rating invitation, else None.
    """

    database: Database
    facilities: Facilities
    state: StateStore
    clock: Clock
    take_rating_reply: Callable[[Session, str, str, datetime], str | None]
    limits: FloodLimits = field(default_factory=FloodLimits)


@dataclass(frozen=True)
class _Arrival:
    """A text from a number, at a moment, judged."""

    message: InboundMessage
    phone: Phone | None
    phone_key: str
    verdict: Verdict
    now: datetime
    questions: tuple[str, ...] = ()
    facilities: Facilities | None = None

    @property
    def words(self) -> str:
        return self.message.words


def take_text(parts: TextServices, message: InboundMessage) -> None:
    """Serve a text once: store it, and queue what answers it, in one transaction.

    Texts of one number are served one after the other. When serving fails, the text is stored all
    the same and an apology queued. Raises only when nothing can be stored.
    """
    phone = find_caller(message.sender)
    phone_key = parts.database.vault.keyed_hash(phone.e164 if phone else message.sender)
    for is_last in (False, True):
        try:
            with _in_turn(parts.state, phone_key):
                if not _is_known(parts, message.sid):
                    _serve_and_store(parts, _arrival(parts, message, phone, phone_key))
            return
        except Exception as error:
            # Without the lock another text of the number, or this one, may have been faster.
            if isinstance(error, IntegrityError) and not is_last:
                continue
            log.exception("text not served", sid=message.sid, sender=mask(message.sender))
            break
    _apologise(parts, message, phone, phone_key)


def _arrival(
    parts: TextServices, message: InboundMessage, phone: Phone | None, phone_key: str
) -> _Arrival:
    verdict = judge(parts.state, phone_key, parts.limits)
    nlu = UnderstoodBefore(parts.facilities.nlu)
    questions: tuple[str, ...] = ()
    if verdict is Verdict.OPEN and message.words:
        # Understood before the transaction begins, so that it holds the database for less time.
        questions = split_questions(message.words, nlu)
        for question in questions[:MOST_QUESTIONS]:
            nlu.interpret(question)
    facilities = replace(parts.facilities, nlu=nlu)
    now = parts.clock.now()
    return _Arrival(message, phone, phone_key, verdict, now, questions, facilities)


def _serve_and_store(parts: TextServices, arrival: _Arrival) -> None:
    with parts.database.write() as db:
        outcome = _serve(parts, db, arrival)
        _store(parts, db, arrival, outcome)


def _serve(parts: TextServices, db: Session, arrival: _Arrival) -> Outcome:
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
    if is_opted_out(db, arrival.phone_key):
        return Outcome.UNHEARD
    if arrival.verdict is Verdict.SAY_ONCE:
        _send(db, arrival, wording(_language(arrival), "text", "service.too_many"))
        return Outcome.FLOODED
    if _is_machine(parts, db, arrival):
        return Outcome.AUTOMATIC
    words = parts.take_rating_reply(db, arrival.phone_key, arrival.words, arrival.now)
    if words is not None:
        _send(db, arrival, words, kind="rating_follow_up")
        return Outcome.RATED
    return _converse(parts, db, arrival)


def _take_opt_out(db: Session, arrival: _Arrival) -> Outcome:
    if opt_out(db, arrival.phone_key, arrival.now):
        words = wording(_language(arrival), "text", "service.opted_out")
        _send(db, arrival, words, kind="opt_out_confirmation")
    return Outcome.OPTED_OUT


def _is_machine(parts: TextServices, db: Session, arrival: _Arrival) -> bool:
    same = select(func.count()).where(
        InboundText.phone_key == arrival.phone_key,
        InboundText.words_key == parts.database.vault.keyed_hash(arrival.words),
        InboundText.received_at > arrival.now - _SAME_WORDS_WITHIN,
    )
    ours = (text.words for text in list_texts_to(db, arrival.phone_key, limit=_OUR_LAST_TEXTS))
    return (
        is_automatic(arrival.words)
        or is_repetition(arrival.words, db.scalar(same) or 0)
        or is_echo(arrival.words, ours)
    )


def _converse(parts: TextServices, db: Session, arrival: _Arrival) -> Outcome:
    conversation = find_open_text_conversation(db, arrival.phone_key, arrival.now)
    if conversation is None:
        conversation = _new_conversation(arrival)
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


def _store(parts: TextServices, db: Session, arrival: _Arrival, outcome: Outcome) -> None:
    db.add(
        InboundText(
            message_sid=arrival.message.sid,
            phone=arrival.phone.e164 if arrival.phone else arrival.message.sender,
            phone_key=arrival.phone_key,
            words=arrival.words,
            words_key=parts.database.vault.keyed_hash(arrival.words),
            attachments=arrival.message.attachments,
            outcome=outcome,
            received_at=arrival.now,
        )
    )
    db.flush()
    log.info("text", sid=arrival.message.sid, sender=mask(arrival.message.sender), outcome=outcome)


def _is_known(parts: TextServices, sid: str) -> bool:
    with parts.database.read() as db:
        return db.scalar(select(InboundText.id).where(InboundText.message_sid == sid)) is not None


def _apologise(
    parts: TextServices, message: InboundMessage, phone: Phone | None, phone_key: str
) -> None:
    """Keep a text that could not be served, and say so once in a while."""
    if _is_known(parts, message.sid):
        return
    verdict = judge(parts.state, f"sorry:{phone_key}", _APOLOGIES)
    now = parts.clock.now()
    arrival = _Arrival(message, phone, phone_key, verdict, now)
    with parts.database.write() as db:
        _store(parts, db, arrival, Outcome.FAILED)
        if verdict is Verdict.OPEN:
            _send(db, arrival, wording(_language(arrival), "text", "failure.sorry"))


_APOLOGIES = FloodLimits(short=(3, 300), long=(20, 86_400))


@contextmanager
def _in_turn(state: StateStore, phone_key: str) -> Iterator[None]:
    """Hold the number's lock. Without the state store the unique keys of the rows must do.

    Raises ConflictError when another text of the number is served for too long.
    """
    lock = state.lock(f"texts:{phone_key}")
    try:
        lock.__enter__()
    except RedisError:
        log.warning("texts are served unlocked: the state store does not answer")
        yield
        return
    try:
        yield
    finally:
        with suppress(RedisError):
            lock.__exit__(None, None, None)
