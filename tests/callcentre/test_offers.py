"""Offers of callers to agents, without a provider: what becomes of each."""

from __future__ import annotations

import pytest

from callcentre.models import Agent, QueuedCaller
from callcentre.offers import (
    hold_of,
    note_offer_end,
    note_offer_result,
    open_offer,
    take_offer,
)
from callcentre.operations import keep_place, note_offer, ring_agent
from callcentre.queries import list_queue
from callcentre.queue_rules import CallQueue
from callcentre.replies import ConnectQueued, HangUp
from core.errors import NotFoundError
from tests.callcentre.conftest import Room


def offer(room: Room, agent: Agent, caller: QueuedCaller) -> None:
    """Ring an agent for a caller in the queue, as the job does."""
    now = room.clock.now()
    ring_agent(room.db, agent, hold_of(caller.id), now, serving=caller.conversation_id)
    note_offer(room.db, caller, now)


def test_an_agent_who_takes_an_offer_is_connected_with_the_head_of_the_queue(room: Room) -> None:
    agent, first, second = room.add("甲"), room.wait("CA1"), room.wait("CA2")
    offer(room, agent, second)
    open_offer(room.db, agent.id, second.id, "CA-agent", room.clock.now())
    taken = take_offer(room.db, agent.id, second.id, "CA-agent", room.clock.now())
    assert taken == (ConnectQueued(CallQueue("zh", "bureau")), "CA1")
    assert agent.serving == "CA1" and list_queue(room.db) == [second]
    assert first.connected_at == room.clock.now()
    # The provider may report the key twice.
    assert take_offer(room.db, agent.id, second.id, "CA-agent", room.clock.now()) == taken


def test_a_call_back_is_connected_by_the_citizens_number(room: Room) -> None:
    agent, caller = room.add("甲"), keep_place(room.db, room.wait("CA1"))
    offer(room, agent, caller)
    assert open_offer(room.db, agent.id, caller.id, "CA-agent", room.clock.now()).is_call_back
    reply, _ = take_offer(room.db, agent.id, caller.id, "CA-agent", room.clock.now())
    assert isinstance(reply, ConnectQueued) and reply.phone == "+8613800138000"
    note_offer_result(room.db, "CA-agent", room.clock.now(), is_connected=True)
    assert caller.outcome == "answered" and room.free() == ["甲"]


def test_an_urgent_caller_goes_before_and_the_agent_hears_why(room: Room) -> None:
    agent, caller = room.add("甲"), room.wait("CA1")
    offer(room, agent, caller)
    open_offer(room.db, agent.id, caller.id, "CA-agent", room.clock.now())
    room.wait("CA9", "en", is_urgent=True)
    reply, sid = take_offer(room.db, agent.id, caller.id, "CA-agent", room.clock.now())
    assert sid == "CA9" and isinstance(reply, ConnectQueued)
    assert reply.queue.name == "urgent-en-bureau" and reply.words.startswith("紧急")
    assert caller.offered_at is None and list_queue(room.db) == [caller]


def test_an_agent_who_does_not_take_an_offer_is_free_and_the_next_one_is_called(room: Room) -> None:
    agent, caller = room.add("甲"), room.wait("CA1")
    offer(room, agent, caller)
    note_offer_end(room.db, agent.id, caller.id, "CA-agent")
    assert room.free() == ["甲"]
    assert caller.declined_by == [agent.id] and caller.offered_at is None


def test_two_who_are_not_connected_leave_the_caller_in_the_queue(room: Room) -> None:
    agent, caller = room.add("甲"), room.wait("CA1")
    offer(room, agent, caller)
    open_offer(room.db, agent.id, caller.id, "CA-agent", room.clock.now())
    take_offer(room.db, agent.id, caller.id, "CA-agent", room.clock.now())
    assert list_queue(room.db) == []
    sid = note_offer_result(room.db, "CA-agent", room.clock.now(), is_connected=False)
    assert sid == "CA1" and list_queue(room.db) == [caller] and room.free() == ["甲"]


def test_an_offer_of_a_caller_who_is_gone_ends_the_agents_call(room: Room) -> None:
    agent, caller = room.add("甲"), room.wait("CA1")
    offer(room, agent, caller)
    open_offer(room.db, agent.id, caller.id, "CA-agent", room.clock.now())
    caller.ended_at = room.clock.now()
    reply, sid = take_offer(room.db, agent.id, caller.id, "CA-agent", room.clock.now())
    assert isinstance(reply, HangUp) and reply.words and sid is None
    assert room.free() == ["甲"]
    with pytest.raises(NotFoundError):
        open_offer(room.db, agent.id, caller.id, "CA-agent", room.clock.now())
