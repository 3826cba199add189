"""What the provider reports of a call beside its turns: its status, and its recordings."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.exc import IntegrityError

from callcentre.operations import free_agents_of_call
from dialogue.store import find_conversation
from dialogue.turn_inputs import HungUp
from hotline.calls import (
    ENDED_STATUSES,
    RecordingReport,
    end_call,
    lock_call,
    note_alive,
    report_recording,
)
from hotline.claims import claim_recording, claim_recordings_of
from hotline.models import RecordingState
from hotline.turns import CallServices, take_in_call


def take_status(parts: CallServices, sid: str, status: str, seconds: int | None) -> None:
    """Note a call's status; when it ended, save what was being said and ask for a rating."""
    _once_more_if_beaten(lambda: _take_status(parts, sid, status, seconds))


def _take_status(parts: CallServices, sid: str, status: str, seconds: int | None) -> None:
    now = parts.clock.now()
    with parts.database.write() as db:
        call = lock_call(db, sid)
        if call is None:
            return
        note_alive(call, now)
        if status not in ENDED_STATUSES or not end_call(db, call, status, seconds, now):
            return
        free_agents_of_call(db, sid)
        conversation = find_conversation(db, sid)
        if conversation is not None and not conversation.is_over:
            take_in_call(parts, db, call, conversation, HungUp(), f"{sid}/hung-up", now)
        claim_recordings_of(db, parts.facilities.case_services, sid, now)
        ended = find_conversation(db, sid)
        if ended is not None:
            parts.note_call_ended(db, ended, now)


def take_recording_report(parts: CallServices, report: RecordingReport) -> None:
    """Note that a recording exists, or that there was nothing to record (``absent``).

    When its call is over and its turn has not come, it becomes a message case at once.
    """
    _once_more_if_beaten(lambda: _take_recording_report(parts, report))


def _take_recording_report(parts: CallServices, report: RecordingReport) -> None:
    now = parts.clock.now()
    with parts.database.write() as db:
        call = lock_call(db, report.call_sid)
        row = report_recording(db, report, now)
        is_waiting = row.state == RecordingState.REPORTED
        if is_waiting and call is not None and call.ended_at is not None:
            claim_recording(db, parts.facilities.case_services, row, now)


def _once_more_if_beaten(work: Callable[[], None]) -> None:
    """Do it again when another webhook that spoke of the same was written first."""
    try:
        work()
    except IntegrityError:
        work()
