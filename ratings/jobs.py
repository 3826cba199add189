"""Scheduled work of the ratings."""

from __future__ import annotations

from accounts.queries import list_users
from casework.jobs import CaseJobContext
from core.jobs import Counts, JobContext
from outbox.jobs import TextJobContext
from ratings import asking, digests, protection
from ratings.monthly import freeze_due_periods


def note_services(context: CaseJobContext) -> Counts:
    """Note closed cases as services, and bad ratings that were mended."""
    return {
        **asking.note_closed_cases(context.database, context.clock),
        **asking.note_rectification(context.database, context.clock, context.case_services),
    }


def ask_for_ratings(context: TextJobContext) -> Counts:
    """Queue invitations and follow-ups, in the allowed hours."""
    can_answer = context.text_providers.can_answer
    return {
        **asking.send_invitations(context.database, context.clock, can_answer),
        **asking.send_follow_ups(context.database, context.clock, can_answer),
    }


def close_invitations(context: JobContext) -> Counts:
    """Close invitations that are over."""
    return asking.close_invitations(context.database, context.clock)


def freeze_rankings(context: JobContext) -> Counts:
    """Freeze the months and years whose time has come."""
    return {"frozen": len(freeze_due_periods(context.database, context.clock.now()))}


def send_digests(context: CaseJobContext) -> Counts:
    """Queue the text of a frozen ranking for each office head."""
    return digests.send_digests(context.database, context.clock, context.case_services)


def flag_ratings(context: CaseJobContext) -> Counts:
    """Flag the ratings that look odd, also those from numbers of staff."""
    with context.database.read() as db:
        phones = [user.phone for user in list_users(db) if user.phone]
    return protection.flag_ratings(
        context.database, context.clock, context.case_services, staff_phones=phones
    )
