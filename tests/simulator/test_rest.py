"""The REST interface, asked by the official SDK."""

from __future__ import annotations

import base64
import io
import urllib.request
import wave
from datetime import UTC, date, datetime, timedelta

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from core.clock import FixedClock
from simulator.application import SimulatorServer
from simulator.driver import PhoneCaller, SimulatorClient, Texter
from simulator.settings import SimulatorSettings
from tests.simulator.conftest import ACCOUNT, CITIZEN, HOTLINE, PUBLIC, TOKEN, RewritingHttpClient
from tests.simulator.service_double import ServiceDouble

STATUS_URL = f"{PUBLIC}/sms/status"


def send(twilio: Client, to: str = CITIZEN, body: str = "您好", **more: object) -> object:
    return twilio.messages.create(to=to, from_=HOTLINE, body=body, **more)


def test_a_text_is_accepted_delivered_and_reported(
    service: ServiceDouble, twilio: Client, texter: Texter, control: SimulatorClient
) -> None:
    message = twilio.messages.create(
        to=CITIZEN,
        from_=HOTLINE,
        body="拖欠工资可以投诉。" * 8,
        status_callback=STATUS_URL,
        validity_period=3600,
    )

    assert (message.status, message.num_segments, message.direction) == (
        "queued",
        "2",
        "outbound-api",
    )
    assert message.date_created == datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    assert control.settle()
    assert twilio.messages(message.sid).fetch().status == "delivered"
    (text,) = texter.texts()
    assert (text.sid, text.body) == (message.sid, message.body)
    visits = service.visits_to("/sms/status")
    assert [visit.form["MessageStatus"] for visit in visits] == ["queued", "sent", "delivered"]
    assert {visit.form["MessageSid"] for visit in visits} == {message.sid}
    assert all(visit.is_signed_rightly for visit in visits)


@pytest.mark.parametrize(
    ("request_fields", "code"),
    [
        ({"to": "12345"}, 21211),
        ({"to": "+867691234567"}, 21614),
        ({"to": "+15005550004"}, 21610),
        ({"to": "+15005550001"}, 21211),
        ({"body": ""}, 21602),
        ({"body": "长" * 1601}, 21617),
        ({"from_": "+8610000"}, 21606),
        ({"status_callback": "/relative"}, 21609),
        ({"validity_period": 36001}, 20001),
    ],
)
def test_a_text_that_twilio_would_not_take_is_refused_with_its_code(
    twilio: Client, texter: Texter, request_fields: dict[str, object], code: int
) -> None:
    fields = {"to": CITIZEN, "from_": HOTLINE, "body": "您好", **request_fields}
    with pytest.raises(TwilioRestException) as refused:
        twilio.messages.create(**fields)
    assert (refused.value.status, refused.value.code) == (400, code)
    assert texter.texts() == []


def test_a_wrong_token_is_refused(server: SimulatorServer) -> None:
    http_client = RewritingHttpClient(server.url)
    stranger = Client(ACCOUNT, "wrong", http_client=http_client)
    with pytest.raises(TwilioRestException) as refused:
        send(stranger)
    http_client.session.close()
    assert (refused.value.status, refused.value.code) == (401, 20003)


def test_texts_are_listed_newest_first_by_number_and_time(
    twilio: Client, clock: FixedClock
) -> None:
    for body in ("一", "二", "三"):
        send(twilio, body=body)
        clock.advance(timedelta(hours=12))
    send(twilio, to="+8613900139000", body="他人")

    def bodies(**filters: object) -> list[str]:
        return [message.body for message in twilio.messages.list(**filters)]

    assert bodies(to=CITIZEN) == ["三", "二", "一"]
    assert bodies(from_="+8610000") == []
    assert bodies(to=CITIZEN, date_sent=date(2026, 11, 23)) == ["二", "一"]
    after = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    assert bodies(to=CITIZEN, date_sent_after=after) == ["三", "二"]
    assert bodies(to=CITIZEN, date_sent_before=after) == ["一"]


def test_a_long_list_comes_in_pages(twilio: Client) -> None:
    for number in range(7):
        send(twilio, body=str(number))
    listed = [message.body for message in twilio.messages.list(to=CITIZEN, page_size=3)]
    assert listed == ["6", "5", "4", "3", "2", "1", "0"]


def test_an_unknown_resource_is_not_found(twilio: Client) -> None:
    for resource in (twilio.messages("SM1"), twilio.calls("CA1"), twilio.recordings("RE1")):
        with pytest.raises(TwilioRestException) as missing:
            resource.fetch()
        assert (missing.value.status, missing.value.code) == (404, 20404)


def test_a_recording_is_fetched_with_its_sound_and_deleted(
    service: ServiceDouble, caller: PhoneCaller, twilio: Client, server: SimulatorServer
) -> None:
    service.answers("/voice/incoming", '<Record action="/recorded" playBeep="false"/>')
    caller.call()
    caller.record(seconds=3)
    (visit,) = service.visits_to("/recorded")

    recording = twilio.recordings(visit.form["RecordingSid"]).fetch()

    assert (recording.duration, recording.status) == ("3", "completed")
    assert recording.call_sid == caller.sid
    with wave.open(io.BytesIO(fetch(visit.form["RecordingUrl"] + ".wav"))) as sound:
        assert (sound.getframerate(), sound.getnchannels()) == (8000, 1)
        assert sound.getnframes() == 3 * 8000
    assert recording.delete()
    with pytest.raises(TwilioRestException):
        twilio.recordings(recording.sid).fetch()


def fetch(url: str) -> bytes:
    request = urllib.request.Request(url)
    credentials = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    request.add_header("Authorization", f"Basic {credentials}")
    with urllib.request.urlopen(request, timeout=5) as answer:
        return bytes(answer.read())


def test_the_service_redirects_and_ends_a_call(
    service: ServiceDouble, caller: PhoneCaller, twilio: Client, control: SimulatorClient
) -> None:
    service.answers("/voice/incoming", '<Enqueue action="/left">seats</Enqueue>')
    service.answers("/elsewhere", '<Say>这边</Say><Gather action="/turn"/>')
    caller.call()

    twilio.calls(caller.sid).update(url=f"{PUBLIC}/elsewhere", method="POST")
    assert control.settle()
    assert [one.text for one in caller.refresh()] == ["这边"]
    assert service.visits_to("/left")[0].form["QueueResult"] == "redirected"

    twilio.calls(caller.sid).update(status="completed")
    assert control.settle()
    call = twilio.calls(caller.sid).fetch()
    assert call.status == "completed"
    assert int(call.duration) >= 1


def test_the_service_calls_a_citizen_who_picks_up(
    service: ServiceDouble, caller: PhoneCaller, twilio: Client
) -> None:
    service.answers("/back", "<Say>这里是12333</Say>")
    made = twilio.calls.create(
        to=CITIZEN, from_=HOTLINE, url=f"{PUBLIC}/back", status_callback=f"{PUBLIC}/ended"
    )
    assert made.status == "queued"

    heard = caller.pick_up()

    assert [one.text for one in heard] == ["这里是12333"]
    assert service.visits_to("/back")[0].form["Direction"] == "outbound-api"
    assert service.visits_to("/ended")[0].form["CallStatus"] == "completed"


def test_texts_and_recordings_survive_a_restart(
    settings: SimulatorSettings, service: ServiceDouble
) -> None:
    service.answers("/voice/incoming", '<Record action="/recorded"/>')
    with SimulatorServer(settings) as first:
        Texter(first.url, CITIZEN).send("试用期最长多久")
        caller = PhoneCaller(first.url, CITIZEN)
        caller.call()
        caller.record(seconds=2)
    sid = service.visits_to("/recorded")[0].form["RecordingSid"]
    with SimulatorServer(settings) as second:
        assert [text.body for text in Texter(second.url, CITIZEN).thread()] == ["试用期最长多久"]
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/{sid}.wav"
        assert fetch(second.url + path)[:4] == b"RIFF"


def test_a_call_goes_on_with_twiml_that_the_service_gives_along(
    caller: PhoneCaller, twilio: Client, control: SimulatorClient
) -> None:
    twilio.calls.create(
        to=CITIZEN, from_=HOTLINE, twiml="<Response><Say>回电</Say><Enqueue>a</Enqueue></Response>"
    )
    assert [one.text for one in caller.pick_up()] == ["回电", "a"]

    twilio.calls(caller.sid).update(twiml="<Response><Say>轮到您了</Say></Response>")

    assert control.settle()
    assert [one.text for one in caller.refresh()] == ["轮到您了"]
