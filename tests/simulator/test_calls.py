"""Calls: what the citizen hears and does, and what the service is told."""

from __future__ import annotations

import re

import pytest

from simulator.driver import DriverError, Heard, PhoneCaller, SimulatorClient
from simulator.recordings import spoken_wav
from tests.simulator.conftest import ACCOUNT, CITIZEN, HOTLINE
from tests.simulator.service_double import ServiceDouble

GATHER = (
    '<Gather input="dtmf speech" action="/turn?n=1" language="cmn-Hans-CN" timeout="4">'
    '<Say language="cmn-CN" voice="Polly.Zhiyu-Neural">您好</Say></Gather>'
    "<Redirect>/silence</Redirect>"
)
RECORD = '<Record action="/recorded" maxLength="60" recordingStatusCallback="/sound"/>'
WATCHED_RECORD = RECORD.replace(
    "/>", ' recordingStatusCallbackEvent="completed absent"/><Say>空</Say>'
)


def test_a_call_begins_with_a_signed_webhook_that_says_who_calls(
    service: ServiceDouble, caller: PhoneCaller
) -> None:
    service.answers("/voice/incoming", GATHER)

    heard = caller.call()

    assert heard == [Heard("Say", "您好", "cmn-CN", "Polly.Zhiyu-Neural")]
    assert caller.waiting_for == "gather"
    (visit,) = service.visits
    assert visit.path == "/voice/incoming"
    assert visit.is_signed_rightly
    assert re.fullmatch("CA[0-9a-f]{32}", visit.form["CallSid"])
    assert {name: visit.form[name] for name in ("AccountSid", "From", "To", "CallStatus")} == {
        "AccountSid": ACCOUNT,
        "From": CITIZEN,
        "To": HOTLINE,
        "CallStatus": "ringing",
    }
    assert visit.form["Direction"] == "inbound"


def test_a_withheld_number_arrives_as_twilio_writes_it(
    service: ServiceDouble, caller: PhoneCaller
) -> None:
    caller.phone = "withheld"
    caller.call()
    assert service.visits[0].form["From"] == "+266696687"


@pytest.mark.parametrize(
    ("verdict", "sent"),
    [
        ("none", None),
        ("passed_a", "TN-Validation-Passed-A"),
        ("passed_b", "TN-Validation-Passed-B"),
        ("passed_c", "TN-Validation-Passed-C"),
        ("failed", "TN-Validation-Failed"),
    ],
)
def test_what_the_network_says_of_the_number_comes_with_each_webhook_of_the_call(
    service: ServiceDouble, caller: PhoneCaller, verdict: str, sent: str | None
) -> None:
    service.answers("/voice/incoming", GATHER)
    caller.call(verdict)
    caller.press("1")
    assert len(service.visits) >= 2 and all(visit.is_signed_rightly for visit in service.visits)
    assert {visit.form.get("StirVerstat") for visit in service.visits} == {sent}


def test_of_a_withheld_number_and_in_other_words_the_network_says_nothing(
    service: ServiceDouble, caller: PhoneCaller
) -> None:
    with pytest.raises(DriverError, match="passed_a"):
        caller.call("surely")
    caller.phone = "withheld"
    caller.call("passed_a")
    assert service.visits and not any("StirVerstat" in visit.form for visit in service.visits)


def test_spoken_words_arrive_at_the_action_with_their_confidence(
    service: ServiceDouble, caller: PhoneCaller
) -> None:
    service.answers("/voice/incoming", GATHER)
    service.answers("/turn", "<Say>请投诉</Say><Hangup/>")
    caller.call()

    heard = caller.say("老板拖欠工资三个月怎么办", confidence=0.83)

    (visit,) = service.visits_to("/turn")
    assert visit.path == "/turn?n=1"
    assert visit.is_signed_rightly
    assert visit.form["SpeechResult"] == "老板拖欠工资三个月怎么办"
    assert float(visit.form["Confidence"]) == pytest.approx(0.83)
    assert visit.form["CallStatus"] == "in-progress"
    assert [one.text for one in heard] == ["请投诉"]
    assert not caller.is_live


@pytest.mark.parametrize(
    ("attributes", "pressed", "digits", "finished_on"),
    [
        ("", "1", "1", ""),
        ("", "123#45", "123", "#"),
        ('numDigits="1"', "12", "1", ""),
        ('numDigits="4"', "12", "12", ""),
        ('finishOnKey="*"', "1#2*", "1#2", "*"),
        ('finishOnKey=""', "#", "#", ""),
    ],
)
def test_a_gather_takes_keys_up_to_its_number_or_its_finishing_key(
    service: ServiceDouble,
    caller: PhoneCaller,
    attributes: str,
    pressed: str,
    digits: str,
    finished_on: str,
) -> None:
    service.answers("/voice/incoming", f'<Gather action="/turn" {attributes}/>')
    caller.call()
    caller.press(pressed)
    (visit,) = service.visits_to("/turn")
    assert (visit.form["Digits"], visit.form["FinishedOnKey"]) == (digits, finished_on)


def test_silence_runs_on_to_the_verb_after_the_gather(
    service: ServiceDouble, caller: PhoneCaller
) -> None:
    service.answers("/voice/incoming", GATHER)
    service.answers("/silence", "<Say>再见</Say>")
    caller.call()
    assert [one.text for one in caller.stay_silent()] == ["再见"]
    assert service.visits_to("/turn") == []


def test_silence_asks_the_action_when_the_gather_wants_empty_results(
    service: ServiceDouble, caller: PhoneCaller
) -> None:
    service.answers("/voice/incoming", '<Gather action="/turn" actionOnEmptyResult="true"/>')
    caller.call()
    caller.stay_silent()
    (visit,) = service.visits_to("/turn")
    assert "Digits" not in visit.form


def test_words_are_lost_where_only_keys_are_awaited(
    service: ServiceDouble, caller: PhoneCaller
) -> None:
    service.answers("/voice/incoming", '<Gather input="dtmf" action="/turn"/>')
    caller.call()
    caller.say("你好")
    assert caller.waiting_for == "gather"
    assert service.visits_to("/turn") == []


def test_a_message_is_recorded_and_reported_twice_to_action_and_callback(
    service: ServiceDouble, caller: PhoneCaller, control: SimulatorClient
) -> None:
    service.answers("/voice/incoming", RECORD)
    service.answers("/recorded", "<Say>收到</Say>")
    caller.call()

    heard = caller.record(seconds=12.4)

    assert control.settle()
    assert [one.text for one in heard] == ["收到"]
    (action,), (callback,) = service.visits_to("/recorded"), service.visits_to("/sound")
    assert action.form["RecordingDuration"] == "12"
    assert action.form["Digits"] == "#"
    assert action.form["RecordingUrl"].endswith(f"/Recordings/{action.form['RecordingSid']}")
    assert callback.form["RecordingSid"] == action.form["RecordingSid"]
    assert callback.form["RecordingStatus"] == "completed"
    assert callback.is_signed_rightly


def test_a_recording_stops_at_its_longest_time(service: ServiceDouble, caller: PhoneCaller) -> None:
    service.answers("/voice/incoming", RECORD)
    caller.call()
    caller.record(wav=spoken_wav(75))
    (action,) = service.visits_to("/recorded")
    assert action.form["RecordingDuration"] == "60"
    assert "Digits" not in action.form


def test_an_empty_recording_runs_on_and_is_reported_absent_where_asked(
    service: ServiceDouble, caller: PhoneCaller, control: SimulatorClient
) -> None:
    service.answers("/voice/incoming", WATCHED_RECORD)
    caller.call()

    heard = caller.stay_silent()

    assert control.settle()
    assert [one.text for one in heard] == ["空"]
    assert service.visits_to("/recorded") == []
    assert [visit.form["RecordingStatus"] for visit in service.visits_to("/sound")] == ["absent"]


def test_a_caller_who_hangs_up_after_the_message_still_leaves_it(
    service: ServiceDouble, caller: PhoneCaller
) -> None:
    service.answers("/voice/incoming", RECORD)
    caller.call()
    caller.record(seconds=9, finish_with="hangup")
    (action,) = service.visits_to("/recorded")
    assert (action.form["Digits"], action.form["CallStatus"]) == ("hangup", "completed")
    assert not caller.is_live


def test_hanging_up_reports_the_end_with_the_length_of_the_call(
    service: ServiceDouble, caller: PhoneCaller
) -> None:
    service.answers("/voice/incoming", f'<Pause length="20"/>{GATHER}')
    caller.call()
    caller.hang_up()
    (visit,) = service.visits_to("/voice/status")
    assert visit.form["CallStatus"] == "completed"
    assert int(visit.form["CallDuration"]) in (20, 21)
    assert visit.is_signed_rightly
    with pytest.raises(DriverError, match="The call is over"):
        caller.press("1")


@pytest.mark.parametrize(("reason", "status"), [("busy", "busy"), ("rejected", "no-answer")])
def test_a_rejected_call_ends_with_its_own_state(
    service: ServiceDouble, caller: PhoneCaller, reason: str, status: str
) -> None:
    service.answers("/voice/incoming", f'<Reject reason="{reason}"/>')
    caller.call()
    assert caller.state["status"] == status


@pytest.mark.parametrize("outcome", ["no-answer", "busy", "failed", "completed"])
def test_a_dialled_person_reacts_as_set(
    service: ServiceDouble, caller: PhoneCaller, control: SimulatorClient, outcome: str
) -> None:
    service.answers(
        "/voice/incoming", '<Dial action="/dialled"><Number>+8676922222222</Number></Dial>'
    )
    service.answers("/dialled", "<Say>谢谢</Say>")
    control.set_people(outcome, 45)

    heard = caller.call()

    (visit,) = service.visits_to("/dialled")
    assert visit.form["DialCallStatus"] == outcome
    assert visit.form.get("DialCallDuration") == ("45" if outcome == "completed" else None)
    assert [one.text for one in heard] == ["+8676922222222", "谢谢"]


def test_a_dialled_number_has_callbacks_of_its_own(
    service: ServiceDouble, caller: PhoneCaller, control: SimulatorClient
) -> None:
    number = '<Number url="/whisper" statusCallback="/leg">+8676922222222</Number>'
    service.answers("/voice/incoming", f"<Dial>{number}</Dial>")
    control.set_people("completed", 45)
    caller.call()
    (whisper,), (leg,) = service.visits_to("/whisper"), service.visits_to("/leg")
    assert whisper.form["ParentCallSid"] == caller.sid
    assert (leg.form["CallStatus"], leg.form["CallDuration"]) == ("completed", "45")
    assert leg.form["CallSid"] == whisper.form["CallSid"] != caller.sid


def test_a_dial_without_action_runs_on(service: ServiceDouble, caller: PhoneCaller) -> None:
    service.answers("/voice/incoming", "<Dial>+8676922222222</Dial><Say>没人</Say>")
    assert [one.text for one in caller.call()] == ["+8676922222222", "没人"]


QUEUE = '<Enqueue waitUrl="/wait" action="/left">seats</Enqueue><Say>后面</Say>'


def test_a_queued_caller_hears_the_waiting_document_again_and_leaves_by_it(
    service: ServiceDouble, caller: PhoneCaller
) -> None:
    service.answers("/voice/incoming", QUEUE)
    service.answers("/wait", "<Say>请等候</Say>")
    service.answers("/wait", "<Say>没人接</Say><Leave/>")
    service.answers("/left", "<Say>请留言</Say>")
    caller.call()
    assert caller.waiting_for == "queue"

    heard = caller.wait(40)

    assert [one.text for one in heard] == ["没人接", "请留言"]
    first, second = service.visits_to("/wait")
    assert (first.form["QueuePosition"], first.form["QueueTime"]) == ("1", "0")
    assert int(second.form["QueueTime"]) >= 40
    (left,) = service.visits_to("/left")
    assert left.form["QueueResult"] == "leave"


@pytest.mark.parametrize(("act", "result"), [("be_answered", "bridged"), ("hang_up", "hangup")])
def test_a_queued_caller_is_answered_or_gives_up(
    service: ServiceDouble, caller: PhoneCaller, act: str, result: str
) -> None:
    service.answers("/voice/incoming", QUEUE)
    caller.call()
    getattr(caller, act)()
    (left,) = service.visits_to("/left")
    assert left.form["QueueResult"] == result


def test_callers_stand_in_the_queue_in_the_order_they_came(
    service: ServiceDouble, caller: PhoneCaller
) -> None:
    service.answers("/voice/incoming", QUEUE)
    second = PhoneCaller(caller.client.url, "+8613900139000")
    caller.call()
    second.call()
    caller.hang_up()
    second.wait(10)
    positions = [visit.form["QueuePosition"] for visit in service.visits_to("/wait")]
    assert positions == ["1", "2", "1"]


def test_relative_addresses_are_resolved_against_the_document(
    service: ServiceDouble, caller: PhoneCaller
) -> None:
    service.answers("/voice/incoming", "<Redirect>turn/1?a=%E4%B8%AD</Redirect>")
    service.answers("/voice/turn/1", "<Redirect>../next</Redirect>")
    service.answers("/voice/next", "<Say>到了</Say>")
    assert [one.text for one in caller.call()] == ["到了"]
    assert all(visit.is_signed_rightly for visit in service.visits)
    assert service.visits[1].path == "/voice/turn/1?a=%E4%B8%AD"


def test_a_full_queue_is_said_at_once(service: ServiceDouble, caller: PhoneCaller) -> None:
    service.answers("/voice/incoming", QUEUE.replace("<Enqueue", '<Enqueue maxQueueSize="1"'))
    caller.call()
    PhoneCaller(caller.client.url, "+8613900139000").call()
    (left,) = service.visits_to("/left")
    assert left.form["QueueResult"] == "queue-full"
