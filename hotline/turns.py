"""One turn of a call: from a checked webhook to the replies, in one transaction."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casework.queries import find_attachment
from core.clock import Clock
from core.database import Database
from core.phones import Phone, find_caller
from dialogue.conversation import Conversation
from dialogue.heard import understand_before
from dialogue.queueing import queue_texts
from dialogue.replies import End, Reply, Say, Transfer
from dialogue.services import DialogueServices, Facilities
from dialogue.store import (
    find_newest_turn,
    find_replies,
    take_and_store,
)
from dialogue.turn_inputs import Arrived, Recorded, Spoke, TurnInput
from dialogue.wordings import wording
from hotline.calls import (
    SILENT_TALK_IS_OVER,
    RecordingReport,
    begin_call,
    find_call,
    find_language,
    let_one_by_one,
    lock_call,
    note_alive,
    report_recording,
    take_recording,
)
from hotline.claims import claim_recording
from hotline.lines import Caller, LineRules, has_free_line
from hotline.models import Call
from hotline.ports import CanUnderstand, NoteCallEnded, RedirectCall
from hotline.vouching import VouchedCallers
from nlu.loaded_engine import EngineNotReadyError
from nlu.understood_before import UnderstoodBefore


@dataclass(frozen=True)
class ServedTurn:
    """The replies of a turn and the number of the turn that follows it. ``is_taken``: it was this
    request that took the turn, no earlier one and none beside it."""

    replies: tuple[Reply, ...]
    next_turn: int
    is_taken: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class CallServices:
    """What the voice channel works with.

    ``redirect_call`` is None where the provider cannot. ``transcribes_recordings``: the provider
    transcribes while it records, so that danger to life is heard at once. ``vouched`` are the
    callers for whose numbers the carriers vouch; ``line_rules`` say who gets a line, if not all
    alike.
    """

    database: Database
    facilities: Facilities
    clock: Clock
    max_calls: int
    note_call_ended: NoteCallEnded
    can_understand: CanUnderstand = lambda: True
    redirect_call: RedirectCall | None = None
    transcribes_recordings: bool = False
    vouched: VouchedCallers = field(default_factory=VouchedCallers)
    line_rules: LineRules | None = None

    @property
    def lines(self) -> LineRules:
        """Who gets a line."""
        return self.line_rules or LineRules(self.max_calls)


def answer_call(
    parts: CallServices,
    sid: str,
    caller: str,
    *,
    language: str | None = None,
    is_vouched: bool = False,
) -> tuple[Reply, ...] | None:
    """The replies to a call that comes in; None when all lines are taken, or all that are for this
    caller.

    ``language`` is the one to begin in; without it the one of the number's last call.
    ``is_vouched``: the carrier says that the number is the caller's."""
    now = parts.clock.now()
    phone = find_caller(caller)
    phone_key = parts.database.vault.keyed_hash(phone.e164) if phone else ""
    with parts.database.write() as db:
        call = find_call(db, sid)
        if call is None:
            let_one_by_one(db)
            has_line = has_free_line(db, parts.lines, Caller(phone_key, is_vouched), now)
            language = language or find_language(db, phone_key) or "zh"
            call = begin_call(
                db,
                sid,
                phone,
                phone_key,
                language=language,
                has_line=has_line,
                now=now,
                is_vouched=is_vouched,
            )
        else:
            stored = find_replies(db, _key(sid, 0))
            if stored is not None:
                return stored
        if not call.has_line:
            return None
        conversation = _new_conversation(call, phone, now)
        return take_in_call(parts, db, call, conversation, Arrived(), _key(sid, 0), now)


def take_call_turn(parts: CallServices, sid: str, number: int, turn_input: TurnInput) -> ServedTurn:
    """The replies to what the caller did in turn ``number``; a repeated request gets the same.

    A late request for a turn that went another way gets the newest replies. Raises LookupError
    for a call that never came in here, and EngineNotReadyError for speech that cannot be understood
    yet: then nothing was taken, and the turn may be asked for again.
    """
    now = parts.clock.now()
    parts = _understand_first(parts, turn_input)
    try:
        with parts.database.write() as db:
            return _turn_in(parts, db, sid, number, turn_input, now)
    except IntegrityError:
        # The same webhook is being served beside this one and was first.
        with parts.database.read() as db:
            stored = find_replies(db, _key(sid, number))
        if stored is None:
            raise
        return ServedTurn(stored, number + 1)


def _understand_first(parts: CallServices, turn_input: TurnInput) -> CallServices:
    """Understand speech before the database is held: writers must not wait for a recogniser."""
    if not isinstance(turn_input, Spoke):
        return parts
    nlu = UnderstoodBefore(parts.facilities.nlu)
    # Without an engine the dialogue still hears what needs none, such as danger to life.
    with suppress(EngineNotReadyError):
        understand_before(turn_input.words, nlu)
    return replace(parts, facilities=replace(parts.facilities, nlu=nlu))


def _turn_in(
    parts: CallServices,
    db: Session,
    sid: str,
    number: int,
    turn_input: TurnInput,
    now: datetime,
) -> ServedTurn:
    newest = find_newest_turn(db, sid)
    if newest is not None and newest.request_key == _key(sid, number):
        return ServedTurn(newest.replies, number + 1)
    is_recording = isinstance(turn_input, Recorded) and bool(turn_input.recording_id)
    call = lock_call(db, sid) if is_recording else find_call(db, sid)
    if call is None or newest is None:
        raise LookupError(f"call {sid} is not known")
    note_alive(call, now)
    conversation = newest.conversation
    stored = find_replies(db, _key(sid, number)) if number != conversation.turn else None
    if stored is not None:
        return ServedTurn(stored, number + 1)
    if isinstance(turn_input, Recorded) and _is_late(db, call, conversation, number, turn_input):
        return _join_recording(parts, db, conversation, turn_input, now)
    if number != conversation.turn:
        last = find_replies(db, _key(sid, conversation.turn - 1)) or (End(),)
        return ServedTurn(last, conversation.turn)
    if conversation.is_over:
        # Nothing that comes after the end changes what was.
        return ServedTurn((End(),), conversation.turn)
    replies = take_in_call(parts, db, call, conversation, turn_input, _key(sid, number), now)
    return ServedTurn(replies, number + 1, is_taken=True)


def _is_late(
    db: Session, call: Call, conversation: Conversation, number: int, recorded: Recorded
) -> bool:
    """Whether a recording's turn comes when the call is over, has gone on, or a case holds it."""
    if not recorded.recording_id:
        return False
    is_past = call.ended_at is not None or conversation.is_over or number != conversation.turn
    return is_past or find_attachment(db, recorded.recording_id) is not None


def _join_recording(
    parts: CallServices,
    db: Session,
    conversation: Conversation,
    recorded: Recorded,
    now: datetime,
) -> ServedTurn:
    """Keep a recording whose turn comes late, in the case that holds it or in a new one."""
    report = RecordingReport(recorded.recording_id, conversation.id, recorded.seconds or None)
    row = report_recording(db, report, now)
    claim_recording(db, parts.facilities.case_services, row, now)
    words = wording(conversation.language, "voice", "failure.thanks")
    return ServedTurn((Say(words, conversation.language), End()), conversation.turn)


def take_in_call(
    parts: CallServices,
    db: Session,
    call: Call,
    conversation: Conversation,
    turn_input: TurnInput,
    request_key: str,
    now: datetime,
) -> tuple[Reply, ...]:
    """Take one turn of a call in the open transaction, with all that it leads to."""
    services = DialogueServices(parts.facilities, db, now)
    turn = take_and_store(conversation, turn_input, request_key, services)
    call.language = turn.conversation.language
    if any(isinstance(reply, Transfer) for reply in turn.replies):
        note_alive(call, now, SILENT_TALK_IS_OVER)
    if isinstance(turn_input, Recorded) and turn_input.recording_id:
        sid, seconds = turn_input.recording_id, turn_input.seconds
        row = take_recording(db, sid, conversation.id, seconds=seconds, now=now)
        if turn_input.hung_up:
            # Nobody can be asked any more: where the dialogue made no case, there is one now.
            claim_recording(db, parts.facilities.case_services, row, now)
    queue_texts(db, parts.database.vault, turn.replies, now)
    return turn.replies


def _new_conversation(call: Call, phone: Phone | None, now: datetime) -> Conversation:
    return Conversation(
        id=call.sid,
        channel="voice",
        phone=phone.e164 if phone else "",
        phone_key=call.phone_key or "",
        can_text=phone is not None and phone.can_receive_texts,
        language=call.language,
        started_at=now.isoformat(),
        is_proved=call.is_vouched,
    )


def _key(sid: str, number: int) -> str:
    return f"{sid}/{number}"
