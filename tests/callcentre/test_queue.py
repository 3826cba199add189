"""The call queue: who is before whom, and who waits how long."""

from __future__ import annotations

from datetime import timedelta

from callcentre.operations import (
    end_wait,
    keep_place,
    note_connected,
)
from callcentre.queries import (
    expected_seconds,
    find_queue_head,
    find_urgent_head,
    list_queue,
    position_of,
)
from tests.callcentre.conftest import Room


def test_the_queue_is_first_come_first_and_counted_for_each_language(room: Room) -> None:
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


def test_an_urgent_caller_is_before_all_others_and_behind_urgent_ones(room: Room) -> None:
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


def test_an_urgent_caller_of_another_language_does_not_count_in_the_position(room: Room) -> None:
    chinese = room.wait("CA1")
    room.wait("CA2", "en", is_urgent=True)
    assert position_of(room.db, chinese) == 1


def test_waits_of_urgent_callers_do_not_shorten_what_others_expect(room: Room) -> None:
    urgent, ordinary = room.wait("CA1", is_urgent=True), room.wait("CA2")
    room.clock.advance(timedelta(minutes=4))
    note_connected(room.db, urgent, room.clock.now())
    assert expected_seconds(room.db, ordinary, room.clock.now()) is None
    assert expected_seconds(room.db, room.wait("CA3", is_urgent=True), room.clock.now()) == 241
