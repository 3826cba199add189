"""Reaching a person: seats in turn, the whisper, the line, calls back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from casework.models import Case
from core.clock import LOCAL_ZONE, FixedClock
from core.errors import ProviderRefusedError
from dialogue.models import Seat, WaitingCaller
from dialogue.seats import (
    SeatDraft,
    add_seat,
    list_seats,
    set_availability,
)
from dialogue.services import Facilities
from dialogue.waiting_line import list_line
from hotline.jobs import end_lost_calls, serve_line
from tests.hotline.conftest import Document, Twilio

FIRST, SECOND = "+8676922000001", "sip:second@hotline.cn"
EVENING = datetime(2026, 11, 23, 20, 0, tzinfo=LOCAL_ZONE)


@pytest.fixture
def twilio(
    make_twilio: Callable[..., Twilio], make_facilities: Callable[..., Facilities]
) -> Twilio:
    """A hotline whose seats are those of the table, and nobody else."""
    return make_twilio(facilities=make_facilities(()))


def man(twilio: Twilio, *addresses: str) -> None:
    services = twilio.services
    bureau = services.facilities.desk.offices.bureau.id
    with services.database.write() as db:
        for place, address in enumerate(addresses, start=1):
            draft = SeatDraft(
                name=address, office_id=bureau, languages=("zh",), address=address, place=place
            )
            seat = add_seat(db, services.database.vault, draft, services.clock.now())
            set_availability(db, seat, is_available=True, now=services.clock.now())


def seats(twilio: Twilio) -> list[Seat]:
    with twilio.services.database.read() as db:
        return list_seats(db)


def line(twilio: Twilio) -> list[WaitingCaller]:
    with twilio.services.database.read() as db:
        return list_line(db)


def free(twilio: Twilio) -> list[str]:
    now = twilio.services.clock.now()
    return [seat.address for seat in seats(twilio) if seat.is_free(now)]


def pick_up(twilio: Twilio, address: str, sid: str = "CA1") -> Document:
    return twilio.post(
        "/voice/whisper", kind="whisper", CallSid="CA-leg", ParentCallSid=sid, To=address
    )


def ask_for_a_person(twilio: Twilio, sid: str) -> Document:
    twilio.call(sid)
    return twilio.turn(1, sid, Digits="0")


def wait(twilio: Twilio, sid: str, **form: str) -> Document:
    return twilio.post("/voice/wait", kind="waiting", CallSid=sid, **form)


def test_free_seats_are_called_in_turn_and_hear_what_was_asked(twilio: Twilio) -> None:
    man(twilio, FIRST, SECOND)
    twilio.call()
    twilio.turn(1, SpeechResult="老板拖欠工资三个月怎么办，我电话13812345678", Confidence="0.9")
    dial = twilio.turn(2, Digits="0")
    assert dial.text.index(FIRST) < dial.text.index(SECOND)
    assert dial.attribute("Dial", "sequential") == "true" and dial.has("Sip")
    assert dial.attribute("Number", "url") == "/voice/whisper"
    whisper = pick_up(twilio, FIRST)
    assert "普通话" in whisper.words and "拖欠工资三个月" in whisper.words
    assert "13812345678" not in whisper.words


def test_a_seat_is_busy_from_picking_up_until_the_talk_is_over(twilio: Twilio) -> None:
    man(twilio, FIRST, SECOND)
    ask_for_a_person(twilio, "CA1")
    pick_up(twilio, SECOND)
    assert free(twilio) == [FIRST]
    after = twilio.turn(2, DialCallStatus="completed", DialBridged="true")
    assert "再见" in after.words and free(twilio) == [FIRST, SECOND]


def test_a_seat_is_given_back_when_the_caller_hangs_up(twilio: Twilio) -> None:
    man(twilio, FIRST)
    ask_for_a_person(twilio, "CA1")
    pick_up(twilio, FIRST)
    twilio.status("CA1")
    assert free(twilio) == [FIRST]


def test_who_does_not_answer_is_not_called_again_and_a_message_is_offered(twilio: Twilio) -> None:
    man(twilio, *(f"+86769220000{n:02d}" for n in range(1, 8)))
    first = ask_for_a_person(twilio, "CA1")
    assert first.text.count("<Number") == 5
    second = twilio.turn(2, DialCallStatus="no-answer")
    assert second.text.count("<Number") == 2 and "+8676922000001" not in second.text
    last = twilio.turn(3, DialCallStatus="busy")
    assert "没有接通" in last.words and "留言请按1" in last.words


def test_when_all_seats_are_busy_the_caller_waits_and_is_told_place_and_time(
    twilio: Twilio, clock: FixedClock
) -> None:
    man(twilio, FIRST)
    ask_for_a_person(twilio, "CA1")
    pick_up(twilio, FIRST)
    queued = ask_for_a_person(twilio, "CA2")
    assert queued.words.endswith("person-zh") and "排队" in queued.words
    assert queued.attribute("Enqueue", "waitUrl") == "/voice/wait"
    clock.advance(timedelta(seconds=1))
    ask_for_a_person(twilio, "CA3")
    heard = wait(twilio, "CA3", QueuePosition="2", QueueTime="5", AvgQueueTime="150")
    assert "第2位" in heard.words and "3分钟" in heard.words
    assert heard.attribute("Gather", "action") == "/voice/waited"
    bridged = twilio.turn(2, "CA2", QueueResult="bridged", QueueTime="60")
    assert "再见" in bridged.words
    assert "第1位" in wait(twilio, "CA3", QueuePosition="1", QueueTime="9").words


def test_nobody_overtakes_those_who_wait(twilio: Twilio) -> None:
    man(twilio, FIRST, SECOND)
    for sid, seat in (("CA1", FIRST), ("CA2", SECOND)):
        ask_for_a_person(twilio, sid)
        pick_up(twilio, seat, sid)
    ask_for_a_person(twilio, "CA3")
    twilio.turn(2, "CA1", DialCallStatus="completed")
    assert ask_for_a_person(twilio, "CA4").has("Enqueue")


def in_line(twilio: Twilio, sid: str = "CA2", caller: str = "+8613800138000") -> None:
    man(twilio, FIRST)
    ask_for_a_person(twilio, "CA1")
    pick_up(twilio, FIRST)
    twilio.call(sid, caller)
    twilio.turn(1, sid, Digits="0")


def test_who_waits_may_leave_a_message_instead(twilio: Twilio) -> None:
    in_line(twilio)
    left = twilio.post("/voice/waited", kind="waiting", CallSid="CA2", Digits="9")
    assert left.has("Leave")
    assert twilio.turn(2, "CA2", QueueResult="leave").has("Record")
    assert line(twilio) == []


def test_who_waited_too_long_or_until_closing_time_is_offered_a_message(
    twilio: Twilio, clock: FixedClock
) -> None:
    in_line(twilio)
    over = wait(twilio, "CA2", QueueTime="601")
    assert over.has("Leave") and "让您久等了" in over.words
    assert "留言请按1" in twilio.turn(2, "CA2", QueueResult="leave").words
    clock.set(EVENING)
    assert wait(twilio, "CA2", QueueTime="1").has("Leave")


def test_a_full_line_or_one_that_cannot_be_kept_leads_to_a_message(twilio: Twilio) -> None:
    in_line(twilio)
    assert "留言请按1" in twilio.turn(2, "CA2", QueueResult="queue-full").words


def test_another_key_in_the_line_changes_nothing(twilio: Twilio) -> None:
    in_line(twilio)
    again = twilio.post("/voice/waited", kind="waiting", CallSid="CA2", Digits="5")
    assert again.has("Gather") and len(line(twilio)) == 1


def test_a_withheld_number_is_not_offered_a_call_back(twilio: Twilio) -> None:
    in_line(twilio, caller="anonymous")
    assert "回电" not in wait(twilio, "CA2").words
    refused = twilio.post("/voice/waited", kind="waiting", CallSid="CA2", Digits="1")
    assert refused.has("Gather")


def test_hanging_up_in_the_line_leaves_it(twilio: Twilio) -> None:
    in_line(twilio)
    twilio.status("CA2")
    assert line(twilio) == [] and wait(twilio, "CA2").has("Leave")
    assert messages(twilio) == []


def test_hanging_up_in_the_line_keeps_a_petition_that_was_begun(twilio: Twilio) -> None:
    man(twilio, FIRST)
    ask_for_a_person(twilio, "CA1")
    pick_up(twilio, FIRST)
    twilio.call("CA2")
    for number, words in enumerate(("我要投诉", "老板拖欠我们三个月的工资一直不发"), start=1):
        twilio.turn(number, "CA2", SpeechResult=words, Confidence="0.9")
    assert twilio.turn(3, "CA2", Digits="0").has("Enqueue")
    twilio.status("CA2")
    (case,) = messages(twilio)
    assert case.kind == "petition" and line(twilio) == []


@dataclass
class Exchange:
    """Places the service's own calls, or refuses to."""

    is_down: bool = False
    placed: list[tuple[str, str]] = field(default_factory=list)

    def place(self, address: str, path: str) -> str:
        if self.is_down:
            raise ProviderRefusedError("no lines", 500)
        self.placed.append((address, path))
        return f"CA-agent-{len(self.placed)}"


def test_a_seat_that_becomes_free_is_called_for_the_head_of_the_line(twilio: Twilio) -> None:
    exchange = Exchange()
    in_line(twilio)
    assert serve_line(twilio.services, exchange.place)["offered"] == 0
    twilio.turn(2, "CA1", DialCallStatus="completed")
    assert serve_line(twilio.services, exchange.place)["offered"] == 1
    # The seat is ringing: it is not called twice.
    assert serve_line(twilio.services, exchange.place)["offered"] == 0
    ((address, path),) = exchange.placed
    assert address == FIRST
    offered = twilio.post(path, CallSid="CA-agent-1", To=FIRST)
    assert offered.has("Queue") and offered.words.endswith("person-zh")
    twilio.turn(2, "CA2", QueueResult="bridged")
    assert free(twilio) == [] and line(twilio) == []
    done = twilio.post(
        offered.attribute("Dial", "action"), CallSid="CA-agent-1", DialCallStatus="completed"
    )
    assert done.has("Hangup") and free(twilio) == [FIRST]


def test_a_call_that_cannot_be_placed_gives_the_seat_back(twilio: Twilio) -> None:
    in_line(twilio)
    twilio.turn(2, "CA1", DialCallStatus="completed")
    assert serve_line(twilio.services, Exchange(is_down=True).place)["failed"] == 1
    assert free(twilio) == [FIRST] and len(line(twilio)) == 1


def wish_for_a_call_back(twilio: Twilio) -> None:
    in_line(twilio)
    assert "要我们按顺序回电请按1" in wait(twilio, "CA2").words
    twilio.post("/voice/waited", kind="waiting", CallSid="CA2", Digits="1")
    kept = twilio.turn(2, "CA2", QueueResult="leave")
    assert "保留您的位置" in kept.words and kept.has("Hangup")
    twilio.status("CA2")
    twilio.turn(2, "CA1", DialCallStatus="completed")


def test_a_call_back_keeps_the_place_and_connects_the_seat_with_the_citizen(
    twilio: Twilio,
) -> None:
    wish_for_a_call_back(twilio)
    exchange = Exchange()
    serve_line(twilio.services, exchange.place)
    offered = twilio.post(exchange.placed[0][1], CallSid="CA-agent-1", To=FIRST)
    assert "这是回电" in offered.words and "+8613800138000" in offered.text
    action = offered.attribute("Dial", "action")
    twilio.post(action, CallSid="CA-agent-1", DialCallStatus="completed", DialBridged="true")
    assert line(twilio) == [] and free(twilio) == [FIRST]


def messages(twilio: Twilio) -> list[Case]:
    with twilio.services.database.read() as db:
        return list(db.scalars(select(Case)))


def test_a_call_back_that_nobody_took_becomes_a_message(twilio: Twilio, clock: FixedClock) -> None:
    wish_for_a_call_back(twilio)
    exchange = Exchange()
    for _ in range(2):
        serve_line(twilio.services, exchange.place)
        path = exchange.placed[-1][1]
        offered = twilio.post(path, CallSid="CA-agent", To=FIRST)
        action = offered.attribute("Dial", "action")
        twilio.post(action, CallSid="CA-agent", DialCallStatus="no-answer")
        assert len(line(twilio)) == 1 and messages(twilio) == []
        clock.advance(timedelta(seconds=61))
    assert serve_line(twilio.services, exchange.place)["messages"] == 1
    (case,) = messages(twilio)
    assert line(twilio) == [] and case.phone == "+8613800138000"
    assert serve_line(twilio.services, exchange.place)["messages"] == 0


def test_calls_back_left_at_closing_time_become_messages(twilio: Twilio, clock: FixedClock) -> None:
    wish_for_a_call_back(twilio)
    clock.set(EVENING)
    assert serve_line(twilio.services, Exchange().place) == {
        "offered": 0, "failed": 0, "messages": 1,
    }  # fmt: skip


def test_an_offer_for_somebody_who_is_gone_ends_the_seats_call(twilio: Twilio) -> None:
    assert twilio.post("/voice/offer?seat=1&waiting=1", CallSid="CA-agent").has("Hangup")


def test_who_picked_up_is_connected_even_when_nothing_can_be_whispered(twilio: Twilio) -> None:
    assert pick_up(twilio, FIRST, "CA404").words == ""


def test_a_long_talk_is_no_lost_call(twilio: Twilio, clock: FixedClock) -> None:
    man(twilio, FIRST)
    ask_for_a_person(twilio, "CA1")
    clock.advance(timedelta(minutes=90))
    assert end_lost_calls(twilio.services) == {"calls": 0}
    clock.advance(timedelta(minutes=60))
    assert end_lost_calls(twilio.services) == {"calls": 1}


@pytest.mark.parametrize(
    "path", ["/voice/whisper", "/voice/wait", "/voice/waited", "/voice/offer", "/voice/offered"]
)
def test_these_webhooks_want_a_signature_too(twilio: Twilio, path: str) -> None:
    assert twilio.post(path, signature="wrong", CallSid="CA1").status == 403
