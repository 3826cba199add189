"""Scheduled work of casework."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from casework import danger, notice_texts
from casework.case_services import CaseServices
from casework.seal_handover import SealContext, hand_over_seals
from casework.seals import seal_record
from casework.sweep import sweep_deadlines
from casework.unreached import record_unreached
from core.jobs import Counts, JobContext


class CaseJobContext(JobContext, Protocol):
    """What the jobs of casework need."""

    @property
    def case_services(self) -> CaseServices: ...


class NoticeJobContext(CaseJobContext, Protocol):
    """``duty_numbers``: who is alarmed beside the bureau when a life is in danger."""

    @property
    def duty_numbers(self) -> Sequence[str]: ...


def send_notices(context: NoticeJobContext) -> Counts:
    """Queue a text for each notice that waits, and record those that no text can bring."""
    now = context.clock.now()
    unreached = record_unreached(context.database, context.case_services, now)
    counts = notice_texts.send_notices(
        context.database, context.case_services, now, context.duty_numbers
    )
    return {**counts, "unreached": unreached}


def escalate_alerts(context: CaseJobContext) -> Counts:
    """Notify again of dangers on which nobody has acted."""
    with context.database.write() as db:
        return danger.escalate_alerts(db, context.case_services, context.clock.now())


def sweep_cases(context: CaseJobContext) -> Counts:
    """Remind of clocks and note breaches, in as many short transactions as it takes."""
    counts = {"cases": 0, "notices": 0}
    has_more = True
    while has_more:
        with context.database.write() as db:
            swept = sweep_deadlines(db, context.case_services, context.clock.now())
        counts["cases"] += swept.cases
        counts["notices"] += swept.notices
        has_more = swept.has_more
    return counts


def seal_cases(context: JobContext) -> Counts:
    """Seal the record of every day up to yesterday."""
    with context.database.write() as db:
        return {"days": seal_record(db, context.clock.now())}


def export_seals(context: SealContext) -> Counts:
    """Export the daily seals."""
    return hand_over_seals(context)
