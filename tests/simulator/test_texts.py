"""Texts that citizens send, and how the service's answers come back."""

from __future__ import annotations

import re

import pytest

from simulator.driver import DriverError, SimulatorClient, Texter
from simulator.segments import segmentation
from tests.simulator.conftest import CITIZEN, HOTLINE
from tests.simulator.service_double import ServiceDouble


def test_a_text_reaches_the_service_as_a_signed_webhook(
    service: ServiceDouble, texter: Texter
) -> None:
    sid = texter.send("公司没签合同怎么办？")
    (visit,) = service.visits_to("/sms/incoming")
    assert visit.is_signed_rightly
    assert re.fullmatch("SM[0-9a-f]{32}", sid)
    expected = {
        "MessageSid": sid,
        "SmsMessageSid": sid,
        "Body": "公司没签合同怎么办？",
        "From": CITIZEN,
        "To": HOTLINE,
        "NumMedia": "0",
        "NumSegments": "1",
    }
    assert {name: visit.form[name] for name in expected} == expected


def test_pictures_arrive_with_their_addresses(service: ServiceDouble, texter: Texter) -> None:
    texter.send("工资条", media=["https://pictures.example/1.jpg"])
    (visit,) = service.visits
    assert visit.form["NumMedia"] == "1"
    assert visit.form["MediaUrl0"] == "https://pictures.example/1.jpg"


def test_answers_in_twiml_come_back_as_texts(
    service: ServiceDouble, texter: Texter, control: SimulatorClient
) -> None:
    service.answers(
        "/sms/incoming",
        '<Message statusCallback="/sms/status">第一条</Message>'
        "<Message><Body>第二条\n第二行</Body></Message>",
    )
    texter.send("你好")
    assert control.settle()
    texts = texter.wait_for_texts(2)
    assert [(text.body, text.status, text.direction) for text in texts] == [
        ("第一条", "delivered", "outbound-reply"),
        ("第二条\n第二行", "delivered", "outbound-reply"),
    ]
    assert len(service.visits_to("/sms/status")) == 3


def test_waiting_for_texts_that_do_not_come_says_what_came(texter: Texter) -> None:
    texter.send("你好")
    with pytest.raises(DriverError, match="0 texts instead of 1"):
        texter.wait_for_texts(1, seconds=0.05)


@pytest.mark.parametrize(
    ("body", "encoding", "segments"),
    [
        ("", "GSM-7", 1),
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("€" * 80, "GSM-7", 1),
        ("€" * 81, "GSM-7", 2),
        ("中" * 70, "UCS-2", 1),
        ("中" * 71, "UCS-2", 2),
        ("a" * 69 + "中", "UCS-2", 1),
        ("中" * 134, "UCS-2", 2),
        ("😀" * 35, "UCS-2", 1),
        ("😀" * 67, "UCS-2", 3),
    ],
)
def test_segments_are_counted_as_the_network_does(body: str, encoding: str, segments: int) -> None:
    split = segmentation(body)
    assert (split.encoding, split.segments) == (encoding, segments)
