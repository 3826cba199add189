"""Recordings that went another way than they should: unknown ones found, discarded ones removed.

Making cases of reported recordings, and fetching them, are jobs of the wiring.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Attachment
from casework.queries import find_attachment
from casework.vocabulary import AttachmentState
from core.errors import NotFoundError, ProviderError
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
_MOST_AT_ONCE = 100


ListRecordings = Callable[[date], Iterable[ListedRecording]]
"""The recordings that the provider made on or after a UTC day. Raises ProviderError."""
FindCaller = Callable[[str], str]
"""Who made a call, as the provider writes numbers; raises NotFoundError or ProviderError."""


def collect_recordings(
    services: CallServices, list_recordings: ListRecordings, find_caller_of: FindCaller
) -> dict[str, int]:
    """Report recordings of the last day of which no webhook told us; counts.

    Such recordings are made when the database was down (the provider then follows the fallback
    document), or when our answer was lost. The caller of a call that never came in here is asked
    of the provider, so that the case made of it can be answered.
    """
    now = services.clock.now()
    listed = list_recordings((now - _LOOK_BACK).date())
    found = [r for r in listed if r.status == "completed" and r.seconds > 0]
    counts = {"found": 0, "callers": 0}
    with services.database.read() as db:
        unknown = [r for r in found if not _is_known(db, r.sid)]
    for recording in unknown:
        with services.database.write() as db:
            report = RecordingReport(
                recording.sid, recording.call_sid, recording.seconds, recording.status
            )
            row = report_recording(db, report, now)
            call = lock_call(db, recording.call_sid)
            if row.state == RecordingState.REPORTED and call is not None and call.ended_at:
                claim_recording(db, services.facilities.case_services, row, now)
        counts["found"] += 1
    counts["callers"] = _learn_callers(services, find_caller_of)
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


def _learn_callers(services: CallServices, find_caller_of: FindCaller) -> int:
    """Write the calls of reported recordings that never came in here."""
    strange = (
        select(CallRecording.call_sid)
        .outerjoin(Call, Call.sid == CallRecording.call_sid)
        .where(CallRecording.state == RecordingState.REPORTED, Call.sid.is_(None))
        .distinct()
        .limit(_MOST_AT_ONCE)
    )
    with services.database.read() as db:
        sids = list(db.scalars(strange))
    learnt = 0
    for sid in sids:
        try:
            number = find_caller_of(sid)
        except (NotFoundError, ProviderError):
            continue
        phone = find_caller(number)
        now = services.clock.now()
        with services.database.write() as db:
            key = services.database.vault.keyed_hash(phone.e164) if phone else ""
            call = begin_call(db, sid, phone, key, language="zh", has_line=False, now=now)
            end_call(db, call, "completed", None, now)
            claim_recordings_of(db, services.facilities.case_services, sid, now)
        learnt += 1
    return learnt


def discard_recordings(
    services: CallServices, delete_recording: Callable[[str], None]
) -> dict[str, int]:
    """Remove at the provider what the citizen recorded anew or took back, and what was fetched by
    a process that ended before it could remove it; counts.

    Of the former only recordings of calls that are over and that no case holds.
    ``delete_recording`` bears a recording that is gone already, and raises ProviderError.
    """
    counts = _discard_unheld(services, delete_recording)
    for sid in _list_fetched(services):
        try:
            delete_recording(sid)
        except ProviderError:
            counts["failed"] += 1
            continue
        note_removed(services, sid)
        counts["removed"] += 1
    return counts


def note_removed(services: CallServices, sid: str) -> None:
    """Note that a recording which was fetched is no longer at the provider."""
    with services.database.write() as db:
        row = db.scalar(select(CallRecording).where(CallRecording.sid == sid))
        if row is not None:
            row.state = RecordingState.REMOVED


def _list_fetched(services: CallServices) -> list[str]:
    fetched = (
        select(CallRecording.sid)
        .join(Attachment, Attachment.provider_sid == CallRecording.sid)
        .where(
            CallRecording.state.in_((RecordingState.TAKEN, RecordingState.CLAIMED)),
            # Of what could not be fetched the provider's copy is the only one.
            Attachment.state == AttachmentState.STORED,
        )
        .order_by(CallRecording.id)
        .limit(_MOST_AT_ONCE)
    )
    with services.database.read() as db:
        return list(db.scalars(fetched))


def _discard_unheld(
    services: CallServices, delete_recording: Callable[[str], None]
) -> dict[str, int]:
    taken = (
        select(CallRecording.sid)
        .join(Call, Call.sid == CallRecording.call_sid)
        .where(CallRecording.state == RecordingState.TAKEN, Call.ended_at.is_not(None))
        .order_by(CallRecording.id)
        .limit(_MOST_AT_ONCE)
    )
    counts = {"discarded": 0, "kept": 0, "removed": 0, "failed": 0}
    with services.database.read() as db:
        holders = {sid: find_attachment(db, sid) is not None for sid in db.scalars(taken)}
    for sid, is_held in holders.items():
        try:
            if not is_held:
                delete_recording(sid)
        except ProviderError:
            counts["failed"] += 1
            continue
        counts["kept" if is_held else "discarded"] += 1
        with services.database.write() as db:
            row = db.scalars(select(CallRecording).where(CallRecording.sid == sid)).one()
            row.state = RecordingState.CLAIMED if is_held else RecordingState.DISCARDED
    return counts
