"""The table of scheduled work. Jobs are idempotent: safe to run twice, late, or by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from accounts.jobs import end_sessions
from app.wiring import Parts
from callcentre.jobs import serve_queue
from casework.jobs import (
    escalate_alerts,
    export_seals,
    seal_cases,
    send_notices,
    sweep_cases,
)
from core.clock import LOCAL_ZONE, to_local
from core.jobs import Counts
from dialogue.jobs import end_idle_conversations, send_corrections
from hotline.jobs import (
    claim_recordings,
    collect_recordings,
    discard_recordings,
    end_lost_calls,
    fetch_recordings,
)
from knowledge_base.jobs import group_gaps
from outbox.jobs import forget_codes, send_texts
from privacy.jobs import delete_expired, reencrypt_everything
from ratings.jobs import (
    ask_for_ratings,
    close_invitations,
    flag_ratings,
    freeze_rankings,
    note_services,
    send_digests,
)


@dataclass(frozen=True)
class Job:
    """One kind of scheduled work.

    ``slot`` names the stretch of time that is worked once, whoever leads; None for work that finds
    what is due by itself and may run as often as it likes. ``needs_phone_line``: left out where
    there is none.
    """

    name: str
    what: str
    when: str
    trigger: Any
    work: Callable[[Parts], Counts]
    slot: Callable[[datetime], str] | None = None
    needs_phone_line: bool = False
    former_name: str = ""
    """The former name, by which it can be run for one version."""


def _every(seconds: int) -> tuple[str, IntervalTrigger]:
    return f"every {seconds} s", IntervalTrigger(seconds=seconds)


def _daily(hour: int, minute: int = 0) -> tuple[str, CronTrigger]:
    when = f"daily at {hour:02d}:{minute:02d}"
    return when, CronTrigger(hour=hour, minute=minute, timezone=LOCAL_ZONE)


def _day(now: datetime) -> str:
    return to_local(now).date().isoformat()


JOBS = (
    Job("send_texts", "send the texts that are due", *_every(1), send_texts),
    Job("send_notices", "queue texts about cases", *_every(2), send_notices),
    Job(
        "danger_callbacks",
        "notify again of dangers nobody acted on",
        *_every(60),
        escalate_alerts,
    ),
    Job(
        "fetch_recordings",
        "fetch recordings from the provider",
        *_every(3),
        fetch_recordings,
        needs_phone_line=True,
    ),
    Job(
        "claim_recordings", "make cases of recordings no case holds", *_every(60), claim_recordings
    ),
    Job(
        "serve_queue",
        "call free agents for those who wait",
        *_every(2),
        serve_queue,
        needs_phone_line=True,
        former_name="serve_line",
    ),
    Job(
        "collect_recordings",
        "find recordings that were never reported",
        *_every(300),
        collect_recordings,
        needs_phone_line=True,
    ),
    Job(
        "discard_recordings",
        "remove recordings that were replaced",
        *_every(60),
        discard_recordings,
        needs_phone_line=True,
    ),
    Job("end_lost_calls", "end calls whose end was never reported", *_every(60), end_lost_calls),
    Job(
        "end_idle_conversations",
        "end text conversations left idle",
        *_every(20),
        end_idle_conversations,
    ),
    Job("forget_codes", "blank codes that are over", *_every(60), forget_codes),
    Job("note_services", "note closed cases and rectified ratings", *_every(5), note_services),
    Job("ask_for_ratings", "send invitations and follow-ups", *_every(5), ask_for_ratings),
    Job("close_invitations", "close invitations that are over", *_every(300), close_invitations),
    Job("send_corrections", "send corrected answers", *_every(60), send_corrections),
    Job("group_gaps", "group unanswered questions by week", *_daily(4), group_gaps, _day),
    Job("end_sessions", "end idle and old sessions of staff", *_every(300), end_sessions),
    Job("sweep_cases", "remind of deadlines and note breaches", *_every(300), sweep_cases),
    Job("flag_ratings", "flag ratings that look odd", *_daily(2), flag_ratings, _day),
    Job("seal_cases", "seal the record of all cases", *_daily(3), seal_cases, _day),
    Job("export_seals", "export the daily seals", *_daily(3, 30), export_seals, _day),
    Job("reencrypt", "encrypt old values as new ones", *_daily(1), reencrypt_everything, _day),
    Job(
        "delete_expired",
        "delete data past its retention",
        *_daily(2, 30),
        delete_expired,
        _day,
    ),
    Job("freeze_rankings", "freeze months and years", *_daily(9), freeze_rankings, _day),
    Job("send_digests", "text the ranking to office heads", *_daily(9, 30), send_digests, _day),
)


def find_job(name: str) -> Job | None:
    """The job of this name, also by the one it had before; None when there is none."""
    return next((job for job in JOBS if name and name in (job.name, job.former_name)), None)
