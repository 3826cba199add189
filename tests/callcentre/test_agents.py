"""Agents and the line: who is called, in which order, and who waits how long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from callcentre.models import MAX_AFTER_CALL, Agent, Availability, QueuedCaller
from callcentre.operations import (
    MAX_RINGING,
    MAX_TALK,
    AgentDraft,
    add_agent,
    end_wait,
    engage_agent,
    enter_queue,
    free_agents_of_call,
    keep_place,
    note_connected,
    remove_agent,
    ring_agent,
    set_availability,
    update_agent,
)
from callcentre.queries import (
    expected_seconds,
    find_agent_by_address,
    find_agent_of_call,
    find_agent_of_staff,
    find_queue_head,
    find_urgent_head,
    get_agent,
    is_any_agent_busy,
    list_agents,
    list_free_agents,
    list_queue,
    position_of,
)
from callcentre.queue_rules import QueueEntry
from core.clock import FixedClock
from core.database import Database
from core.encryption import Vault
from core.errors import DuplicateError, InputError, NotFoundError


class Room:
    """Agents of one test."""

    def __init__(self, db: Session, vault: Vault, clock: FixedClock) -> None:
        self.db, self.vault, self.clock = db, vault, clock

    def add(self, name: str, office: str = "bureau", *languages: str, place: int = 1) -> Agent:
        number = f"+867692200{len(list_agents(self.db)):04d}"
        draft = AgentDraft(
            name=name,
            office_id=office,
            languages=languages or ("zh",),
            address=number,
            place=place,
            staff_user_id=len(list_agents(self.db)) + 1,
        )
        agent = add_agent(self.db, self.vault, draft, self.clock.now())
        return set_availability(self.db, agent, Availability.AVAILABLE, self.clock.now())

    def free(self, language: str = "zh", *offices: str) -> list[str]:
        now = self.clock.now()
        return [s.name for s in list_free_agents(self.db, offices or ("bureau",), language, now)]

    def wait(self, sid: str, language: str = "zh", *, is_urgent: bool = False) -> QueuedCaller:
        self.clock.advance(timedelta(seconds=1))
        return enter_queue(
            self.db,
            QueueEntry(
                sid,
                phone="+8613800138000",
                language=language,
                office_ids=("bureau",),
                about="",
                is_urgent=is_urgent,
            ),
            self.clock.now(),
        )


@pytest.fixture
def room(database: Database, vault: Vault, clock: FixedClock) -> Iterator[Room]:
    with database.read() as db:
        yield Room(db, vault, clock)


def test_a_new_agent_takes_no_calls_before_it_is_made_available(room: Room) -> None:
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


def test_an_agent_is_busy_until_its_call_is_over_or_the_report_of_it_is_lost(room: Room) -> None:
    agent = room.add("甲")
    assert not is_any_agent_busy(room.db, ("bureau",), room.clock.now())
    engage_agent(room.db, agent, "CA1", room.clock.now())
    assert room.free() == [] and is_any_agent_busy(room.db, ("bureau",), room.clock.now())
    free_agents_of_call(room.db, "CA1")
    assert room.free() == ["甲"]
    engage_agent(room.db, agent, "CA2", room.clock.now())
    room.clock.advance(MAX_TALK)
    assert room.free() == ["甲"]


def test_an_agent_rings_for_a_short_while_and_writes_up_its_call_for_ten_minutes_at_most(
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


def test_nobody_has_two_agents(room: Room) -> None:
    room.add("甲")
    draft = AgentDraft(
        name="乙", office_id="bureau", languages=("zh",), address="+8676922000099", staff_user_id=1
    )
    with pytest.raises(DuplicateError, match="another agent"):
        add_agent(room.db, room.vault, draft, room.clock.now())


def test_an_agent_is_found_by_number_and_by_who_sits_there_and_can_be_changed(room: Room) -> None:
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


def test_the_line_is_first_come_first_and_counted_for_each_language(room: Room) -> None:
    first, second, english = room.wait("CA1"), room.wait("CA2"), room.wait("CA3", "en")
    assert [position_of(room.db, w) for w in (first, second, english)] == [1, 2, 1]
    end_wait(room.db, first, "answered", room.clock.now())
    assert position_of(room.db, second) == 1 and list_queue(room.db) == [second, english]
    # Whoever comes again stands at the end.
    room.wait("CA1")
    assert position_of(room.db, first) == 2


def test_the_time_to_expect_is_what_the_last_ones_waited_less_what_was_waited(room: Room) -> None:
    waits = [room.wait(f"CA{n}") for n in range(3)]
    assert expected_seconds(room.db, waits[2], room.clock.now()) is None
    room.clock.advance(timedelta(minutes=4))
    for waiting in waits[:2]:
        note_connected(room.db, waiting, room.clock.now())
    # How long they then talked does not count.
    room.clock.advance(timedelta(minutes=20))
    for waiting in waits[:2]:
        end_wait(room.db, waiting, "answered", room.clock.now())
    new = room.wait("CA9")
    room.clock.advance(timedelta(minutes=1))
    expected = expected_seconds(room.db, new, room.clock.now())
    assert expected is not None and 179 <= expected <= 182


def test_an_urgent_caller_stands_before_all_others_and_behind_urgent_ones(room: Room) -> None:
    first, second = room.wait("CA1"), room.wait("CA2")
    urgent, later = room.wait("CA3", is_urgent=True), room.wait("CA4", is_urgent=True)
    assert list_queue(room.db) == [urgent, later, first, second]
    assert [position_of(room.db, w) for w in (urgent, later, first, second)] == [1, 2, 3, 4]
    assert find_queue_head(room.db, second) is first and find_queue_head(room.db, later) is urgent
    assert (
        find_urgent_head(room.db, "bureau") is urgent
        and find_urgent_head(room.db, "elsewhere") is None
    )
    keep_place(room.db, urgent)
    assert find_urgent_head(room.db, "bureau") is later
    # Who comes again as an ordinary caller stands at the end.
    room.wait("CA3")
    assert list_queue(room.db) == [later, first, second, urgent]


def test_an_urgent_caller_of_another_language_does_not_count_in_the_place(room: Room) -> None:
    chinese = room.wait("CA1")
    room.wait("CA2", "en", is_urgent=True)
    assert position_of(room.db, chinese) == 1


def test_waits_of_urgent_callers_do_not_shorten_what_others_expect(room: Room) -> None:
    urgent, ordinary = room.wait("CA1", is_urgent=True), room.wait("CA2")
    room.clock.advance(timedelta(minutes=4))
    note_connected(room.db, urgent, room.clock.now())
    assert expected_seconds(room.db, ordinary, room.clock.now()) is None
    assert expected_seconds(room.db, room.wait("CA3", is_urgent=True), room.clock.now()) == 241


def test_a_person_who_writes_up_a_call_is_asked_last_and_only_for_a_life(room: Room) -> None:
    writing, free = room.add("甲", place=1), room.add("乙", place=2)
    set_availability(room.db, writing, Availability.AFTER_CALL, room.clock.now())
    assert room.free() == ["乙"]
    now = room.clock.now()
    assert list_free_agents(room.db, ("bureau",), "zh", now, is_urgent=True) == [free, writing]
    set_availability(room.db, writing, Availability.AWAY, now)
    assert list_free_agents(room.db, ("bureau",), "zh", now, is_urgent=True) == [free]
