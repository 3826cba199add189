"""Recordings that went another way than they should: unknown ones found, discarded ones removed.

Making cases of reported recordings, and fetching them, is in ``hotline.fetching``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.case_services import CaseServices
from casework.models import Attachment
from casework.queries import find_attachment
from casework.vocabulary import AttachmentState
from core.database import Database
from core.errors import NotFoundError, ProviderError
from core.jobs import Counts, JobContext
from core.phones import find_caller
from hotline.calls import (
    RecordingReport,
    begin_call,
    end_call,
    lock_call,
    report_recording,
)
from hotline.claims import claim_recording, claim_recordings_of
from hotline.models import Call, CallRecording, RecordingState
from hotline.turns import CallServices
from providers.recordings import ListedRecording

_LOOK_BACK = timedelta(days=1)
_MAX_AT_ONCE = 100


class ListedRecordings(Protocol):
    """The recordings that the provider holds."""

    def list_since(self, day: date) -> Iterable[ListedRecording]:
        """Those made on or after a UTC day. Raises ProviderError."""

    def delete(self, sid: str) -> None:
        """Remove one; one that is gone is fine. Raises ProviderError."""


class KnownCallers(Protocol):
    """What the provider knows of calls."""

    def caller_of(self, sid: str) -> str:
        """Who made a call, as the provider writes numbers. Raises NotFoundError or
        ProviderError."""


class DiscardingContext(JobContext, Protocol):
    """What removing recordings at the provider needs."""

    @property
    def recordings(self) -> ListedRecordings: ...


class CollectingContext(DiscardingContext, Protocol):
    """What finding unknown recordings needs."""

    @property
    def case_services(self) -> CaseServices: ...

    @property
    def calls(self) -> KnownCallers: ...


def collect_recordings(context: CollectingContext) -> Counts:
    """Report recordings of the last day of which no webhook told us; counts.

    Such recordings are made when the database was down (the provider then follows the fallback
    document), or when our answer was lost. The caller of a call that never came in here is asked
    of the provider, so that the case made of it can be answered.
    """
    now = context.clock.now()
    listed = context.recordings.list_since((now - _LOOK_BACK).date())
    found = [r for r in listed if r.status == "completed" and r.seconds > 0]
    counts = {"found": 0, "callers": 0}
    with context.database.read() as db:
        unknown = [r for r in found if not _is_known(db, r.sid)]
    for recording in unknown:
        with context.database.write() as db:
            report = RecordingReport(
                recording.sid, recording.call_sid, recording.seconds, recording.status
            )
            row = report_recording(db, report, now)
            call = lock_call(db, recording.call_sid)
            if row.state == RecordingState.REPORTED and call is not None and call.ended_at:
                claim_recording(db, context.case_services, row, now)
        counts["found"] += 1
    counts["callers"] = _learn_callers(context)
    return counts


def keep_from_failed_call(
    services: CallServices, report: RecordingReport, caller: str, *, hung_up: bool
) -> None:
    """Note a recording that was left where only a failure could be said, and who left it: of such a
    call nothing may be known here."""
    now = services.clock.now()
    with services.database.write() as db:
        call = lock_call(db, report.call_sid)
        if call is None:
            phone = find_caller(caller)
            key = services.database.vault.keyed_hash(phone.e164) if phone else ""
            call = begin_call(
                db, report.call_sid, phone, key, language="zh", has_line=False, now=now
            )
        row = report_recording(db, report, now)
        if hung_up:
            end_call(db, call, "completed", None, now)
        if call.ended_at is not None and row.state == RecordingState.REPORTED:
            claim_recording(db, services.facilities.case_services, row, now)


def _is_known(db: Session, sid: str) -> bool:
    reported = db.scalar(select(CallRecording.id).where(CallRecording.sid == sid))
    return reported is not None or find_attachment(db, sid) is not None


def _learn_callers(context: CollectingContext) -> int:
    """Write the calls of reported recordings that never came in here."""
    strange = (
        select(CallRecording.call_sid)
        .outerjoin(Call, Call.sid == CallRecording.call_sid)
        .where(CallRecording.state == RecordingState.REPORTED, Call.sid.is_(None))
        .distinct()
        .limit(_MAX_AT_ONCE)
    )
    with context.database.read() as db:
        sids = list(db.scalars(strange))
    learnt = 0
    for sid in sids:
        try:
            number = context.calls.caller_of(sid)
        except (NotFoundError, ProviderError):
            continue
        phone = find_caller(number)
        now = context.clock.now()
        with context.database.write() as db:
            key = context.database.vault.keyed_hash(phone.e164) if phone else ""
            call = begin_call(db, sid, phone, key, language="zh", has_line=False, now=now)
            end_call(db, call, "completed", None, now)
            claim_recordings_of(db, context.case_services, sid, now)
        learnt += 1
    return learnt


def discard_recordings(context: DiscardingContext) -> Counts:
    """Remove at the provider what the citizen recorded anew or took back, and what was fetched by
    a process that ended before it could remove it; counts.

    Of the former only recordings of calls that are over and that no case holds.
    """
    counts = _discard_unheld(context)
    for sid in _list_fetched(context):
        try:
            context.recordings.delete(sid)
        except ProviderError:
            counts["failed"] += 1
            continue
        note_removed(context.database, sid)
        counts["removed"] += 1
    return counts


def note_removed(database: Database, sid: str) -> None:
    """Note that a recording which was fetched is no longer at the provider."""
    with database.write() as db:
        row = db.scalar(select(CallRecording).where(CallRecording.sid == sid))
        if row is not None:
            row.state = RecordingState.REMOVED


def _list_fetched(context: DiscardingContext) -> list[str]:
    fetched = (
        select(CallRecording.sid)
        .join(Attachment, Attachment.provider_sid == CallRecording.sid)
        .where(
            CallRecording.state.in_((RecordingState.TAKEN, RecordingState.CLAIMED)),
            # Of what could not be fetched the provider's copy is the only one.
            Attachment.state == AttachmentState.STORED,
        )
        .order_by(CallRecording.id)
        .limit(_MAX_AT_ONCE)
    )
    with context.database.read() as db:
        return list(db.scalars(fetched))


def _discard_unheld(context: DiscardingContext) -> Counts:
    taken = (
        select(CallRecording.sid)
        .join(Call, Call.sid == CallRecording.call_sid)
        .where(CallRecording.state == RecordingState.TAKEN, Call.ended_at.is_not(None))
        .order_by(CallRecording.id)
        .limit(_MAX_AT_ONCE)
    )
    counts = {"discarded": 0, "kept": 0, "removed": 0, "failed": 0}
    with context.database.read() as db:
        holders = {sid: find_attachment(db, sid) is not None for sid in db.scalars(taken)}
    for sid, is_held in holders.items():
        try:
            if not is_held:
                context.recordings.delete(sid)
        except ProviderError:
            counts["failed"] += 1
            continue
        counts["kept" if is_held else "discarded"] += 1
        with context.database.write() as db:
            row = db.scalars(select(CallRecording).where(CallRecording.sid == sid)).one()
            row.state = RecordingState.CLAIMED if is_held else RecordingState.DISCARDED
    return counts
