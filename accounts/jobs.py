"""Scheduled work on accounts."""

from __future__ import annotations

from typing import Protocol

from accounts.attempts import forget_old_attempts
from accounts.drafts import forget_old_drafts
from accounts.sessions import BusySince, SessionRules, end_old_sessions
from core.jobs import Counts, JobContext


class SessionContext(JobContext, Protocol):
    """``busy_since`` tells since when a staff user is in a call, which does not count as idle."""

    @property
    def session_rules(self) -> SessionRules: ...

    @property
    def busy_since(self) -> BusySince: ...


def end_sessions(context: SessionContext) -> Counts:
    """End idle and old sessions of staff; forget failed attempts and drafts of long ago."""
    now = context.clock.now()
    with context.database.write() as db:
        counts = end_old_sessions(db, context.session_rules, now, context.busy_since)
        attempts, drafts = forget_old_attempts(db, now), forget_old_drafts(db, now)
    return {**counts, "attempts": attempts, "drafts": drafts}
