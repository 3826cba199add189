"""Fetching recordings from the provider, and making cases of those that no case holds yet.

A recording is fetched once the provider says that it is complete, checked, stored, read back and
checked again; only then is the provider's copy removed. What cannot be had yet is tried again with
growing waits. When the waiting time is over, staff get a task and the citizen a text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework.case_services import CaseServices
from casework.lost_recordings import Trouble, give_up, notify_of
from casework.models import Attachment
from casework.operations import store_recording
from casework.vocabulary import AttachmentKind, AttachmentState
from core.back_off import BackOff
from core.errors import NotFoundError, ProviderError, ProviderUnknownError
from core.jobs import Counts, JobContext
from hotline.calls import RecordingReport, lock_call, report_recording
from hotline.claims import claim_recording
from hotline.models import CallRecording, RecordingState
from hotline.recordings import note_removed
from providers.encrypted_files import StoredFile
from providers.recordings import ListedRecording, Media
from providers.wav import INCOMPLETE, WITHOUT_SOUND, find_recording_problem, read_wav

log = structlog.get_logger()
# A recording belongs to a call that may still be going on: its turn claims it first. Webhooks claim
# those of calls that are over at once; this is for those whose every further webhook was lost.
_UNCLAIMED_AFTER = timedelta(minutes=10)
# The report of an absent recording may overtake that of a complete one.
_ABSENT_AFTER = timedelta(minutes=10)
_BACK_OFF = BackOff(first_seconds=5, max_seconds=3600)
_MAX_AT_ONCE = 50
# When so many in a row bring no answer, the provider is down: the others can wait.
_MAX_UNANSWERED = 3
_SHORTER_SECONDS, _SHORTER_TRIES = 2, 3


@dataclass(frozen=True)
class _Pending:
    """A recording that is to be fetched now."""

    attachment_id: int
    sid: str


@dataclass(frozen=True)
class _Fault:
    """Why a recording could not be had this time; what arrived, if anything did.

    ``is_unanswered``: the provider gave no answer. ``is_ours``: it was had and could not be stored.
    """

    reason: str
    media: Media | None = None
    is_unanswered: bool = False
    is_ours: bool = False


class ClaimingContext(JobContext, Protocol):
    """What making cases of recordings needs."""

    @property
    def case_services(self) -> CaseServices: ...


class RemoteRecordings(Protocol):
    """Recordings at the provider, by their sids. Each method raises ProviderError."""

    def find(self, sid: str) -> ListedRecording | None:
        """What the provider says of a recording; None when it knows none."""

    def fetch(self, sid: str) -> Media:
        """Its bytes. Raises NotFoundError."""

    def delete(self, sid: str) -> None:
        """Remove it; one that is gone is fine."""


class OwnRecordings(Protocol):
    """Where fetched recordings are stored."""

    def write(self, sid: str, content: bytes) -> StoredFile:
        """Store the bytes. Raises OSError."""

    def has(self, stored: StoredFile, size_bytes: int) -> bool:
        """Whether they can be read back as they were written."""


class FetchingContext(ClaimingContext, Protocol):
    """What fetching needs; ``recording_wait`` is how long a recording is tried for."""

    @property
    def recordings(self) -> RemoteRecordings: ...

    @property
    def recording_store(self) -> OwnRecordings: ...

    @property
    def recording_wait(self) -> timedelta: ...


def fetch_recordings(context: FetchingContext) -> Counts:
    """Fetch, check and store what is due, then remove it at the provider; counts.

    ``stored``; ``failed``: to be tried again; ``rejected``: given up for good.
    """
    now = context.clock.now()
    with context.database.read() as db:
        due = _list_due(db, now)
    counts = {"stored": 0, "rejected": 0, "failed": 0}
    unanswered = 0
    for pending in due:
        fetched = _fetch(context, pending)
        fault = fetched if isinstance(fetched, _Fault) else _keep(context, pending, fetched)
        if fault is None:
            counts["stored"] += 1
            continue
        counts[_note_fault(context, pending, fault)] += 1
        unanswered = unanswered + 1 if fault.is_unanswered else 0
        if unanswered >= _MAX_UNANSWERED:
            break
    return counts


def _list_due(db: Session, now: datetime) -> list[_Pending]:
    """Recordings that a case holds and that are not here yet: the newest tries first."""
    rows = db.execute(
        select(Attachment.id, Attachment.provider_sid)
        .outerjoin(CallRecording, CallRecording.sid == Attachment.provider_sid)
        .where(
            Attachment.state == AttachmentState.PENDING,
            Attachment.kind == AttachmentKind.RECORDING,
            or_(CallRecording.next_fetch_at.is_(None), CallRecording.next_fetch_at <= now),
        )
        .order_by(CallRecording.next_fetch_at.asc().nulls_first(), Attachment.id)
        .limit(_MAX_AT_ONCE)
    )
    return [_Pending(row.id, row.provider_sid or "") for row in rows]


def _fetch(context: FetchingContext, pending: _Pending) -> Media | _Fault:
    try:
        row = _ask_how_it_stands(context, pending.sid)
        if row.provider_state != "completed":
            return _Fault(row.provider_state or "not found")
        media = context.recordings.fetch(pending.sid)
    except NotFoundError:
        return _Fault("not found")
    except ProviderError as error:
        return _Fault(str(error), is_unanswered=isinstance(error, ProviderUnknownError))
    problem = find_recording_problem(media)
    if problem in INCOMPLETE:
        return _Fault(problem or "", media)
    sound = read_wav(media.content)
    is_short = sound is not None and sound.seconds + _SHORTER_SECONDS < row.seconds
    if is_short and row.failures < _SHORTER_TRIES:
        # Perhaps it is still being put together; after some tries it simply is that long.
        return _Fault("shorter than reported", media)
    return media


def _ask_how_it_stands(context: FetchingContext, sid: str) -> CallRecording:
    """The recording's row; the provider is asked where it has not said that it is complete.

    Raises ProviderError.
    """
    with context.database.read() as db:
        row = _find(db, sid)
    if row is not None and row.provider_state == "completed":
        return row
    found = context.recordings.find(sid)
    now = context.clock.now()
    with context.database.write() as db:
        report = RecordingReport(sid, row.call_sid if row else "", None)
        if found is not None:
            seconds = found.seconds if found.seconds > 0 else None
            report = RecordingReport(sid, found.call_sid, seconds, found.status)
        return report_recording(db, report, now)


def _find(db: Session, sid: str) -> CallRecording | None:
    return db.scalar(select(CallRecording).where(CallRecording.sid == sid))


def _note_fault(context: FetchingContext, pending: _Pending, fault: _Fault) -> str:
    """Note an attempt that failed and what follows from it: ``failed``, ``stored`` or
    ``rejected``."""
    now = context.clock.now()
    log.warning("recording not fetched yet", sid=pending.sid, reason=fault.reason)
    with context.database.write() as db:
        row = _find(db, pending.sid) or report_recording(
            db, RecordingReport(pending.sid, "", None), now
        )
        row.failures += 1
        row.fault = fault.reason[:64]
        row.next_fetch_at = now + timedelta(seconds=_BACK_OFF.delay(row.failures))
        is_over = now - row.reported_at >= context.recording_wait
        is_absent = row.provider_state == "absent" and now - row.reported_at >= _ABSENT_AFTER
        if not is_over and not is_absent:
            return "failed"
        attachment = db.get_one(Attachment, pending.attachment_id)
        notify_of(db, context.case_services, attachment, Trouble.LOST, fault.reason, now)
        has_spoken = row.provider_state in ("completed", "absent")
        if not is_over or not has_spoken or fault.is_ours:
            return "failed"
        if fault.media is None or read_wav(fault.media.content) is None:
            # The provider's copy, if there is one after all, is left where it is.
            give_up(db, context.case_services, attachment, fault.reason, now)
            row.state = RecordingState.LOST
            return "rejected"
    # It will not get better: what there is of it is kept.
    return "stored" if _keep(context, pending, fault.media) is None else "failed"


def _keep(context: FetchingContext, pending: _Pending, media: Media) -> _Fault | None:
    """Store a recording, read it back, and only then remove it at the provider; what was against
    it, or None."""
    try:
        stored = context.recording_store.write(pending.sid, media.content)
    except OSError as error:
        return _Fault(f"not stored: {error}", is_ours=True)
    if not context.recording_store.has(stored, len(media.content)):
        return _Fault("not stored as it is", is_ours=True)
    now = context.clock.now()
    with context.database.write() as db:
        attachment = db.get_one(Attachment, pending.attachment_id)
        store_recording(
            db,
            attachment,
            storage_path=stored.path,
            sha256=stored.sha256,
            size_bytes=len(media.content),
            content_type=media.content_type,
        )
        if find_recording_problem(media) in WITHOUT_SOUND:
            notify_of(db, context.case_services, attachment, Trouble.SILENT, "", now)
    _remove(context, pending.sid)
    return None


def _remove(context: FetchingContext, sid: str) -> None:
    try:
        context.recordings.delete(sid)
    except ProviderError as error:
        # The job of discarding removes it later.
        log.warning("recording not removed yet", sid=sid, reason=str(error))
        return
    note_removed(context.database, sid)


def claim_recordings(context: ClaimingContext) -> Counts:
    """Make an offline message of every reported recording that no case holds; counts.

    So a message is kept even when the turn that should have taken it was lost.
    """
    now = context.clock.now()
    counts = {"claimed": 0, "made": 0}
    waiting = select(CallRecording.sid).where(
        CallRecording.state == RecordingState.REPORTED,
        CallRecording.reported_at < now - _UNCLAIMED_AFTER,
    )
    with context.database.read() as db:
        sids = list(db.scalars(waiting.order_by(CallRecording.id).limit(100)))
    for sid in sids:
        with context.database.write() as db:
            row = _find(db, sid)
            if row is not None and row.state == RecordingState.REPORTED:
                lock_call(db, row.call_sid)
                counts["made"] += claim_recording(db, context.case_services, row, now) is not None
                counts["claimed"] += 1
    return counts
