"""Seats and the line: who is called, in which order, and who waits how long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.database import Database
from core.encryption import Vault
from core.errors import DuplicateError, InputError, NotFoundError
from dialogue.models import MOST_AFTER_CALL, Availability, Seat, WaitingCaller
from dialogue.seats import (
    MOST_RINGING,
    MOST_TALK,
    SeatDraft,
    add_seat,
    change_seat,
    find_seat_by_address,
    find_seat_of_call,
    find_seat_of_staff,
    free_seats_of_call,
    get_seat,
    is_any_seat_busy,
    list_free_seats,
    list_seats,
    occupy_seat,
    remove_seat,
    ring_seat,
    set_availability,
)
from dialogue.waiting_line import (
    QueueEntry,
    end_wait,
    enter_line,
    expected_seconds,
    head_of_line,
    keep_place,
    list_line,
    note_connected,
    place_of,
    urgent_head,
)


class Room:
    """Seats of one test."""

    def __init__(self, db: Session, vault: Vault, clock: FixedClock) -> None:
        self.db, self.vault, self.clock = db, vault, clock

    def add(self, name: str, office: str = "bureau", *languages: str, place: int = 1) -> Seat:
        number = f"+867692200{len(list_seats(self.db)):04d}"
        draft = SeatDraft(
            name=name,
            office_id=office,
            languages=languages or ("zh",),
            address=number,
            place=place,
            staff_user_id=len(list_seats(self.db)) + 1,
        )
        seat = add_seat(self.db, self.vault, draft, self.clock.now())
        return set_availability(self.db, seat, Availability.AVAILABLE, self.clock.now())

    def free(self, language: str = "zh", *offices: str) -> list[str]:
        now = self.clock.now()
        return [s.name for s in list_free_seats(self.db, offices or ("bureau",), language, now)]

    def wait(self, sid: str, language: str = "zh", *, is_urgent: bool = False) -> WaitingCaller:
        self.clock.advance(timedelta(seconds=1))
        return enter_line(
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


def test_a_new_seat_takes_no_calls_before_it_is_made_available(room: Room) -> None:
    seat = room.add("甲")
    assert room.free() == ["甲"]
    set_availability(room.db, seat, Availability.AWAY, room.clock.now())
    assert room.free() == []


def test_seats_of_the_language_come_first_then_the_nearer_office_then_the_place(
    room: Room,
) -> None:
    room.add("市局二", place=2)
    room.add("市局一", place=1)
    room.add("长安", "changan")
    room.add("市局粤语", "bureau", "yue", place=9)
    room.add("别处", "humen")
    assert room.free("zh", "changan", "bureau") == ["长安", "市局一", "市局二", "市局粤语"]
    assert room.free("yue", "changan", "bureau")[0] == "市局粤语"


def test_a_seat_is_busy_until_its_call_is_over_or_the_report_of_it_is_lost(room: Room) -> None:
    seat = room.add("甲")
    assert not is_any_seat_busy(room.db, ("bureau",), room.clock.now())
    occupy_seat(room.db, seat, "CA1", room.clock.now())
    assert room.free() == [] and is_any_seat_busy(room.db, ("bureau",), room.clock.now())
    free_seats_of_call(room.db, "CA1")
    assert room.free() == ["甲"]
    occupy_seat(room.db, seat, "CA2", room.clock.now())
    room.clock.advance(MOST_TALK)
    assert room.free() == ["甲"]


def test_a_seat_rings_for_a_short_while_and_writes_up_its_call_for_ten_minutes_at_most(
    room: Room,
) -> None:
    seat = room.add("甲")
    ring_seat(room.db, seat, "CA1", room.clock.now())
    assert room.free() == [] and find_seat_of_call(room.db, "CA1") is seat
    room.clock.advance(MOST_RINGING)
    assert room.free() == ["甲"]
    set_availability(room.db, seat, Availability.AFTER_CALL, room.clock.now())
    assert room.free() == [] and is_any_seat_busy(room.db, ("bureau",), room.clock.now())
    room.clock.advance(MOST_AFTER_CALL)
    assert room.free() == ["甲"]
    set_availability(room.db, seat, Availability.AWAY, room.clock.now())
    assert room.free() == [] and not is_any_seat_busy(room.db, ("bureau",), room.clock.now())


def test_nobody_has_two_seats(room: Room) -> None:
    room.add("甲")
    draft = SeatDraft(
        name="乙", office_id="bureau", languages=("zh",), address="+8676922000099", staff_user_id=1
    )
    with pytest.raises(DuplicateError, match="another seat"):
        add_seat(room.db, room.vault, draft, room.clock.now())


def test_a_seat_is_found_by_number_and_by_who_sits_there_and_can_be_changed(room: Room) -> None:
    seat = room.add("甲")
    assert find_seat_by_address(room.db, room.vault, seat.address) is seat
    assert find_seat_of_staff(room.db, 1) is seat and get_seat(room.db, seat.id) is seat
    draft = SeatDraft(name="乙", office_id="bureau", languages=("en",), address="sip:b@hotline.cn")
    change_seat(room.db, room.vault, seat, draft)
    assert (seat.name, seat.address) == ("乙", "sip:b@hotline.cn")
    remove_seat(room.db, seat)
    with pytest.raises(NotFoundError):
        get_seat(room.db, seat.id)


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", " "), ("languages", ()), ("languages", ("fr",)), ("address", "sip:nobody"),
     ("address", "12345")],
)  # fmt: skip
def test_a_seat_with_an_unusable_field_is_refused(room: Room, field: str, value: object) -> None:
    fields = {"name": "甲", "languages": ("zh",), "address": "+8676922000099"} | {field: value}
    with pytest.raises(InputError):
        add_seat(room.db, room.vault, SeatDraft(office_id="bureau", **fields), room.clock.now())  # type: ignore[arg-type]


def test_two_seats_cannot_have_one_number(room: Room) -> None:
    draft = SeatDraft(
        name="乙", office_id="bureau", languages=("zh",), address=room.add("甲").address
    )
    with pytest.raises(DuplicateError):
        add_seat(room.db, room.vault, draft, room.clock.now())


def test_the_line_is_first_come_first_and_counted_for_each_language(room: Room) -> None:
    first, second, english = room.wait("CA1"), room.wait("CA2"), room.wait("CA3", "en")
    assert [place_of(room.db, w) for w in (first, second, english)] == [1, 2, 1]
    end_wait(room.db, first, "answered", room.clock.now())
    assert place_of(room.db, second) == 1 and list_line(room.db) == [second, english]
    # Whoever comes again stands at the end.
    room.wait("CA1")
    assert place_of(room.db, first) == 2


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
    assert list_line(room.db) == [urgent, later, first, second]
    assert [place_of(room.db, w) for w in (urgent, later, first, second)] == [1, 2, 3, 4]
    assert head_of_line(room.db, second) is first and head_of_line(room.db, later) is urgent
    assert urgent_head(room.db, "bureau") is urgent and urgent_head(room.db, "elsewhere") is None
    keep_place(room.db, urgent)
    assert urgent_head(room.db, "bureau") is later
    # Who comes again as an ordinary caller stands at the end.
    room.wait("CA3")
    assert list_line(room.db) == [later, first, second, urgent]


def test_an_urgent_caller_of_another_language_does_not_count_in_the_place(room: Room) -> None:
    chinese = room.wait("CA1")
    room.wait("CA2", "en", is_urgent=True)
    assert place_of(room.db, chinese) == 1


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
    assert list_free_seats(room.db, ("bureau",), "zh", now, is_urgent=True) == [free, writing]
    set_availability(room.db, writing, Availability.AWAY, now)
    assert list_free_seats(room.db, ("bureau",), "zh", now, is_urgent=True) == [free]
