"""The record of a call: when, which way it went, what came of it, how long, what it cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.phones import mask
from dialogue.store import find_conversations
from dialogue.transcripts import TranscriptLine, TranscriptTurn, list_turns_of
from hotline.models import Call, CallRecording, RecordingState

# What came of a call, the most that was done for the citizen first.
OUTCOMES = ("petition", "message", "person", "progress", "answer")
_HELD = (RecordingState.CLAIMED, RecordingState.REMOVED, RecordingState.LOST)


@dataclass(frozen=True)
class CallRecord:
    """One call for staff and for statistics; nothing in it names the citizen.

    ``path`` are the steps in which the call stood, ``outcome`` is petition, message, person,
    progress, answer, nothing or full (no line was free), ``seconds`` the provider's length of the
    call (None until it is known), ``cost_yuan`` what the line cost.
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
    return None if call is None else _records_of(db, [call], yuan_a_minute)[0]


def list_records(
    db: Session, since: datetime, until: datetime, *, yuan_a_minute: Decimal, limit: int = 200
) -> list[CallRecord]:
    """Calls begun in [since, until), newest first; in as many queries however many they are."""
    calls = (
        select(Call)
        .where(Call.started_at >= since, Call.started_at < until)
        .order_by(Call.started_at.desc(), Call.sid)
        .limit(limit)
    )
    return _records_of(db, db.scalars(calls).all(), yuan_a_minute)


@dataclass(frozen=True)
class _Shown:
    """What is stored of one call beside its row."""

    turns: tuple[TranscriptTurn, ...]
    recordings: tuple[CallRecording, ...]
    services: tuple[str, ...]


def _records_of(db: Session, calls: Sequence[Call], yuan_a_minute: Decimal) -> list[CallRecord]:
    sids = [call.sid for call in calls]
    turns, conversations = list_turns_of(db, sids), find_conversations(db, sids)
    recordings = _recordings_of(db, sids)
    records = []
    for call in calls:
        conversation = conversations.get(call.sid)
        services = () if conversation is None else conversation.services
        shown = _Shown(turns.get(call.sid, ()), recordings.get(call.sid, ()), services)
        records.append(_record_of(call, shown, yuan_a_minute))
    return records


def _recordings_of(db: Session, sids: Sequence[str]) -> dict[str, tuple[CallRecording, ...]]:
    stored = (
        select(CallRecording)
        .where(CallRecording.call_sid.in_(sids))
        .order_by(CallRecording.call_sid, CallRecording.id)
    )
    by_call = groupby(db.scalars(stored), key=attrgetter("call_sid"))
    return {sid: tuple(recordings) for sid, recordings in by_call}


def _record_of(call: Call, shown: _Shown, yuan_a_minute: Decimal) -> CallRecord:
    there = (one.sid for one in shown.recordings if one.state != RecordingState.ABSENT)
    return CallRecord(
        sid=call.sid,
        phone_masked=mask(call.phone) if call.phone else "",
        language=call.language,
        status=call.status,
        started_at=call.started_at,
        ended_at=call.ended_at,
        seconds=call.seconds,
        outcome=_outcome(call, shown),
        path=tuple(step for step, _ in groupby(turn.step for turn in shown.turns)),
        turns=len(shown.turns),
        recordings=tuple(there),
        cost_yuan=-(-(call.seconds or 0) // 60) * yuan_a_minute,
        transcript=tuple(line for turn in shown.turns for line in turn.lines),
    )


def _outcome(call: Call, shown: _Shown) -> str:
    if not call.has_line:
        return "full"
    outcome = next((outcome for outcome in OUTCOMES if outcome in shown.services), "nothing")
    # A case may hold a recording whose turn came after the call.
    left_message = any(recording.state in _HELD for recording in shown.recordings)
    return "message" if outcome in ("answer", "nothing") and left_message else outcome
