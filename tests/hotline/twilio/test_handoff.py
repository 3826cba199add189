"""Handoff to an agent: agents in turn, the whisper, the call queue, call-backs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from callcentre.jobs import serve_queue
from callcentre.models import Agent, Availability, QueuedCaller
from callcentre.operations import AgentDraft, add_agent, set_availability
from callcentre.queries import find_in_queue, list_agents, list_queue
from casework.models import Case
from core.clock import LOCAL_ZONE, FixedClock
from core.errors import ProviderRefusedError
from dialogue.services import Facilities
from hotline.calls import is_vouched
from hotline.jobs import end_lost_calls
from hotline.twilio.agent_calls import AgentCalls
from tests.hotline.conftest import Document, Twilio

FIRST, SECOND = "+8676922000001", "sip:second@hotline.cn"
EVENING = datetime(2026, 11, 23, 20, 0, tzinfo=LOCAL_ZONE)


@pytest.fixture
def twilio(
    make_twilio: Callable[..., Twilio], make_facilities: Callable[..., Facilities]
) -> Twilio:
    """A hotline whose agents are those of the table, and nobody else."""
    return make_twilio(facilities=make_facilities(()))


def man(twilio: Twilio, *addresses: str) -> None:
    services = twilio.services
    bureau = services.facilities.case_services.offices.bureau.id
    with services.database.write() as db:
        for place, address in enumerate(addresses, start=1):
            draft = AgentDraft(
                name=address, office_id=bureau, languages=("zh",), address=address, place=place
            )
            agent = add_agent(db, services.database.vault, draft, services.clock.now())
            set_availability(db, agent, Availability.AVAILABLE, services.clock.now())


def agents(twilio: Twilio) -> list[Agent]:
    with twilio.services.database.read() as db:
        return list_agents(db)


def queue(twilio: Twilio) -> list[QueuedCaller]:
    with twilio.services.database.read() as db:
        return list_queue(db)


def free(twilio: Twilio) -> list[str]:
    now = twilio.services.clock.now()
    return [agent.address for agent in agents(twilio) if agent.is_free(now)]


def pick_up(twilio: Twilio, address: str, sid: str = "CA1") -> Document:
    """The telephone that rings for a call is picked up: what is heard there."""
    return twilio.post(
        "/voice/whisper", kind="whisper", CallSid="CA-leg", ParentCallSid=sid, To=address
    )


def press(twilio: Twilio, heard: Document, key: str, sid: str = "CA1") -> Document:
    """A key pressed at the telephone that was picked up."""
    path = heard.attribute("Gather", "action")
    return twilio.post(path, kind="whisper", CallSid="CA-leg", ParentCallSid=sid, Digits=key)


def take(twilio: Twilio, address: str, sid: str = "CA1") -> None:
    """Pick up and take the call."""
    assert press(twilio, pick_up(twilio, address, sid), "1", sid).words == ""


def decline(twilio: Twilio, sid: str = "CA1") -> None:
    """Pick up and do not take the call: what the provider then tells of the Dial."""
    assert press(twilio, pick_up(twilio, "", sid), "2", sid).has("Hangup")


def ask_for_a_person(twilio: Twilio, sid: str) -> Document:
    twilio.call(sid)
    return twilio.turn(1, sid, Digits="0")


def wait(twilio: Twilio, sid: str, **form: str) -> Document:
    return twilio.post("/voice/wait", kind="waiting", CallSid=sid, **form)


def test_free_agents_are_called_one_after_another_and_hear_what_was_asked(twilio: Twilio) -> None:
    man(twilio, FIRST, SECOND)
    twilio.call()
    twilio.turn(1, SpeechResult="老板拖欠工资三个月怎么办，我电话13812345678", Confidence="0.9")
    dial = twilio.turn(2, Digits="0")
    assert FIRST in dial.text and SECOND not in dial.text
    assert dial.attribute("Number", "url") == "/voice/whisper"
    whisper = pick_up(twilio, FIRST)
    assert "普通话" in whisper.words and "拖欠工资三个月" in whisper.words
    assert "13812345678" not in whisper.words
    second = twilio.turn(3, DialCallStatus="no-answer")
    assert SECOND in second.text and "另一位" in second.words
    assert second.attribute("Sip", "url") == "/voice/whisper"


def test_only_a_key_takes_the_call(twilio: Twilio) -> None:
    man(twilio, FIRST)
    ask_for_a_person(twilio, "CA1")
    heard = pick_up(twilio, FIRST)
    assert heard.attribute("Gather", "numDigits") == "1" and "接听请按1" in heard.words
    # Without a key, as on a voicemail, the document goes on to its end.
    assert heard.text.index("</Gather>") < heard.text.index("<Hangup")
    assert press(twilio, heard, "2").has("Hangup")
    again = press(twilio, heard, "5")
    assert again.words == "/voice/whisper?call=CA1" and activity(twilio) == ["ringing"]
    assert press(twilio, heard, "1").words == "" and activity(twilio) == ["talking"]
    # The provider may repeat any of its webhooks.
    assert press(twilio, heard, "1").words == "" and activity(twilio) == ["talking"]


def activity(twilio: Twilio) -> list[str]:
    now = twilio.services.clock.now()
    return [
        "free" if s.is_free(now) else "talking" if s.accepted_at else "ringing"
        for s in agents(twilio)
    ]


def test_who_declines_or_lets_the_voicemail_answer_did_not_answer(twilio: Twilio) -> None:
    man(twilio, FIRST, SECOND)
    ask_for_a_person(twilio, "CA1")
    decline(twilio)
    # Twilio calls a leg completed that was answered, and tells that nobody was connected.
    second = twilio.turn(2, DialCallStatus="completed", DialBridged="false")
    assert SECOND in second.text and activity(twilio) == ["free", "ringing"]
    pick_up(twilio, SECOND)
    last = twilio.turn(3, DialCallStatus="completed", DialBridged="false")
    assert "没有接通" in last.words and "留言请按1" in last.words
    assert activity(twilio) == ["free", "free"]


def test_an_agent_that_rings_for_one_caller_is_not_rung_for_another(
    twilio: Twilio, clock: FixedClock
) -> None:
    man(twilio, FIRST)
    ask_for_a_person(twilio, "CA1")
    assert ask_for_a_person(twilio, "CA2").has("Enqueue")
    twilio.status("CA1")
    # When every report of the ringing is lost, the agent is free again by itself.
    ask_for_a_person(twilio, "CA3")
    twilio.status("CA2")
    clock.advance(timedelta(seconds=76))
    assert free(twilio) == [FIRST]


def test_an_agent_whose_person_is_away_is_not_called_by_its_number_either(
    make_twilio: Callable[..., Twilio], make_facilities: Callable[..., Facilities]
) -> None:
    twilio = make_twilio(facilities=make_facilities((FIRST, "+8676922000009")))
    man(twilio, FIRST)
    with twilio.services.database.write() as db:
        set_availability(db, list_agents(db)[0], Availability.AWAY, twilio.services.clock.now())
    assert "+8676922000009</Number>" in ask_for_a_person(twilio, "CA1").text


def test_an_agent_is_busy_from_taking_a_call_until_the_talk_is_over(twilio: Twilio) -> None:
    man(twilio, FIRST, SECOND)
    ask_for_a_person(twilio, "CA1")
    twilio.turn(2, DialCallStatus="busy")
    take(twilio, SECOND)
    assert free(twilio) == [FIRST]
    after = twilio.turn(3, DialCallStatus="completed", DialBridged="true")
    assert "再见" in after.words and free(twilio) == [FIRST, SECOND]


def test_an_agent_is_given_back_when_the_caller_hangs_up(twilio: Twilio) -> None:
    man(twilio, FIRST)
    ask_for_a_person(twilio, "CA1")
    take(twilio, FIRST)
    twilio.status("CA1")
    assert free(twilio) == [FIRST]


def test_who_does_not_answer_is_not_called_again_and_after_five_a_message_is_offered(
    twilio: Twilio,
) -> None:
    man(twilio, *(f"+86769220000{n:02d}" for n in range(1, 8)))
    heard = [ask_for_a_person(twilio, "CA1")]
    heard += [twilio.turn(n, DialCallStatus="no-answer") for n in range(2, 6)]
    rung = ["".join(re.findall(r">(\+86\d+)</Number>", one.text)) for one in heard]
    assert rung == [f"+86769220000{n:02d}" for n in range(1, 6)]
    last = twilio.turn(6, DialCallStatus="busy")
    assert "没有接通" in last.words and "留言请按1" in last.words


def test_when_all_agents_are_busy_the_caller_waits_and_is_told_place_and_time(
    twilio: Twilio, clock: FixedClock
) -> None:
    man(twilio, FIRST)
    ask_for_a_person(twilio, "CA1")
    take(twilio, FIRST)
    queued = ask_for_a_person(twilio, "CA2")
    assert queued.words.endswith("person-zh-dg-bureau") and "排队" in queued.words
    assert queued.attribute("Enqueue", "waitUrl") == "/voice/wait"
    clock.advance(timedelta(seconds=1))
    ask_for_a_person(twilio, "CA3")
    heard = wait(twilio, "CA3", QueuePosition="2", QueueTime="5", AvgQueueTime="150")
    assert "第二位" in heard.words and "三分钟" in heard.words
    assert heard.attribute("Gather", "action") == "/voice/waited?turn=2"
    bridged = twilio.turn(2, "CA2", QueueResult="bridged", QueueTime="60")
    assert "再见" in bridged.words
    assert "第一位" in wait(twilio, "CA3", QueuePosition="1", QueueTime="9").words


def test_nobody_overtakes_those_who_wait(twilio: Twilio) -> None:
    man(twilio, FIRST, SECOND)
    for sid, agent in (("CA1", FIRST), ("CA2", SECOND)):
        ask_for_a_person(twilio, sid)
        take(twilio, agent, sid)
    ask_for_a_person(twilio, "CA3")
    twilio.turn(2, "CA1", DialCallStatus="completed")
    assert ask_for_a_person(twilio, "CA4").has("Enqueue")


def in_queue(twilio: Twilio, sid: str = "CA2", caller: str = "+8613800138000") -> None:
    man(twilio, FIRST)
    ask_for_a_person(twilio, "CA1")
    take(twilio, FIRST)
    twilio.call(sid, caller)
    twilio.turn(1, sid, Digits="0")


def test_who_waits_may_leave_a_message_instead(twilio: Twilio) -> None:
    in_queue(twilio)
    left = twilio.post("/voice/waited", kind="waiting", CallSid="CA2", Digits="9")
    assert left.has("Leave")
    assert twilio.turn(2, "CA2", QueueResult="leave").has("Record")
    assert queue(twilio) == []


def test_who_waited_too_long_or_until_closing_time_is_offered_a_message(
    twilio: Twilio, clock: FixedClock
) -> None:
    in_queue(twilio)
    over = wait(twilio, "CA2", QueueTime="601")
    assert over.has("Leave") and "让您久等了" in over.words
    assert "留言请按1" in twilio.turn(2, "CA2", QueueResult="leave").words
    clock.set(EVENING)
    assert wait(twilio, "CA2", QueueTime="1").has("Leave")


def test_a_full_queue_or_one_that_cannot_be_kept_leads_to_a_message(twilio: Twilio) -> None:
    in_queue(twilio)
    assert "留言请按1" in twilio.turn(2, "CA2", QueueResult="queue-full").words


def test_another_key_in_the_queue_changes_nothing(twilio: Twilio) -> None:
    in_queue(twilio)
    again = twilio.post("/voice/waited", kind="waiting", CallSid="CA2", Digits="5")
    assert again.has("Gather") and len(queue(twilio)) == 1


def test_a_withheld_number_is_not_offered_a_call_back(twilio: Twilio) -> None:
    in_queue(twilio, caller="anonymous")
    assert "回电" not in wait(twilio, "CA2").words
    refused = twilio.post("/voice/waited", kind="waiting", CallSid="CA2", Digits="1")
    assert refused.has("Gather")


def test_hanging_up_in_the_queue_leaves_it(twilio: Twilio) -> None:
    in_queue(twilio)
    twilio.status("CA2")
    assert queue(twilio) == [] and wait(twilio, "CA2").has("Leave")
    assert messages(twilio) == []


def test_hanging_up_in_the_queue_keeps_a_petition_that_was_begun(twilio: Twilio) -> None:
    man(twilio, FIRST)
    ask_for_a_person(twilio, "CA1")
    take(twilio, FIRST)
    twilio.call("CA2")
    for number, words in enumerate(("我要投诉", "老板拖欠我们三个月的工资一直不发"), start=1):
        twilio.turn(number, "CA2", SpeechResult=words, Confidence="0.9")
    twilio.turn(3, "CA2", Digits="1")
    assert twilio.turn(4, "CA2", Digits="0").has("Enqueue")
    twilio.status("CA2")
    (case,) = messages(twilio)
    assert case.kind == "petition" and case.is_unfinished and queue(twilio) == []


@dataclass
class Exchange:
    """Places the service's own calls, or refuses to."""

    twilio: Twilio
    is_down: bool = False
    placed: list[tuple[str, str, str]] = field(default_factory=list)

    def place(self, address: str, path: str, ended_path: str) -> str:
        if self.is_down:
            raise ProviderRefusedError("no lines", 500)
        self.placed.append((address, path, ended_path))
        return self.sid

    def serve(self) -> dict[str, int]:
        services = self.twilio.services
        context = SimpleNamespace(
            database=services.database,
            clock=services.clock,
            case_services=services.facilities.case_services,
            office_hours=services.facilities.office_hours,
            call_agent=AgentCalls(self.place),
            is_vouched=is_vouched,
        )
        return serve_queue(context)

    @property
    def sid(self) -> str:
        return f"CA-agent-{len(self.placed)}"

    @property
    def rung(self) -> list[str]:
        return [address for address, _, _ in self.placed]

    def pick_up(self) -> Document:
        """The agent that was called last is picked up: what is heard there."""
        address, path, _ = self.placed[-1]
        return self.twilio.post(path, CallSid=self.sid, To=address)

    def press(self, heard: Document, key: str) -> Document:
        path = heard.attribute("Gather", "action")
        return self.twilio.post(path, CallSid=self.sid, Digits=key)

    def take(self) -> Document:
        """Pick up and take the call: the document that connects."""
        return self.press(self.pick_up(), "1")

    def end(self, status: str = "completed") -> None:
        """The provider tells that the agent's call is over."""
        self.twilio.post(self.placed[-1][2], CallSid=self.sid, CallStatus=status)


@pytest.fixture
def exchange(twilio: Twilio) -> Exchange:
    return Exchange(twilio)


def one_waits_and_the_agent_is_free(twilio: Twilio) -> None:
    in_queue(twilio)
    twilio.turn(2, "CA1", DialCallStatus="completed")


def test_an_agent_that_becomes_free_is_called_for_the_head_of_the_queue(
    twilio: Twilio, exchange: Exchange
) -> None:
    in_queue(twilio)
    assert exchange.serve()["offered"] == 0
    twilio.turn(2, "CA1", DialCallStatus="completed")
    assert exchange.serve()["offered"] == 1
    # The agent is ringing: it is not called twice.
    assert exchange.serve()["offered"] == 0
    assert exchange.rung == [FIRST]
    heard = exchange.pick_up()
    assert "普通话" in heard.words and "接听请按1" in heard.words and not heard.has("Dial")
    connected = exchange.press(heard, "1")
    assert connected.has("Queue") and connected.words == "person-zh-dg-bureau"
    # Repeated, it connects the same again; and nobody else is called for who talks.
    assert exchange.press(heard, "1").text == connected.text
    assert queue(twilio) == [] and activity(twilio) == ["talking"]
    done = twilio.post(
        connected.attribute("Dial", "action"), CallSid=exchange.sid, DialCallStatus="completed"
    )
    assert done.has("Hangup") and free(twilio) == [FIRST]
    exchange.end()
    assert "再见" in twilio.turn(2, "CA2", QueueResult="bridged").words and queue(twilio) == []


@pytest.mark.parametrize("reaction", ["declines", "lets the voicemail answer", "does not answer"])
def test_an_agent_that_does_not_take_the_offer_lets_the_next_one_ring(
    twilio: Twilio, exchange: Exchange, clock: FixedClock, reaction: str
) -> None:
    one_waits_and_the_agent_is_free(twilio)
    man(twilio, SECOND)
    exchange.serve()
    if reaction != "does not answer":
        heard = exchange.pick_up()
        if reaction == "declines":
            assert exchange.press(heard, "2").has("Hangup")
    exchange.end("no-answer" if reaction == "does not answer" else "completed")
    assert free(twilio) == [FIRST, SECOND] and len(queue(twilio)) == 1
    exchange.serve()
    assert exchange.rung == [FIRST, SECOND]
    exchange.end("busy")
    # All have declined: they are let alone for a while, then asked anew.
    assert exchange.serve()["offered"] == exchange.serve()["offered"] == 0
    clock.advance(timedelta(seconds=61))
    assert exchange.serve()["offered"] == 1 and exchange.rung[-1] == FIRST


def test_another_key_lets_the_agent_hear_it_again(twilio: Twilio, exchange: Exchange) -> None:
    one_waits_and_the_agent_is_free(twilio)
    exchange.serve()
    again = exchange.press(exchange.pick_up(), "7")
    assert again.words == exchange.placed[0][1] and activity(twilio) == ["ringing"]


def test_who_takes_a_call_of_somebody_who_left_is_told_so(
    twilio: Twilio, exchange: Exchange
) -> None:
    one_waits_and_the_agent_is_free(twilio)
    exchange.serve()
    heard = exchange.pick_up()
    twilio.status("CA2")
    gone = exchange.press(heard, "1")
    assert "已经离开" in gone.words and gone.has("Hangup") and free(twilio) == [FIRST]


def test_the_agent_that_takes_a_call_is_connected_with_the_head_of_the_queue(
    twilio: Twilio, exchange: Exchange, clock: FixedClock
) -> None:
    one_waits_and_the_agent_is_free(twilio)
    man(twilio, SECOND)
    clock.advance(timedelta(seconds=1))
    ask_for_a_person(twilio, "CA3")
    assert exchange.serve()["offered"] == 2
    # The second one's telephone is picked up first: the provider connects who came first.
    exchange.take()
    assert [one.conversation_id for one in queue(twilio)] == ["CA3"]


def test_who_still_hears_the_queue_after_an_agent_took_the_call_waits_again(
    twilio: Twilio, exchange: Exchange, clock: FixedClock
) -> None:
    one_waits_and_the_agent_is_free(twilio)
    exchange.serve()
    exchange.take()
    assert wait(twilio, "CA2", QueueTime="9").has("Gather") and queue(twilio) == []
    clock.advance(timedelta(seconds=31))
    wait(twilio, "CA2", QueueTime="40")
    assert [one.conversation_id for one in queue(twilio)] == ["CA2"]


def test_who_hangs_up_while_talking_from_the_queue_was_answered(
    twilio: Twilio, exchange: Exchange
) -> None:
    one_waits_and_the_agent_is_free(twilio)
    exchange.serve()
    exchange.take()
    twilio.status("CA2")
    with twilio.services.database.read() as db:
        waiting = find_in_queue(db, "CA2")
    assert waiting is not None and waiting.outcome == "answered"
    assert twilio.ended[-1].services == ("person",)


def test_a_call_that_cannot_be_placed_gives_the_agent_back(
    twilio: Twilio, exchange: Exchange
) -> None:
    one_waits_and_the_agent_is_free(twilio)
    exchange.is_down = True
    assert exchange.serve()["failed"] == 1
    assert free(twilio) == [FIRST] and len(queue(twilio)) == 1


def wish_for_a_call_back(twilio: Twilio) -> None:
    in_queue(twilio)
    assert "要我们按顺序回电请按1" in wait(twilio, "CA2").words
    twilio.post("/voice/waited", kind="waiting", CallSid="CA2", Digits="1")
    stored = twilio.turn(2, "CA2", QueueResult="leave")
    assert "保留您的位置" in stored.words and stored.has("Hangup")
    twilio.status("CA2")
    twilio.turn(2, "CA1", DialCallStatus="completed")


def test_a_call_back_keeps_the_place_and_connects_the_agent_with_the_citizen(
    twilio: Twilio, exchange: Exchange, clock: FixedClock
) -> None:
    wish_for_a_call_back(twilio)
    exchange.serve()
    heard = exchange.pick_up()
    assert "这是回电" in heard.words and "+8613800138000" not in heard.text
    connected = exchange.press(heard, "1")
    assert "+8613800138000" in connected.text
    # However long the two talk, no other agent is called for them.
    clock.advance(timedelta(minutes=9))
    man(twilio, SECOND)
    assert exchange.serve()["offered"] == 0
    twilio.post(
        connected.attribute("Dial", "action"), CallSid=exchange.sid, DialCallStatus="completed",
        DialBridged="true",
    )  # fmt: skip
    assert queue(twilio) == [] and free(twilio) == [FIRST, SECOND]
    assert exchange.serve() == {"offered": 0, "failed": 0, "messages": 0}


def messages(twilio: Twilio) -> list[Case]:
    with twilio.services.database.read() as db:
        return list(db.scalars(select(Case)))


def test_a_call_back_that_the_citizen_did_not_take_twice_becomes_a_message(
    twilio: Twilio, exchange: Exchange, clock: FixedClock
) -> None:
    wish_for_a_call_back(twilio)
    for _ in range(2):
        exchange.serve()
        action = exchange.take().attribute("Dial", "action")
        twilio.post(action, CallSid=exchange.sid, DialCallStatus="no-answer")
        assert len(queue(twilio)) == 1 and messages(twilio) == []
        clock.advance(timedelta(seconds=61))
    assert exchange.serve()["messages"] == 1
    (case,) = messages(twilio)
    assert queue(twilio) == [] and case.phone == "+8613800138000"
    assert exchange.serve()["messages"] == 0


def test_an_agent_that_declines_is_no_call_back_that_the_citizen_missed(
    twilio: Twilio, exchange: Exchange, clock: FixedClock
) -> None:
    wish_for_a_call_back(twilio)
    for _ in range(4):
        exchange.serve()
        exchange.end("no-answer")
        exchange.serve()
        clock.advance(timedelta(seconds=61))
    assert len(queue(twilio)) == 1 and messages(twilio) == []


def test_calls_back_left_at_closing_time_become_messages(
    twilio: Twilio, exchange: Exchange, clock: FixedClock
) -> None:
    wish_for_a_call_back(twilio)
    clock.set(EVENING)
    assert exchange.serve() == {"offered": 0, "failed": 0, "messages": 1}


def test_an_offer_for_somebody_who_is_gone_ends_the_agents_call(twilio: Twilio) -> None:
    assert twilio.post("/voice/offer?seat=1&waiting=1", CallSid="CA-agent").has("Hangup")


def test_a_key_takes_the_call_even_when_nothing_can_be_whispered_or_noted(twilio: Twilio) -> None:
    heard = pick_up(twilio, FIRST, "CA404")
    assert heard.words == "接听请按1，不接请按2。"
    assert press(twilio, heard, "1", "CA404").words == ""


def test_a_long_talk_is_no_lost_call(twilio: Twilio, clock: FixedClock) -> None:
    man(twilio, FIRST)
    ask_for_a_person(twilio, "CA1")
    clock.advance(timedelta(minutes=90))
    assert end_lost_calls(SimpleNamespace(call_services=twilio.services)) == {"calls": 0}
    clock.advance(timedelta(minutes=60))
    assert end_lost_calls(SimpleNamespace(call_services=twilio.services)) == {"calls": 1}


@pytest.mark.parametrize(
    "path",
    [
        "/voice/whisper", "/voice/taken", "/voice/wait", "/voice/waited", "/voice/offer",
        "/voice/offer-taken", "/voice/offered", "/voice/offer-ended",
    ],
)  # fmt: skip
def test_these_webhooks_want_a_signature_too(twilio: Twilio, path: str) -> None:
    assert twilio.post(path, signature="wrong", CallSid="CA1").status == 403
