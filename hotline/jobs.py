"""Scheduled work of the voice channel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from callcentre.models import Agent, QueuedCaller
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
from casework.drafts import Contact, IdempotencyKey, MessageDraft
from casework.operations import take_message
from core.encryption import Vault
from core.errors import ProviderError
from core.jobs import Counts, JobContext
from core.phones import parse_phone
from dialogue.services import DialogueServices
from dialogue.wordings import wording
from hotline.calls import find_call, list_lost_calls
from hotline.fetching import claim_recordings, fetch_recordings
from hotline.persons import hold_of
from hotline.recordings import collect_recordings, discard_recordings
from hotline.turns import CallServices, take_status
from outbox.wishes import find_wish

__all__ = [
    "claim_recordings",
    "collect_recordings",
    "discard_recordings",
    "end_lost_calls",
    "fetch_recordings",
    "serve_queue",
]

PlaceCall = Callable[[str, str, str], str]
"""Calls an address (number or SIP) and lets a path on our public host lead the call; its end is
told to another path. Returns the provider's sid. Raises ProviderError."""


class CallContext(JobContext, Protocol):
    """What the jobs of the voice channel need beside the database."""

    @property
    def call_services(self) -> CallServices: ...


class PlacedCalls(Protocol):
    """Calls that the service makes."""

    @property
    def place(self) -> PlaceCall: ...


class QueueContext(CallContext, Protocol):
    """What serving the line needs."""

    @property
    def calls(self) -> PlacedCalls: ...


def end_lost_calls(context: CallContext) -> Counts:
    """End calls that no webhook spoke of for a long time, as their hang-up would have; counts."""
    services = context.call_services
    with services.database.read() as db:
        lost = list_lost_calls(db, services.clock.now())
    for sid in lost:
        take_status(services, sid, "completed", None)
    return {"calls": len(lost)}


@dataclass(frozen=True)
class _Offer:
    """An agent that is to be called for somebody in the line."""

    address: str
    agent_id: int
    waiting_id: int

    def path(self, of: str) -> str:
        """A path for this offer: ``offer`` leads the call, ``offer-ended`` is told of its end."""
        return f"/voice/{of}?seat={self.agent_id}&waiting={self.waiting_id}"


def serve_queue(context: QueueContext) -> Counts:
    """Call free agents for those who wait, urgent callers first, then first come first; counts.

    A call back that nobody took, or that is left at closing time, becomes an offline message.
    """
    services, place_call = context.call_services, context.calls.place
    now = services.clock.now()
    counts = {"offered": 0, "failed": 0, "messages": 0}
    with services.database.write() as db:
        counts["messages"] = _end_call_backs(services, db, now)
        offers = _match(db, services.facilities.case_services.vault, now)
    for offer in offers:
        try:
            place_call(offer.address, offer.path("offer"), offer.path("offer-ended"))
            counts["offered"] += 1
        except ProviderError:
            counts["failed"] += 1
            with services.database.write() as db:
                free_agents_of_call(db, hold_of(offer.waiting_id))
                note_declined(db, db.get_one(QueuedCaller, offer.waiting_id), offer.agent_id)
    return counts


def _match(db: Session, vault: Vault, now: datetime) -> list[_Offer]:
    offers = []
    for waiting in list_queue(db):
        if waiting.offered_at is not None and waiting.offered_at > now - RULES.offer_lasts:
            continue
        if not waiting.is_on_phone and not _may_be_called(db, vault, waiting, now):
            continue
        agent = _next_agent(db, waiting, now)
        if agent is None:
            continue
        ring_agent(db, agent, hold_of(waiting.id), now, serving=waiting.conversation_id)
        note_offer(db, waiting, now)
        offers.append(_Offer(agent.address, agent.id, waiting.id))
    return offers


def _may_be_called(db: Session, vault: Vault, waiting: QueuedCaller, now: datetime) -> bool:
    """Whether a call back keeps to the hours that the number wished for. Danger to life does not
    wait for them."""
    if waiting.is_urgent or not waiting.phone:
        return True
    return find_wish(db, vault.keyed_hash(waiting.phone)).allows_at(now)


def _next_agent(db: Session, waiting: QueuedCaller, now: datetime) -> Agent | None:
    """The next free agent who did not decline; when all have, they are asked again in a while."""
    offices, is_urgent = tuple(waiting.office_ids), waiting.is_urgent
    agents = list_free_agents(db, offices, waiting.language, now, is_urgent=is_urgent)
    fresh = [agent for agent in agents if agent.id not in waiting.declined_by]
    if agents and not fresh:
        forget_declined(db, waiting)
        note_offer(db, waiting, now)
    return fresh[0] if fresh else None


def _end_call_backs(services: CallServices, db: Session, now: datetime) -> int:
    is_open = DialogueServices(services.facilities, db, now).is_office_open
    ended = 0
    for waiting in list_queue(db):
        is_tried = waiting.offered_at is not None and waiting.offered_at <= now - RULES.offer_lasts
        is_given_up = is_tried and waiting.tries >= RULES.max_call_backs
        if not waiting.is_on_phone and (is_given_up or not is_open):
            call = find_call(db, waiting.conversation_id)
            wish = _call_back_wish(waiting, is_proved=call is not None and call.is_vouched)
            take_message(db, services.facilities.case_services, wish, now)
            end_wait(db, waiting, "missed", now)
            ended += 1
    return ended


def _call_back_wish(waiting: QueuedCaller, *, is_proved: bool) -> MessageDraft:
    tongue = wording("zh", "voice", f"person.tongue.{waiting.language}")
    words = wording("zh", "voice", "person.call_back_wish", tongue=tongue)
    return MessageDraft(
        idempotency_key=IdempotencyKey(waiting.conversation_id, "call-back"),
        contact=Contact(
            phone=parse_phone(waiting.phone) if waiting.phone else None,
            channel="voice",
            language=waiting.language,
            is_proved=is_proved,
        ),
        text=words + waiting.about,
    )
