"""Sending: due texts leave, unknown ones are looked up.

No database connection is held while a provider is asked. Killed between any two steps, a sender
leaves a text either untouched, or held until its lease ends and then looked up before it is sent
again: none is lost and none is sent twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from core.clock import Clock
from core.database import Database
from core.errors import ProviderUnknownError
from core.jobs import Counts
from outbox.claims import (
    Claim,
    SendingPolicy,
    claim_due_texts,
    end_expired_texts,
    release_lost_leases,
)
from outbox.delivery import (
    find_attempt,
    hold_reports,
    note_not_taken,
    note_refused,
    note_taken,
    note_unknown,
)
from outbox.lookups import find_unknown_texts
from outbox.models import SendAttempt
from providers.texts import AcceptedText, TextProvider, TextRefusedError

log = structlog.get_logger()

# A request is not begun when less than this is left of the lease: it might outlive it.
LEASE_RESERVE = timedelta(seconds=45)


def send_due_texts(
    database: Database,
    providers: Sequence[TextProvider],
    clock: Clock,
    policy: SendingPolicy | None = None,
) -> Counts:
    """Send what is due and settle what is unknown; to be run every second or so.

    ``providers`` in the order in which they are to be tried. Returns counts by outcome: taken,
    refused, unknown, released, looked_up.
    """
    policy = policy or SendingPolicy()
    counts: Counter[str] = Counter()
    with database.write() as db:
        counts["lost"] = release_lost_leases(db, clock.now())
        end_expired_texts(db, clock.now())
    counts["looked_up"] = find_unknown_texts(database, providers, clock, most=policy.max_per_run)
    with ThreadPoolExecutor(policy.workers, thread_name_prefix="texts") as pool:
        while sum(counts.values()) < policy.max_per_run:
            with database.write() as db:
                claims = claim_due_texts(db, providers, clock.now(), policy, most=policy.workers)
            if not claims:
                break
            counts.update(pool.map(lambda claim: _send(database, clock, claim), claims))
    return {name: count for name, count in counts.items() if count}


Outcome = AcceptedText | TextRefusedError | ProviderUnknownError


def _send(database: Database, clock: Clock, claim: Claim) -> str:
    """Hand one text over and write down what was answered; the name of the outcome."""
    if clock.now() > claim.lease_until - LEASE_RESERVE:
        with database.write() as db:
            note_not_taken(db, find_attempt(db, claim.attempt_id), clock.now())
        return "released"
    outcome = _ask(claim)
    with database.write() as db:
        if isinstance(outcome, AcceptedText):
            hold_reports(db, claim.provider.name, outcome.provider_sid)
        return _note(db, find_attempt(db, claim.attempt_id), outcome, clock.now())


def _ask(claim: Claim) -> Outcome:
    try:
        return claim.provider.send(claim.message)
    except (TextRefusedError, ProviderUnknownError) as error:
        return error
    except Exception as error:
        # A fault of ours in the middle of a request: the text may have left.
        log.exception("sending failed", provider=claim.provider.name)
        return ProviderUnknownError(type(error).__name__)


def _note(db: Session, attempt: SendAttempt, outcome: Outcome, now: datetime) -> str:
    match outcome:
        case AcceptedText():
            note_taken(db, attempt, outcome.provider_sid, outcome.status, now)
            return "taken"
        case TextRefusedError():
            note_refused(db, attempt, outcome.refusal, outcome.provider_code, now)
            return "refused"
        case _:
            note_unknown(db, attempt, now)
            return "unknown"
