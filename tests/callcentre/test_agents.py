"""Agents: who is called, and in which order."""

from __future__ import annotations

import pytest

from callcentre.models import MAX_AFTER_CALL, Availability
from callcentre.operations import (
    MAX_RINGING,
    MAX_TALK,
    AgentDraft,
    add_agent,
    engage_agent,
    free_agents_of_call,
    remove_agent,
    ring_agent,
    set_availability,
    update_agent,
)
from callcentre.queries import (
    find_agent_by_address,
    find_agent_of_call,
    find_agent_of_staff,
    get_agent,
    is_any_agent_busy,
    list_free_agents,
)
from core.errors import DuplicateError, InputError, NotFoundError
from tests.callcentre.conftest import Room


def test_a_new_agent_takes_no_calls_before_they_are_made_available(room: Room) -> None:
    agent = room.add("甲")
    assert room.free() == ["甲"]
    set_availability(room.db, agent, Availability.AWAY, room.clock.now())
    assert room.free() == []


def test_agents_of_the_language_come_first_then_the_nearer_office_then_the_place(
    room: Room,
) -> None:
    room.add("市局二", place=2)
    room.add("市局一", place=1)
    room.add("长安", "changan")
    room.add("市局粤语", "bureau", "yue", place=9)
    room.add("别处", "humen")
    assert room.free("zh", "changan", "bureau") == ["长安", "市局一", "市局二", "市局粤语"]
    assert room.free("yue", "changan", "bureau")[0] == "市局粤语"


def test_an_agent_is_busy_until_their_call_is_over_or_the_report_of_it_is_lost(room: Room) -> None:
    agent = room.add("甲")
    assert not is_any_agent_busy(room.db, ("bureau",), room.clock.now())
    engage_agent(room.db, agent, "CA1", room.clock.now())
    assert room.free() == [] and is_any_agent_busy(room.db, ("bureau",), room.clock.now())
    free_agents_of_call(room.db, "CA1")
    assert room.free() == ["甲"]
    engage_agent(room.db, agent, "CA2", room.clock.now())
    room.clock.advance(MAX_TALK)
    assert room.free() == ["甲"]


def test_an_agent_rings_for_a_short_while_and_has_after_call_work_for_ten_minutes(
    room: Room,
) -> None:
    agent = room.add("甲")
    ring_agent(room.db, agent, "CA1", room.clock.now())
    assert room.free() == [] and find_agent_of_call(room.db, "CA1") is agent
    room.clock.advance(MAX_RINGING)
    assert room.free() == ["甲"]
    set_availability(room.db, agent, Availability.AFTER_CALL, room.clock.now())
    assert room.free() == [] and is_any_agent_busy(room.db, ("bureau",), room.clock.now())
    room.clock.advance(MAX_AFTER_CALL)
    assert room.free() == ["甲"]
    set_availability(room.db, agent, Availability.AWAY, room.clock.now())
    assert room.free() == [] and not is_any_agent_busy(room.db, ("bureau",), room.clock.now())


def test_nobody_is_two_agents(room: Room) -> None:
    room.add("甲")
    draft = AgentDraft(
        name="乙", office_id="bureau", languages=("zh",), address="+8676922000099", staff_user_id=1
    )
    with pytest.raises(DuplicateError, match="another agent"):
        add_agent(room.db, room.vault, draft, room.clock.now())


def test_an_agent_is_found_by_number_and_by_staff_user_and_can_be_updated(room: Room) -> None:
    agent = room.add("甲")
    assert find_agent_by_address(room.db, room.vault, agent.address) is agent
    assert find_agent_of_staff(room.db, 1) is agent and get_agent(room.db, agent.id) is agent
    draft = AgentDraft(name="乙", office_id="bureau", languages=("en",), address="sip:b@hotline.cn")
    update_agent(room.db, room.vault, agent, draft)
    assert (agent.name, agent.address) == ("乙", "sip:b@hotline.cn")
    remove_agent(room.db, agent)
    with pytest.raises(NotFoundError):
        get_agent(room.db, agent.id)


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", " "), ("languages", ()), ("languages", ("fr",)), ("address", "sip:nobody"),
     ("address", "12345")],
)  # fmt: skip
def test_an_agent_with_an_unusable_field_is_refused(room: Room, field: str, value: object) -> None:
    fields = {"name": "甲", "languages": ("zh",), "address": "+8676922000099"} | {field: value}
    with pytest.raises(InputError):
        add_agent(room.db, room.vault, AgentDraft(office_id="bureau", **fields), room.clock.now())  # type: ignore[arg-type]


def test_two_agents_cannot_have_one_number(room: Room) -> None:
    draft = AgentDraft(
        name="乙", office_id="bureau", languages=("zh",), address=room.add("甲").address
    )
    with pytest.raises(DuplicateError):
        add_agent(room.db, room.vault, draft, room.clock.now())


def test_an_agent_in_after_call_work_is_called_last_and_only_for_a_life(room: Room) -> None:
    writing, free = room.add("甲", place=1), room.add("乙", place=2)
    set_availability(room.db, writing, Availability.AFTER_CALL, room.clock.now())
    assert room.free() == ["乙"]
    now = room.clock.now()
    assert list_free_agents(room.db, ("bureau",), "zh", now, is_urgent=True) == [free, writing]
    set_availability(room.db, writing, Availability.AWAY, now)
    assert list_free_agents(room.db, ("bureau",), "zh", now, is_urgent=True) == [free]
