"""Time passes in a trial: the jobs that need no network run as they fall due."""

from __future__ import annotations

from datetime import timedelta

from app.jobs import JOBS, Job
from app.trial.parts import TrialParts
from core.clock import local_date

_STEP = timedelta(minutes=5)
_MAX_STEPS = 600
# These read content that a trial does not watch, or seal what it throws away.
_LEFT_OUT = frozenset({"group_gaps", "send_corrections", "seal_cases", "claim_recordings"})


def run_due_jobs(parts: TrialParts, time: timedelta) -> None:
    """Let time pass in steps, and run the jobs after each: frequent ones every time, daily ones
    once a day."""
    steps = min(max(int(time / _STEP), 1), _MAX_STEPS)
    day = local_date(parts.clock.now())
    for _ in range(steps):
        parts.clock.advance(time / steps)
        today = local_date(parts.clock.now())
        for job in JOBS:
            if _runs(job) and (job.slot is None or today != day):
                job.work(parts)
        day = today


def _runs(job: Job) -> bool:
    return not job.needs_phone_line and job.name not in _LEFT_OUT
