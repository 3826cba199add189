"""The record of a call: when, which way it went, what came of it, how long, what it cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.phones import mask
from dialogue.store import find_conversation
from dialogue.transcripts import TranscriptLine, list_turns
from hotline.models import Call, CallRecording, RecordingState

# What came of a call, the most that was done for the citizen first.
OUTCOMES = ("petition", "message", "person", "progress", "answer")
_HELD = (RecordingState.CLAIMED, RecordingState.REMOVED, RecordingState.LOST)


@dataclass(frozen=True)
class CallRecord:
    """One call for staff and for statistics; nothing in it names the citizen.

    ``path`` are the steps in which the call stood, ``outcome`` is petition, message, person,
    progress, answer, nothing or full (no line was free), ``seconds`` the provider's length of the
    call (None until it told), ``cost_yuan`` what the line cost.
    """

    sid: str
    phone_masked: str
    language: str
    status: str
    started_at: datetime
    ended_at: datetime | None
    seconds: int | None
    outcome: str
    path: tuple[str, ...]
    turns: int
    recordings: tuple[str, ...]
    cost_yuan: Decimal
    transcript: tuple[TranscriptLine, ...]

    @property
    def flows(self) -> tuple[str, ...]:
        """The path by flows: question, petition, ..."""
        return tuple(flow for flow, _ in groupby(step.partition(".")[0] for step in self.path))


def find_record(db: Session, sid: str, *, yuan_a_minute: Decimal) -> CallRecord | None:
    """The record of a call, or None. A minute that was begun is paid in full."""
    call = db.get(Call, sid)
    return None if call is None else _record_of(db, call, yuan_a_minute)


def list_records(
    db: Session, since: datetime, until: datetime, *, yuan_a_minute: Decimal, limit: int = 200
) -> list[CallRecord]:
    """Calls begun in [since, until), newest first."""
    calls = (
        select(Call)
        .where(Call.started_at >= since, Call.started_at < until)
        .order_by(Call.started_at.desc(), Call.sid)
        .limit(limit)
    )
    return [_record_of(db, call, yuan_a_minute) for call in db.scalars(calls)]


def _record_of(db: Session, call: Call, yuan_a_minute: Decimal) -> CallRecord:
    turns = list_turns(db, call.sid)
    recordings = select(CallRecording.sid).where(
        CallRecording.call_sid == call.sid, CallRecording.state != RecordingState.ABSENT
    )
    return CallRecord(
        sid=call.sid,
        phone_masked=mask(call.phone) if call.phone else "",
        language=call.language,
        status=call.status,
        started_at=call.started_at,
        ended_at=call.ended_at,
        seconds=call.seconds,
        outcome=_outcome(db, call),
        path=tuple(step for step, _ in groupby(turn.step for turn in turns)),
        turns=len(turns),
        recordings=tuple(db.scalars(recordings.order_by(CallRecording.id))),
        cost_yuan=-(-(call.seconds or 0) // 60) * yuan_a_minute,
        transcript=tuple(line for turn in turns for line in turn.lines),
    )


def _outcome(db: Session, call: Call) -> str:
    if not call.has_line:
        return "full"
    conversation = find_conversation(db, call.sid)
    services = conversation.services if conversation is not None else ()
    outcome = next((outcome for outcome in OUTCOMES if outcome in services), "nothing")
    return "message" if outcome in ("answer", "nothing") and _left_message(db, call) else outcome


def _left_message(db: Session, call: Call) -> bool:
    """Whether a case holds a recording of the call, also one whose turn came after the call."""
    held = select(CallRecording.id).where(
        CallRecording.call_sid == call.sid, CallRecording.state.in_(_HELD)
    )
    return db.scalar(held.limit(1)) is not None
