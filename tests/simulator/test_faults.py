"""Faults that can be switched on, and what happens when the service itself fails."""

from __future__ import annotations

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from simulator.application import SimulatorServer
from simulator.driver import DriverError, PhoneCaller, SimulatorClient, Texter
from simulator.faults import FAULT_NAMES
from simulator.interpreter import APPLICATION_ERROR
from tests.simulator.conftest import (
    ACCOUNT,
    CITIZEN,
    HOTLINE,
    PUBLIC,
    TOKEN,
    RewritingHttpClient,
)
from tests.simulator.service_double import ServiceDouble

STATUS_URL = f"{PUBLIC}/sms/status"


def send(twilio: Client) -> None:
    twilio.messages.create(to=CITIZEN, from_=HOTLINE, body="您好", status_callback=STATUS_URL)


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("refuse-21610", 400, 21610),
        ("refuse-21211", 400, 21211),
        ("rate-limit", 429, 20429),
        ("error-500", 500, 20500),
    ],
)
def test_a_refusal_strikes_as_often_as_said_and_takes_nothing(
    twilio: Client, texter: Texter, control: SimulatorClient, fault: str, status: int, code: int
) -> None:
    control.switch_on_fault(fault, count=1)
    with pytest.raises(TwilioRestException) as refused:
        send(twilio)
    assert (refused.value.status, refused.value.code) == (status, code)
    send(twilio)
    assert len(texter.texts()) == 1


def test_a_fault_for_one_number_spares_the_others(
    twilio: Client, control: SimulatorClient, texter: Texter
) -> None:
    control.switch_on_fault("refuse-21610", phone="+8613900139000")
    send(twilio)
    assert len(texter.texts()) == 1


def test_a_text_can_be_taken_though_the_answer_is_an_error(
    twilio: Client, texter: Texter, control: SimulatorClient
) -> None:
    control.switch_on_fault("accept-then-500", count=1)
    with pytest.raises(TwilioRestException) as unclear:
        send(twilio)
    assert unclear.value.status == 500
    assert len(texter.texts()) == 1
    assert len(twilio.messages.list(to=CITIZEN)) == 1


def test_a_text_can_be_taken_though_the_answer_never_comes(
    server: SimulatorServer, texter: Texter, control: SimulatorClient
) -> None:
    control.switch_on_fault("accept-then-timeout", count=1)
    http_client = RewritingHttpClient(server.url, timeout=0.3)
    with pytest.raises(requests.Timeout):
        send(Client(ACCOUNT, TOKEN, http_client=http_client))
    http_client.session.close()
    assert len(texter.texts()) == 1


@pytest.mark.parametrize(
    ("fault", "states"),
    [
        ("undelivered-30003", ["queued", "sent", "undelivered"]),
        ("statuses-out-of-order", ["delivered", "sent", "queued"]),
        ("statuses-lost", []),
        ("webhooks-twice", ["queued", "queued", "sent", "sent", "delivered", "delivered"]),
    ],
)
def test_delivery_is_reported_as_the_fault_says(
    service: ServiceDouble,
    twilio: Client,
    control: SimulatorClient,
    fault: str,
    states: list[str],
) -> None:
    control.switch_on_fault(fault)
    send(twilio)
    assert control.settle()
    visits = service.visits_to("/sms/status")
    assert [visit.form["MessageStatus"] for visit in visits] == states
    codes = {visit.form["ErrorCode"] for visit in visits if "ErrorCode" in visit.form}
    assert codes == ({"30003"} if fault == "undelivered-30003" else set())


def test_a_wrong_signature_can_be_sent(
    service: ServiceDouble, texter: Texter, control: SimulatorClient
) -> None:
    control.switch_on_fault("webhooks-badly-signed", count=1)
    texter.send("一")
    texter.send("二")
    assert [visit.is_signed_rightly for visit in service.visits] == [False, True]


def test_the_provider_can_keep_opt_outs_itself(
    twilio: Client, texter: Texter, control: SimulatorClient
) -> None:
    control.switch_on_fault("carrier-opt-outs")
    texter.send("STOP")
    with pytest.raises(TwilioRestException) as refused:
        send(twilio)
    assert refused.value.code == 21610
    texter.send("START")
    send(twilio)
    assert len(texter.texts()) == 1


def test_a_recording_can_be_absent(
    service: ServiceDouble, caller: PhoneCaller, twilio: Client, control: SimulatorClient
) -> None:
    service.answers(
        "/voice/incoming",
        '<Record action="/recorded" recordingStatusCallback="/sound"'
        ' recordingStatusCallbackEvent="completed absent"/>',
    )
    control.switch_on_fault("recording-absent")
    caller.call()
    caller.record(seconds=5)
    assert control.settle()
    (visit,) = service.visits_to("/sound")
    assert visit.form["RecordingStatus"] == "absent"
    assert twilio.recordings(visit.form["RecordingSid"]).fetch().status == "absent"


def test_an_unknown_fault_is_refused_with_the_known_ones(control: SimulatorClient) -> None:
    with pytest.raises(DriverError, match=FAULT_NAMES[0]):
        control.switch_on_fault("earthquake")


def test_a_failing_webhook_is_tried_again(service: ServiceDouble, caller: PhoneCaller) -> None:
    service.answers_raw("/voice/incoming", "broken", status=502)
    service.answers("/voice/incoming", "<Say>您好</Say>")
    assert [one.text for one in caller.call()] == ["您好"]
    assert service.visits_to("/voice/fallback") == []


@pytest.mark.parametrize(
    ("body", "more", "code"),
    [
        ("<Response/>", {"status": 500}, "11200"),
        ("<Response/>", {"status": 403}, "11200"),
        ("<Response><Say>", {}, "12100"),
        ("<Answer/>", {}, "12100"),
        ("<Response/>", {"content_type": "text/html"}, "12300"),
        (f"<Response><Say>{'a' * 70000}</Say></Response>", {}, "11750"),
    ],
)
def test_an_unusable_answer_goes_to_the_fallback(
    service: ServiceDouble,
    caller: PhoneCaller,
    control: SimulatorClient,
    body: str,
    more: dict[str, object],
    code: str,
) -> None:
    service.answers_raw("/voice/incoming", body, **more)
    service.answers("/voice/fallback", "<Say>系统繁忙，请留言</Say>")

    heard = caller.call()

    assert [one.text for one in heard] == ["系统繁忙，请留言"]
    (visit,) = service.visits_to("/voice/fallback")
    assert visit.form["ErrorCode"] == code
    assert visit.form["ErrorUrl"] == f"{PUBLIC}/voice/incoming"
    assert str(control.violations()[0]["code"]) == code


def test_without_a_usable_fallback_the_caller_hears_an_application_error(
    service: ServiceDouble, caller: PhoneCaller
) -> None:
    service.answers_raw("/voice/incoming", "", status=500)
    service.answers_raw("/voice/fallback", "", status=500)
    assert [one.text for one in caller.call()] == [APPLICATION_ERROR]
    assert not caller.is_live
    assert len(service.visits_to("/voice/status")) == 1


def test_a_circle_of_documents_is_ended(
    service: ServiceDouble, caller: PhoneCaller, control: SimulatorClient
) -> None:
    service.answers("/voice/incoming", "<Redirect>/voice/incoming</Redirect>")
    caller.call()
    assert not caller.is_live
    assert "without end" in control.violations()[0]["message"]


def test_an_address_that_is_none_is_a_failed_webhook(
    service: ServiceDouble, caller: PhoneCaller, control: SimulatorClient
) -> None:
    service.answers("/voice/incoming", "<Redirect>http://</Redirect>")
    service.answers("/voice/fallback", "<Say>系统繁忙</Say>")
    assert [one.text for one in caller.call()] == ["系统繁忙"]
    assert control.violations()[-1]["code"] == 11205
