"""The table of scheduled work. Each job bears being run twice, late, or by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from accounts.attempts import forget_old_attempts
from accounts.drafts import forget_old_drafts
from accounts.queries import list_users
from accounts.sessions import end_old_sessions
from app.idle_threads import end_idle_threads
from app.notices import send_notices
from app.recordings import claim_recordings, fetch_recordings
from app.seal_exports import export_seals
from app.unreached import record_unreached
from app.wiring import Parts
from casework.danger import escalate_alerts
from casework.jobs import sweep_deadlines
from casework.seals import seal_record
from config.retention import load_retention
from core.clock import LOCAL_ZONE, to_local
from core.reencryption import reencrypt
from dialogue.seats import talking_since
from hotline.jobs import end_lost_calls, serve_line
from hotline.recordings import collect_recordings, discard_recordings
from knowledge_base.corrections import send_approved_corrections
from knowledge_base.gaps import group_unanswered
from knowledge_base.models import CorrectionText
from outbox.codes import forget_codes
from outbox.jobs import send_due_texts
from outbox.operations import TextOrder, enqueue_text
from outbox.quiet_hours import is_quiet
from outbox.wishes import find_wish
from privacy.jobs import delete_expired
from ratings.digests import send_digests
from ratings.jobs import (
    close_invitations,
    freeze_rankings,
    note_closed_cases,
    note_rectification,
    send_follow_ups,
    send_invitations,
)
from ratings.protection import flag_ratings

Counts = dict[str, int]


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


def _every(seconds: int) -> tuple[str, IntervalTrigger]:
    return f"every {seconds} s", IntervalTrigger(seconds=seconds)


def _daily(hour: int, minute: int = 0) -> tuple[str, CronTrigger]:
    when = f"daily at {hour:02d}:{minute:02d}"
    return when, CronTrigger(hour=hour, minute=minute, timezone=LOCAL_ZONE)


def _day(now: datetime) -> str:
    return to_local(now).date().isoformat()


def _send_texts(parts: Parts) -> Counts:
    carriers = parts.text_providers
    return send_due_texts(parts.database, carriers.providers, parts.clock, carriers.policy)


def _send_notices(parts: Parts) -> Counts:
    now = parts.clock.now()
    unreached = record_unreached(parts.database, parts.case_services, now)
    counts = send_notices(parts.database, parts.case_services, now, parts.duty_numbers)
    return {**counts, "unreached": unreached}


def _escalate_alerts(parts: Parts) -> Counts:
    with parts.database.write() as db:
        return escalate_alerts(db, parts.case_services, parts.clock.now())


def _sweep_cases(parts: Parts) -> Counts:
    counts = {"cases": 0, "notices": 0}
    has_more = True
    while has_more:
        with parts.database.write() as db:
            swept = sweep_deadlines(db, parts.case_services, parts.clock.now())
        counts["cases"] += swept.cases
        counts["notices"] += swept.notices
        has_more = swept.has_more
    return counts


def _forget_codes(parts: Parts) -> Counts:
    with parts.database.write() as db:
        return {"codes": forget_codes(db, parts.clock.now())}


def _end_lost_calls(parts: Parts) -> Counts:
    return end_lost_calls(parts.call_services)


def _serve_line(parts: Parts) -> Counts:
    return serve_line(parts.call_services, parts.calls.place)


def _collect_recordings(parts: Parts) -> Counts:
    list_recordings, find_caller = parts.recordings.list_since, parts.calls.caller_of
    return collect_recordings(parts.call_services, list_recordings, find_caller)


def _discard_recordings(parts: Parts) -> Counts:
    return discard_recordings(parts.call_services, parts.recordings.delete)


def _note_services(parts: Parts) -> Counts:
    return {
        **note_closed_cases(parts.database, parts.clock),
        **note_rectification(parts.database, parts.clock, parts.case_services),
    }


def _ask_for_ratings(parts: Parts) -> Counts:
    can_answer = parts.text_providers.can_answer
    return {
        **send_invitations(parts.database, parts.clock, can_answer),
        **send_follow_ups(parts.database, parts.clock, can_answer),
    }


def _close_invitations(parts: Parts) -> Counts:
    return close_invitations(parts.database, parts.clock)


def _freeze_rankings(parts: Parts) -> Counts:
    return freeze_rankings(parts.database, parts.clock)


def _send_digests(parts: Parts) -> Counts:
    return send_digests(parts.database, parts.clock, parts.case_services)


def _flag_ratings(parts: Parts) -> Counts:
    with parts.database.read() as db:
        phones = [user.phone for user in list_users(db) if user.phone]
    return flag_ratings(parts.database, parts.clock, parts.case_services, staff_phones=phones)


def _seal_cases(parts: Parts) -> Counts:
    with parts.database.write() as db:
        return {"days": seal_record(db, parts.clock.now())}


def reencrypt_everything(parts: Parts) -> Counts:
    """Encrypt all values and files that are of older keys with the present one; counts."""
    count, done = 0, -1
    while done:
        with parts.database.write() as db:
            done = reencrypt(db)
        count += done
    files = parts.recording_store.reencrypt() + parts.picture_store.reencrypt()
    return {"values": count, "files": files}


def _delete_expired(parts: Parts) -> Counts:
    now = parts.clock.now()
    return delete_expired(parts.database, load_retention(), parts.remove_file, now)


def _end_sessions(parts: Parts) -> Counts:
    now = parts.clock.now()
    with parts.database.write() as db:
        counts = end_old_sessions(
            db, parts.session_rules, now, lambda db, user_id: talking_since(db, user_id, now)
        )
        attempts, drafts = forget_old_attempts(db, now), forget_old_drafts(db, now)
    return {**counts, "attempts": attempts, "drafts": drafts}


def _group_gaps(parts: Parts) -> Counts:
    with parts.database.write() as db:
        return group_unanswered(db, parts.content_source.current(), parts.clock.now())


def _send_corrections(parts: Parts) -> Counts:
    now = parts.clock.now()
    if is_quiet(now):
        return {}
    with parts.database.write() as db:

        def enqueue(correction: CorrectionText) -> None:
            if not find_wish(db, correction.phone_key).allows_text:
                return
            order = TextOrder(
                phone=correction.phone,
                phone_key=correction.phone_key,
                words=correction.words,
                kind="answer",
                language=correction.language,
                key=f"correction/{correction.id}",
            )
            enqueue_text(db, order, now)

        return send_approved_corrections(db, enqueue, now)


JOBS = (
    Job("send_texts", "send the texts that are due", *_every(1), _send_texts),
    Job("send_notices", "queue texts about cases", *_every(2), _send_notices),
    Job(
        "danger_callbacks",
        "notify again of dangers nobody acted on",
        *_every(60),
        _escalate_alerts,
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
        "serve_line",
        "call free seats for those who wait",
        *_every(2),
        _serve_line,
        needs_phone_line=True,
    ),
    Job(
        "collect_recordings",
        "find recordings nobody told of",
        *_every(300),
        _collect_recordings,
        needs_phone_line=True,
    ),
    Job(
        "discard_recordings",
        "remove what was recorded anew",
        *_every(60),
        _discard_recordings,
        needs_phone_line=True,
    ),
    Job("end_lost_calls", "end calls whose hang-up was never told", *_every(60), _end_lost_calls),
    Job("end_idle_threads", "end text conversations left idle", *_every(20), end_idle_threads),
    Job("forget_codes", "blank codes that are over", *_every(60), _forget_codes),
    Job("note_services", "note closed cases and mended ratings", *_every(5), _note_services),
    Job("ask_for_ratings", "send invitations and follow-ups", *_every(5), _ask_for_ratings),
    Job("close_invitations", "close invitations that are over", *_every(300), _close_invitations),
    Job("send_corrections", "send corrected answers", *_every(60), _send_corrections),
    Job("group_gaps", "group unanswered questions by week", *_daily(4), _group_gaps, _day),
    Job("end_sessions", "end idle and old sessions of staff", *_every(300), _end_sessions),
    Job("sweep_cases", "remind of clocks and note breaches", *_every(300), _sweep_cases),
    Job("flag_ratings", "flag ratings that look odd", *_daily(2), _flag_ratings, _day),
    Job("seal_cases", "seal the record of all cases", *_daily(3), _seal_cases, _day),
    Job("export_seals", "hand sealed days over to others", *_daily(3, 30), export_seals, _day),
    Job("reencrypt", "encrypt old values as new ones", *_daily(1), reencrypt_everything, _day),
    Job(
        "delete_expired", "delete what was kept long enough", *_daily(2, 30), _delete_expired, _day
    ),
    Job("freeze_rankings", "freeze months and years", *_daily(9), _freeze_rankings, _day),
    Job("send_digests", "text the ranking to office heads", *_daily(9, 30), _send_digests, _day),
)
