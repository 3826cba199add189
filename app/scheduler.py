"""The scheduler process: carries out the table of jobs, one process at a time.

A lease makes one of several scheduler processes the leader. Jobs with slots claim a row for each
slot, so that a slot is worked once whoever leads, and a missed tick is made up by the next.
"""

from __future__ import annotations

import signal
import threading
from datetime import datetime, timedelta
from types import FrameType

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import IntegrityError

from app.jobs import JOBS, Job
from app.models import JobRun
from app.wiring import Parts
from core.clock import LOCAL_ZONE
from core.database import Database
from core.locks import Lease

log = structlog.get_logger()
LEASE_SECONDS = 15


def run_scheduler(parts: Parts) -> None:
    """Work until SIGTERM or SIGINT."""
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    lease = Lease(parts.state, "scheduler", seconds=LEASE_SECONDS)
    scheduler = BackgroundScheduler(
        timezone=LOCAL_ZONE,
        executors={"default": ThreadPoolExecutor(6)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600},
    )
    has_phone_line = parts.settings.has_phone_line
    jobs = [job for job in JOBS if has_phone_line or not job.needs_phone_line]
    for job in jobs:
        scheduler.add_job(_tick, job.trigger, args=(parts, job, lease), id=job.name)
    scheduler.start()
    log.info("scheduler started", jobs=len(jobs), phone_line=has_phone_line)
    stop.wait()
    scheduler.shutdown(wait=True)
    lease.release()


def _tick(parts: Parts, job: Job, lease: Lease) -> None:
    if not lease.hold():
        return
    try:
        counts = run_job(parts, job)
    except Exception:
        log.exception("job failed", job=job.name)
        return
    if counts is not None and any(counts.values()):
        log.info("job done", job=job.name, **counts)


def run_job(parts: Parts, job: Job) -> dict[str, int] | None:
    """Run a job now; None when its slot was already worked. Returns what it counted."""
    if job.slot is None:
        return job.work(parts)
    now = parts.clock.now()
    slot = job.slot(now)
    if not _claim(parts.database, job.name, slot, now):
        return None
    counts = job.work(parts)
    with parts.database.write() as db:
        row = db.get_one(JobRun, (job.name, slot))
        row.ended_at, row.counts = parts.clock.now(), counts
    return counts


def _claim(database: Database, job: str, slot: str, now: datetime) -> bool:
    """Write the slot's row; False when it was worked or is being worked.

    A run that did not end within an hour is taken to be dead, and its slot worked again: jobs
    bear being run twice.
    """
    try:
        with database.write() as db:
            row = db.get(JobRun, (job, slot))
            if row is None:
                db.add(JobRun(job=job, slot=slot, started_at=now))
            elif row.ended_at is not None or row.started_at > now - timedelta(hours=1):
                return False
            else:
                row.started_at = now
    except IntegrityError:
        return False
    return True
