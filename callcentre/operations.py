"""Writes of the call centre: agents, and callers in the call queue.

An agent is busy while the telephone rings, and from the moment they take the call with a key until
the talk is reported over. An agent whose report is lost is free again after ``MAX_RINGING`` when
the call was not taken, after ``MAX_TALK`` when it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from callcentre.addresses import parse_address
from callcentre.models import Agent, Availability, QueuedCaller
from callcentre.queries import find_agent_by_address, find_agent_of_staff, find_in_queue
from callcentre.queue_rules import QueueEntry
from config.languages import SPOKEN_LANGUAGES
from core.encryption import Vault
from core.errors import DuplicateError, InputError

MAX_TALK = timedelta(hours=2)
# Ringing, hearing who calls, and the time for a key.
MAX_RINGING = timedelta(seconds=75)


@dataclass(frozen=True, kw_only=True)
class AgentDraft:
    """What is written of an agent. ``languages`` are of zh, yue and en, at least one."""

    name: str
    office_id: str
    languages: tuple[str, ...]
    address: str
    place: int = 1
    staff_user_id: int | None = None


def add_agent(db: Session, vault: Vault, draft: AgentDraft, now: datetime) -> Agent:
    """Write a new agent, not yet available.

    Raises InputError for a field that is not usable, DuplicateError for another agent's address or
    for a staff user who is an agent already.
    """
    agent = Agent(availability=Availability.AWAY, changed_at=now)
    _fill(db, vault, agent, draft)
    db.add(agent)
    db.flush()
    return agent


def update_agent(db: Session, vault: Vault, agent: Agent, draft: AgentDraft) -> Agent:
    """Update an agent. Raises as ``add_agent``."""
    _fill(db, vault, agent, draft)
    db.flush()
    return agent


def remove_agent(db: Session, agent: Agent) -> None:
    """Remove an agent."""
    db.delete(agent)
    db.flush()


def set_availability(db: Session, agent: Agent, availability: Availability, now: datetime) -> Agent:
    """Begin or end taking calls. A talk that is going on goes on."""
    if agent.availability != availability:
        agent.availability = availability
        agent.changed_at = now
        db.flush()
    return agent


def unassign_agents(db: Session, staff_user_id: int, now: datetime) -> int:
    """Take a staff user off their agents, which then take no calls; how many."""
    agents = list(db.scalars(select(Agent).where(Agent.staff_user_id == staff_user_id)))
    for agent in agents:
        agent.staff_user_id = None
        set_availability(db, agent, Availability.AWAY, now)
    db.flush()
    return len(agents)


def ring_agent(
    db: Session, agent: Agent, call_sid: str, now: datetime, *, serving: str | None = None
) -> Agent:
    """Mark an agent as being called, for ``MAX_RINGING`` at the longest. ``serving`` is the
    citizen's conversation when it is not the call itself."""
    if agent.busy_with != call_sid or not agent.is_busy(now):
        agent.busy_since = now
    agent.busy_with = call_sid
    agent.busy_until = now + MAX_RINGING
    agent.accepted_at = None
    agent.serving = serving or call_sid
    db.flush()
    return agent


def engage_agent(
    db: Session, agent: Agent, call_sid: str, now: datetime, *, serving: str | None = None
) -> Agent:
    """Mark an agent as talking in a call that they took, for ``MAX_TALK`` at the longest."""
    ring_agent(db, agent, call_sid, now, serving=serving)
    agent.accepted_at = now
    agent.busy_until = now + MAX_TALK
    db.flush()
    return agent


def free_agents_of_call(db: Session, call_sid: str) -> None:
    """Mark the agents who were busy with a call as free."""
    db.execute(
        update(Agent)
        .where(Agent.busy_with == call_sid)
        .values(busy_with=None, busy_since=None, busy_until=None, accepted_at=None, serving=None)
        .execution_options(synchronize_session="fetch")
    )


def _fill(db: Session, vault: Vault, agent: Agent, draft: AgentDraft) -> None:
    if not draft.name.strip():
        raise InputError("An agent needs a name.", "name")
    if not draft.languages or not set(SPOKEN_LANGUAGES).issuperset(draft.languages):
        raise InputError("An agent speaks zh, yue or en.", "languages")
    address = parse_address(draft.address)
    other = find_agent_by_address(db, vault, address)
    if other is not None and other is not agent:
        raise DuplicateError("Another agent has this number.")
    if draft.staff_user_id is not None:
        taken = find_agent_of_staff(db, draft.staff_user_id)
        if taken is not None and taken is not agent:
            raise DuplicateError("This person is another agent.")
    agent.name = draft.name.strip()
    agent.staff_user_id = draft.staff_user_id
    agent.office_id = draft.office_id
    agent.languages = list(draft.languages)
    agent.address = address
    agent.address_key = vault.keyed_hash(address)
    agent.place = draft.place


# --- the call queue -------------------------------------------------------------------------


def enter_queue(db: Session, entry: QueueEntry, now: datetime) -> QueuedCaller:
    """Put a caller at the end of the queue, an urgent one behind urgent ones who came before; a
    caller who left it before begins again."""
    caller = find_in_queue(db, entry.conversation_id)
    if caller is None:
        caller = QueuedCaller(conversation_id=entry.conversation_id)
        db.add(caller)
    caller.phone = entry.phone or None
    caller.language = entry.language
    caller.office_ids = list(entry.office_ids)
    caller.about = entry.about
    caller.wish = ""
    caller.is_urgent = entry.is_urgent
    caller.is_on_phone = True
    caller.entered_at = now
    caller.offered_at = caller.connected_at = caller.ended_at = caller.outcome = None
    caller.declined_by = []
    caller.tries = 0
    db.flush()
    return caller


def note_wish(db: Session, caller: QueuedCaller, wish: str) -> QueuedCaller:
    """Note what a caller asked for while waiting: message or call_back."""
    caller.wish = wish
    db.flush()
    return caller


def keep_place(db: Session, caller: QueuedCaller) -> QueuedCaller:
    """Let a caller hang up and be called back in turn."""
    caller.is_on_phone = False
    db.flush()
    return caller


def end_wait(db: Session, caller: QueuedCaller, outcome: str, now: datetime) -> QueuedCaller:
    """Take a caller out of the queue, once."""
    if caller.ended_at is None:
        caller.ended_at = now
        caller.outcome = outcome
        db.flush()
    return caller


def note_offer(db: Session, caller: QueuedCaller, now: datetime) -> QueuedCaller:
    """Note that an agent is being called for this caller."""
    caller.offered_at = now
    db.flush()
    return caller


def withdraw_offer(db: Session, caller: QueuedCaller) -> QueuedCaller:
    """Note that the agent who was called for this caller serves an urgent one: the next agent is
    called."""
    caller.offered_at = None
    db.flush()
    return caller


def note_declined(db: Session, caller: QueuedCaller, agent_id: int) -> QueuedCaller:
    """Note that an agent did not take the call, so that the next one is called at once."""
    caller.declined_by = [*caller.declined_by, agent_id]
    caller.offered_at = None
    db.flush()
    return caller


def forget_declined(db: Session, caller: QueuedCaller) -> QueuedCaller:
    """Let the agents who did not take the call be called again."""
    caller.declined_by = []
    db.flush()
    return caller


def note_connected(db: Session, caller: QueuedCaller, now: datetime) -> QueuedCaller:
    """Note that an agent took the call: the wait is over unless the two are not connected."""
    caller.connected_at = now
    caller.tries += not caller.is_on_phone
    db.flush()
    return caller


def note_not_connected(db: Session, caller: QueuedCaller, now: datetime) -> QueuedCaller:
    """Put a caller back who was to be connected and was not; offered again after a while."""
    caller.connected_at = None
    caller.offered_at = now
    db.flush()
    return caller
