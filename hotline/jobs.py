"""Scheduled work of the voice channel."""

from __future__ import annotations

from typing import Protocol

from core.jobs import Counts, JobContext
from hotline.calls import list_lost_calls
from hotline.fetching import claim_recordings, fetch_recordings
from hotline.recordings import collect_recordings, discard_recordings
from hotline.reports import take_status
from hotline.turns import CallServices

__all__ = [
    "claim_recordings",
    "collect_recordings",
    "discard_recordings",
    "end_lost_calls",
    "fetch_recordings",
]


class CallContext(JobContext, Protocol):
    """What the jobs of the voice channel need beside the database."""

    @property
    def call_services(self) -> CallServices: ...


def end_lost_calls(context: CallContext) -> Counts:
    """End calls that no webhook spoke of for a long time, as their hang-up would have; counts."""
    services = context.call_services
    with services.database.read() as db:
        lost = list_lost_calls(db, services.clock.now())
    for sid in lost:
        take_status(services, sid, "completed", None)
    return {"calls": len(lost)}
