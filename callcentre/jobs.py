"""Scheduled work of the call centre: calling agents for callers in the queue, and call-backs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from callcentre.models import Agent, QueuedCaller
from callcentre.offers import hold_of
from callcentre.opening import is_office_open
from callcentre.operations import (
    end_wait,
    forget_declined,
    free_agents_of_call,
    note_declined,
    note_offer,
    ring_agent,
)
from callcentre.queries import list_free_agents, list_queue
from callcentre.queue_rules import RULES
from callcentre.wordings import staff_words
from casework.case_services import CaseServices
from casework.drafts import Contact, IdempotencyKey, MessageDraft
from casework.operations import take_message
from config.office_hours import OfficeHours
from core.encryption import Vault
from core.errors import ProviderError
from core.jobs import Counts, JobContext
from core.phones import parse_phone
from outbox.wishes import find_wish


class CallAgent(Protocol):
    """Calls an agent's address for a caller in the queue. Returns the provider's name of the call.
    Raises ProviderError."""

    def __call__(self, address: str, agent_id: int, caller_id: int, /) -> str: ...


class IsVouched(Protocol):
    """Whether the carrier vouched for the caller ID of a call (its sid)."""

    def __call__(self, db: Session, sid: str, /) -> bool: ...


class QueueContext(JobContext, Protocol):
    """What serving the call queue needs."""

    @property
    def case_services(self) -> CaseServices: ...

    @property
    def office_hours(self) -> OfficeHours: ...

    @property
    def call_agent(self) -> CallAgent: ...

    @property
    def is_vouched(self) -> IsVouched: ...


@dataclass(frozen=True)
class _Offer:
    """An agent who is to be called for a caller in the queue."""

    address: str
    agent_id: int
    caller_id: int


def serve_queue(context: QueueContext) -> Counts:
    """Call free agents for those who wait, urgent callers first, then first come first; counts.

    A call-back that nobody took, or that is left at closing time, becomes an offline message.
    """
    now = context.clock.now()
    counts = {"offered": 0, "failed": 0, "messages": 0}
    with context.database.write() as db:
        counts["messages"] = _end_call_backs(context, db, now)
        offers = _match(db, context.case_services.vault, now)
    for offer in offers:
        try:
            context.call_agent(offer.address, offer.agent_id, offer.caller_id)
            counts["offered"] += 1
        except ProviderError:
            counts["failed"] += 1
            with context.database.write() as db:
                free_agents_of_call(db, hold_of(offer.caller_id))
                note_declined(db, db.get_one(QueuedCaller, offer.caller_id), offer.agent_id)
    return counts


def _match(db: Session, vault: Vault, now: datetime) -> list[_Offer]:
    offers = []
    for caller in list_queue(db):
        if caller.offered_at is not None and caller.offered_at > now - RULES.offer_lasts:
            continue
        if not caller.is_on_phone and not _may_be_called(db, vault, caller, now):
            continue
        agent = _next_agent(db, caller, now)
        if agent is None:
            continue
        ring_agent(db, agent, hold_of(caller.id), now, serving=caller.conversation_id)
        note_offer(db, caller, now)
        offers.append(_Offer(agent.address, agent.id, caller.id))
    return offers


def _may_be_called(db: Session, vault: Vault, caller: QueuedCaller, now: datetime) -> bool:
    """Whether a call-back keeps to the hours that the number wished for. Danger to life does not
    wait for them."""
    if caller.is_urgent or not caller.phone:
        return True
    return find_wish(db, vault.keyed_hash(caller.phone)).allows_at(now)


def _next_agent(db: Session, caller: QueuedCaller, now: datetime) -> Agent | None:
    """The next free agent who did not decline; when all have, they are asked again in a while."""
    offices, is_urgent = tuple(caller.office_ids), caller.is_urgent
    agents = list_free_agents(db, offices, caller.language, now, is_urgent=is_urgent)
    fresh = [agent for agent in agents if agent.id not in caller.declined_by]
    if agents and not fresh:
        forget_declined(db, caller)
        note_offer(db, caller, now)
    return fresh[0] if fresh else None


def _end_call_backs(context: QueueContext, db: Session, now: datetime) -> int:
    """Make messages of the call-backs that are given up; how many."""
    services = context.case_services
    is_open = is_office_open(services.calendar, context.office_hours, now)
    ended = 0
    for caller in list_queue(db):
        is_tried = caller.offered_at is not None and caller.offered_at <= now - RULES.offer_lasts
        is_given_up = is_tried and caller.tries >= RULES.max_call_backs
        if not caller.is_on_phone and (is_given_up or not is_open):
            is_proved = context.is_vouched(db, caller.conversation_id)
            take_message(db, services, _draft_call_back(caller, is_proved=is_proved), now)
            end_wait(db, caller, "missed", now)
            ended += 1
    return ended


def _draft_call_back(caller: QueuedCaller, *, is_proved: bool) -> MessageDraft:
    tongue = staff_words("tongue", caller.language)
    return MessageDraft(
        idempotency_key=IdempotencyKey(caller.conversation_id, "call-back"),
        contact=Contact(
            phone=parse_phone(caller.phone) if caller.phone else None,
            channel="voice",
            language=caller.language,
            is_proved=is_proved,
        ),
        text=staff_words("message", "call_back", tongue=tongue) + caller.about,
    )
