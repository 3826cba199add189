"""Fetching recordings from the provider, and making cases of those that no case holds yet."""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy import select

from app.wiring import Parts
from casework.drafts import Contact, MessageDraft, Origin, Recording
from casework.models import Attachment
from casework.operations import reject_recording, store_recording, take_message
from casework.queries import find_attachment, list_pending_recordings
from core.errors import NotFoundError, ProviderError
from core.phones import Phone, parse_phone
from hotline.models import Call, CallRecording
from hotline.recordings import note_removed
from providers.wav import find_recording_problem

log = structlog.get_logger()
# A recording belongs to a call that may still be going on: its turn claims it first.
_UNCLAIMED_AFTER = timedelta(minutes=10)


def fetch_recordings(parts: Parts) -> dict[str, int]:
    """Fetch, check and store every pending recording, then remove it at the provider; counts."""
    with parts.database.read() as db:
        pending = [(a.id, a.provider_sid or "") for a in list_pending_recordings(db)]
    counts = {"stored": 0, "rejected": 0, "failed": 0}
    for attachment_id, sid in pending:
        try:
            counts[_fetch(parts, attachment_id, sid)] += 1
        except ProviderError as error:
            counts["failed"] += 1
            log.warning("recording not fetched yet", sid=sid, reason=str(error))
    return counts


def _fetch(parts: Parts, attachment_id: int, sid: str) -> str:
    now = parts.clock.now()
    try:
        media = parts.recordings.fetch(sid)
        problem = find_recording_problem(media)
    except NotFoundError:
        media, problem = None, "absent"
    if media is None or problem is not None:
        with parts.database.write() as db:
            attachment = db.get_one(Attachment, attachment_id)
            reject_recording(db, parts.desk, attachment, problem or "absent", now)
        _remove(parts, sid)
        return "rejected"
    stored = parts.recording_store.write(sid, media.content)
    with parts.database.write() as db:
        store_recording(
            db,
            db.get_one(Attachment, attachment_id),
            storage_path=stored.path,
            sha256=stored.sha256,
            size_bytes=len(media.content),
            content_type=media.content_type,
        )
    _remove(parts, sid)
    return "stored"


def _remove(parts: Parts, sid: str) -> None:
    """Remove a recording at the provider; what is left undone here, the job of discarding does."""
    parts.recordings.delete(sid)
    note_removed(parts.call_services, sid)


def claim_recordings(parts: Parts) -> dict[str, int]:
    """Make an offline message of every reported recording that no case holds; counts.

    So a message is kept even when the turn that should have taken it was lost.
    """
    now = parts.clock.now()
    counts = {"claimed": 0, "made": 0}
    with parts.database.write() as db:
        reported = select(CallRecording).where(
            CallRecording.state == "reported", CallRecording.reported_at < now - _UNCLAIMED_AFTER
        )
        for recording in db.scalars(reported.limit(100)):
            if find_attachment(db, recording.sid) is None:
                call = db.get(Call, recording.call_sid)
                take_message(db, parts.desk, _draft(recording, call), now)
                counts["made"] += 1
            recording.state = "claimed"
            counts["claimed"] += 1
    return counts


def _draft(recording: CallRecording, call: Call | None) -> MessageDraft:
    phone: Phone | None = parse_phone(call.phone) if call is not None and call.phone else None
    return MessageDraft(
        origin=Origin(recording.call_sid, f"recording{recording.id}"),
        contact=Contact(
            phone=phone, channel="voice", language=call.language if call is not None else "zh"
        ),
        recording=Recording(provider_sid=recording.sid, seconds=max(recording.seconds, 1)),
    )
