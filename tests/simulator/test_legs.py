"""Who is dialled: their own telephone rings, and what is whispered there the caller never hears."""

from __future__ import annotations

import pytest

from simulator.driver import DriverError, PhoneCaller, SimulatorClient
from tests.simulator.service_double import ServiceDouble

SEAT = "+8676922222222"
SIP = "sip:seat@hotline.cn"
DIAL = '<Dial action="/dialled">{}</Dial>'
NUMBER = f'<Number url="/whisper">{SEAT}</Number>'
WHISPER = '<Gather numDigits="1" action="/taken" timeout="8"><Say>接听按1</Say></Gather><Hangup/>'


@pytest.fixture
def ringing(service: ServiceDouble, caller: PhoneCaller, control: SimulatorClient) -> PhoneCaller:
    """A caller for whom a seat rings that asks for a key."""
    service.answers("/voice/incoming", DIAL.format(NUMBER))
    service.answers("/whisper", WHISPER)
    service.answers("/dialled", "<Say>没接通</Say><Hangup/>")
    control.set_people("ask")
    caller.call()
    return caller


@pytest.fixture
def agent(ringing: PhoneCaller) -> PhoneCaller:
    """Who sits at the seat."""
    return PhoneCaller(ringing.client.url, SEAT)


def test_a_key_takes_the_call_and_the_caller_hears_nothing_of_it(
    service: ServiceDouble, ringing: PhoneCaller, agent: PhoneCaller
) -> None:
    assert ringing.waiting_for == "dial"
    assert [one.text for one in agent.pick_up()] == ["接听按1"]
    service.answers("/taken", "")
    agent.press("1")
    assert not agent.is_live
    (key,), (after,) = service.visits_to("/taken"), service.visits_to("/dialled")
    assert (key.form["Digits"], key.form["ParentCallSid"]) == ("1", ringing.sid)
    assert (after.form["DialCallStatus"], after.form["DialBridged"]) == ("completed", "true")
    ringing.refresh()
    assert "接听按1" not in ringing.heard_text and "没接通" in ringing.heard_text


def test_without_a_key_nobody_is_connected(
    service: ServiceDouble, ringing: PhoneCaller, agent: PhoneCaller
) -> None:
    agent.pick_up()
    agent.stay_silent()
    (after,) = service.visits_to("/dialled")
    assert (after.form["DialCallStatus"], after.form["DialBridged"]) == ("completed", "false")
    assert not agent.is_live and service.visits_to("/taken") == []


def test_a_document_that_hangs_up_after_the_key_declines(
    service: ServiceDouble, ringing: PhoneCaller, agent: PhoneCaller
) -> None:
    service.answers("/taken", "<Hangup/>")
    agent.pick_up()
    agent.press("2")
    (after,) = service.visits_to("/dialled")
    assert after.form["DialBridged"] == "false"


def test_who_lets_it_ring_does_not_answer(
    service: ServiceDouble, ringing: PhoneCaller, agent: PhoneCaller
) -> None:
    agent.state = agent.client.ask("GET", f"/calls?phone=%2B{SEAT[1:]}&status=ringing")["calls"][0]
    agent.stay_silent()
    (after,) = service.visits_to("/dialled")
    assert after.form["DialCallStatus"] == "no-answer"


def test_nobody_rings_any_more_when_the_caller_hangs_up(
    ringing: PhoneCaller, agent: PhoneCaller
) -> None:
    ringing.hang_up()
    with pytest.raises(DriverError, match="No call rings"):
        agent.pick_up()


@pytest.mark.parametrize(
    ("outcome", "is_connected", "keys"),
    [("completed", "true", ["1"]), ("declined", "false", ["2"]), ("ignored", "false", [])],
)
def test_people_who_pick_up_react_as_set(
    service: ServiceDouble,
    caller: PhoneCaller,
    control: SimulatorClient,
    outcome: str,
    is_connected: str,
    keys: list[str],
) -> None:
    service.answers("/voice/incoming", DIAL.format(f'<Sip url="/whisper">{SIP}</Sip>'))
    service.answers("/whisper", WHISPER)
    service.answers("/taken", "" if outcome == "completed" else "<Hangup/>")
    control.set_people(outcome, 45)
    caller.call()
    (after,) = service.visits_to("/dialled")
    assert after.form["DialBridged"] == is_connected
    assert [visit.form["Digits"] for visit in service.visits_to("/taken")] == keys
    assert control.violations() == []


def test_a_seat_that_was_called_is_connected_with_the_head_of_the_queue(
    service: ServiceDouble, caller: PhoneCaller, control: SimulatorClient
) -> None:
    line = '<Enqueue waitUrl="/wait" action="/left">line</Enqueue>'
    for document in (line, line, '<Dial action="/done"><Queue>line</Queue></Dial>'):
        service.answers("/voice/incoming", document)
    second, seat = (PhoneCaller(caller.client.url, f"+861390013900{n}") for n in range(2))
    for one in (caller, second, seat):
        one.call()
    (left,), (done,) = service.visits_to("/left"), service.visits_to("/done")
    assert (left.form["CallSid"], left.form["QueueResult"]) == (caller.sid, "bridged")
    assert (done.form["DialCallStatus"], done.form["DialBridged"]) == ("completed", "true")
    assert second.waiting_for == "queue" and control.violations() == []


def test_an_empty_queue_connects_nobody(service: ServiceDouble, caller: PhoneCaller) -> None:
    service.answers("/voice/incoming", '<Dial action="/done"><Queue>line</Queue></Dial>')
    caller.call()
    (done,) = service.visits_to("/done")
    assert done.form["DialBridged"] == "false"
