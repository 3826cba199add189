"""Offers of callers to agents: rung, heard, taken or declined, connected or not.

An agent is rung for a call that is on the phone (``call_sid`` is that call), or for a caller in the
queue: then the agent's telephone is a call of its own (``agent_call``), and until it is picked up
the agent is busy with ``hold_of`` the caller.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from callcentre.models import Agent, QueuedCaller
from callcentre.operations import (
    end_wait,
    engage_agent,
    free_agents_of_call,
    note_connected,
    note_declined,
    note_not_connected,
    ring_agent,
    withdraw_offer,
)
from callcentre.queries import (
    find_agent_of_call,
    find_in_queue,
    find_queue_head,
    find_urgent_head,
    get_agent,
    queue_of,
)
from callcentre.replies import AgentReply, ConnectQueued
from callcentre.whispers import Whisper, dangers_of, say_caller_gone, whisper_of, word_dangers
from core.errors import NotFoundError


def hold_of(caller_id: int) -> str:
    """What an agent is busy with until their telephone is picked up for a caller in the queue."""
    return f"offer/{caller_id}"


def note_picked_up(db: Session, call_sid: str, now: datetime) -> None:
    """Note that the agent rung for a call picked up, and now has the time for a key."""
    agent = find_agent_of_call(db, call_sid)
    if agent is not None and agent.accepted_at is None:
        ring_agent(db, agent, call_sid, now)


def note_taken(db: Session, call_sid: str, now: datetime) -> None:
    """Note that the agent rung for a call takes it, once."""
    agent = find_agent_of_call(db, call_sid)
    if agent is not None and agent.accepted_at is None:
        engage_agent(db, agent, call_sid, now)


def open_offer(
    db: Session, agent_id: int, caller_id: int, agent_call: str, now: datetime
) -> Whisper:
    """An agent who was called for a caller in the queue picked up: what they hear of the caller.

    Raises NotFoundError when the agent or the caller is gone.
    """
    agent, caller = get_agent(db, agent_id), _get_waiting(db, caller_id)
    ring_agent(db, agent, agent_call, now, serving=caller.conversation_id)
    return whisper_of(db, caller)


def take_offer(
    db: Session, agent_id: int, caller_id: int, agent_call: str, now: datetime
) -> tuple[AgentReply, str | None]:
    """The agent takes an offer: with whom they are connected, and that caller's conversation (None
    when nobody waits any more, and the agent is free again).

    An urgent caller who came meanwhile is connected first, after words that say so.
    Raises NotFoundError when the agent is gone.
    """
    caller = _take_from_queue(db, get_agent(db, agent_id), caller_id, agent_call, now)
    if caller is None:
        return say_caller_gone(), None
    connection = ConnectQueued(
        queue_of(caller),
        phone="" if caller.is_on_phone else caller.phone or "",
        words=word_dangers(dangers_of(db, caller)) if caller.id != caller_id else "",
    )
    return connection, caller.conversation_id


def _take_from_queue(
    db: Session, agent: Agent, caller_id: int, agent_call: str, now: datetime
) -> QueuedCaller | None:
    if agent.busy_with == agent_call and agent.accepted_at is not None:
        # The key was reported before.
        return find_in_queue(db, agent.serving or "")
    caller = _find_first(db, agent, db.get(QueuedCaller, caller_id))
    if caller is not None and caller.is_on_phone:
        # The provider connects the head of the queue, not the caller of the offer.
        caller = find_queue_head(db, caller)
    if caller is None or caller.ended_at is not None or caller.connected_at is not None:
        free_agents_of_call(db, agent_call)
        return None
    engage_agent(db, agent, agent_call, now, serving=caller.conversation_id)
    return note_connected(db, caller, now)


def _find_first(db: Session, agent: Agent, caller: QueuedCaller | None) -> QueuedCaller | None:
    """The urgent caller whom this agent may serve, else whom they were called for."""
    if caller is not None and caller.is_urgent:
        return caller
    urgent = find_urgent_head(db, agent.office_id)
    if urgent is not None and caller is not None:
        withdraw_offer(db, caller)
    return urgent or caller


def note_offer_result(
    db: Session, agent_call: str, now: datetime, *, is_connected: bool
) -> str | None:
    """The two were connected or were not: free the agent, and end the wait of a call-back. The
    conversation of the caller, None when there is none."""
    agent = find_agent_of_call(db, agent_call)
    caller = find_in_queue(db, agent.serving or "") if agent is not None else None
    free_agents_of_call(db, agent_call)
    if caller is None:
        return None
    if caller.ended_at is None:
        if not is_connected:
            note_not_connected(db, caller, now)
        elif not caller.is_on_phone:
            end_wait(db, caller, "answered", now)
    return caller.conversation_id


def note_offer_end(db: Session, agent_id: int, caller_id: int, agent_call: str) -> None:
    """The agent's own call is over. When the offer was never taken, the next agent is called."""
    agent, caller = db.get(Agent, agent_id), db.get(QueuedCaller, caller_id)
    holds = (agent_call, hold_of(caller_id))
    if agent is None or agent.busy_with not in holds:
        return
    is_taken = agent.accepted_at is not None
    free_agents_of_call(db, agent.busy_with)
    if caller is not None and caller.ended_at is None and not is_taken:
        note_declined(db, caller, agent_id)


def _get_waiting(db: Session, caller_id: int) -> QueuedCaller:
    caller = db.get(QueuedCaller, caller_id)
    if caller is None or caller.ended_at is not None or caller.connected_at is not None:
        raise NotFoundError("Nobody waits there any more.")
    return caller
