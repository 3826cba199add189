"""Calls: begun, seen, ended; how many are open; recordings reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from callcentre.operations import MAX_TALK
from core.phones import Phone
from hotline.models import Call, CallRecording, RecordingState

# A call that no webhook spoke of for so long is over: its hang-up report was lost. Longer than
# the longest wait between two webhooks (a recording of two minutes); a talk with a person is
# longer, and has its own.
SILENT_CALL_IS_OVER = timedelta(minutes=15)
SILENT_TALK_IS_OVER = MAX_TALK + timedelta(minutes=15)
# Any number that no other advisory lock of this service has.
_LINES = 1233360
_WORTH_NOTING = timedelta(minutes=1)

ENDED_STATUSES = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


@dataclass(frozen=True)
class RecordingReport:
    """What is said of a recording. ``seconds`` is None where nothing is said of its length;
    ``status`` is the provider's word, or empty where a call's turn speaks of it."""

    sid: str
    call_sid: str
    seconds: int | None
    status: str = ""

    @property
    def has_sound(self) -> bool:
        """Whether there is, for all that is said, something to listen to."""
        return self.status != "absent" and self.seconds != 0


# Made once: every webhook of every call asks this.
_CALL = select(Call).where(Call.sid == bindparam("sid"))


def find_call(db: Session, sid: str) -> Call | None:
    """The call, or None."""
    return db.scalar(_CALL, {"sid": sid})


def lock_call(db: Session, sid: str) -> Call | None:
    """The call, or None; until the transaction ends no other may end it or claim its recordings.

    SQLite has one writer at a time anyway.
    """
    return db.scalar(select(Call).where(Call.sid == sid).with_for_update())


def let_one_by_one(db: Session) -> None:
    """Until the transaction ends nobody else counts the lines: the last one is given once.

    SQLite has one writer at a time anyway (``core.database``).
    """
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(_LINES)))


def count_open_calls(db: Session, now: datetime) -> int:
    """Calls that hold a line at this moment."""
    count = db.scalar(
        select(func.count())
        .select_from(Call)
        .where(
            Call.ended_at.is_(None),
            Call.has_line,
            Call.alive_until > now,
        )
    )
    return count or 0


def begin_call(
    db: Session,
    sid: str,
    phone: Phone | None,
    phone_key: str,
    *,
    language: str,
    has_line: bool,
    now: datetime,
    is_vouched: bool = False,
) -> Call:
    """Write a call that has just come in."""
    call = Call(
        sid=sid,
        phone=phone.e164 if phone else None,
        phone_key=phone_key or None,
        is_vouched=phone is not None and is_vouched,
        language=language,
        status="in-progress",
        has_line=has_line,
        started_at=now,
        alive_until=now + SILENT_CALL_IS_OVER,
    )
    db.add(call)
    db.flush()
    return call


def note_alive(call: Call, now: datetime, silence: timedelta = SILENT_CALL_IS_OVER) -> None:
    """Note that a call is going on, and how long it may be silent from now, to the minute: not
    every turn need write it down."""
    until = now + silence
    if abs(until - call.alive_until) >= _WORTH_NOTING:
        call.alive_until = until


def list_lost_calls(db: Session, now: datetime) -> list[str]:
    """Calls that are open and were silent for too long, by sid."""
    return list(
        db.scalars(select(Call.sid).where(Call.ended_at.is_(None), Call.alive_until <= now))
    )


def is_vouched(db: Session, sid: str) -> bool:
    """Whether the carrier vouched for the caller ID of a call; False for one that is not known."""
    call = find_call(db, sid)
    return call is not None and call.is_vouched


def find_language(db: Session, phone_key: str) -> str | None:
    """The language of the number's last call, or None."""
    if not phone_key:
        return None
    return db.scalar(
        select(Call.language)
        .where(Call.phone_key == phone_key)
        .order_by(Call.started_at.desc())
        .limit(1)
    )


def find_language_of_call(db: Session, sid: str) -> str:
    """The language in which a call is led; Mandarin for one that is not known."""
    call = find_call(db, sid)
    return "zh" if call is None else call.language


def end_call(db: Session, call: Call, status: str, seconds: int | None, now: datetime) -> bool:
    """Mark a call as over; False when it already was (statuses never move backwards)."""
    if call.ended_at is not None:
        return False
    call.status = status
    call.seconds = seconds
    call.ended_at = now
    db.flush()
    return True


def report_recording(db: Session, report: RecordingReport, now: datetime) -> CallRecording:
    """Note what is said of a recording, by whichever webhook, in whatever order and how often.

    Sound outranks its absence: a recording that was once said to have sound is never dropped
    because of another report.
    """
    row = db.scalar(select(CallRecording).where(CallRecording.sid == report.sid))
    if row is None:
        row = CallRecording(
            sid=report.sid,
            call_sid=report.call_sid,
            state=RecordingState.REPORTED if report.has_sound else RecordingState.ABSENT,
            seconds=report.seconds or 0,
            reported_at=now,
        )
        db.add(row)
    elif row.state == RecordingState.ABSENT and report.has_sound:
        row.state = RecordingState.REPORTED
    if report.status == "completed" or (report.status and row.provider_state != "completed"):
        row.provider_state = report.status
    row.seconds = max(row.seconds, report.seconds or 0)
    db.flush()
    return row


def take_recording(
    db: Session, sid: str, call_sid: str, *, seconds: int, now: datetime
) -> CallRecording:
    """Note that the call's turn has taken a recording, so that no job need claim it."""
    row = report_recording(db, RecordingReport(sid, call_sid, seconds or None), now)
    row.state = RecordingState.TAKEN
    db.flush()
    return row
