"""The rules of documents: what passes, what does not, and that they agree with Twilio's grammar."""

from __future__ import annotations

import json

import pytest

from hotline.twilio.twiml_rules import MAX_BYTES, VERBS, find_violation
from tests.conftest import shared

GATHER = '<Gather input="dtmf speech" action="/voice/turn?turn=1" method="POST">{}</Gather>'
RECORD = '<Record action="/voice/turn?turn=1" recordingStatusCallback="/voice/recording"/>'
ON = '<Redirect method="POST">/voice/turn?turn=1</Redirect>'
DIAL = '<Dial action="/voice/turn?turn=1" sequential="true">{}</Dial>'
SAY = '<Say voice="Polly.Zhiyu-Neural" language="cmn-CN">{}</Say>'


def response(*verbs: str) -> str:
    return '<?xml version="1.0" encoding="UTF-8"?><Response>' + "".join(verbs) + "</Response>"


@pytest.mark.parametrize(
    "document",
    [
        response(),
        response(SAY.format("您好"), "<Hangup/>"),
        response(SAY.format('<prosody rate="slow">您好</prosody>'), ON),
        response(GATHER.format(SAY.format("您好") + '<Pause length="1"/>'), ON),
        response(RECORD, ON),
        response(DIAL.format("<Number>+8676922000000</Number><Sip>sip:a@b.cn</Sip>")),
    ],
)
def test_lawful_documents_pass(document: str) -> None:
    assert find_violation(document) is None


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("<Response><Say>", "not XML"),
        ("<Answer/>", "the root is Answer"),
        (response("<Shout>hello</Shout>"), "Shout may not stand in Response"),
        (response("hello", ON), "takes no words"),
        (response(SAY.format("您好")), "cut off"),
        (response(GATHER.format("")), "cut off"),
        (response(RECORD), "cut off"),
        (response("<Hangup/>", SAY.format("您好"), ON), "never reached"),
        (response(ON, ON), "never reached"),
        (response(GATHER.format(RECORD), ON), "Record may not stand in Gather"),
        (response(SAY.format("<Pause/>"), ON), "Pause may not stand in Say"),
        (response('<Gather action="/voice/turn"/>', ON), "Gather lacks input"),
        (response('<Gather input="dtmf"/>', ON), "Gather lacks action"),
        (response('<Record action="/voice/turn"/>', ON), "lacks recordingStatusCallback"),
        (response("<Dial><Number>+8676922000000</Number></Dial>"), "Dial lacks action"),
        (response(DIAL.format("<Number>call me</Number>")), "Number says"),
        (response(DIAL.format("<Sip>https://b.cn</Sip>")), "Sip says"),
        (response("<Redirect>https://elsewhere.example/</Redirect>"), "Redirect says"),
        (response(SAY.format("好" * 501), ON), "Say says"),
        (response('<Say voice="alice">hi</Say>', ON), "voice='alice' is not allowed"),
        (response('<Say colour="red">hi</Say>', ON), "takes no colour"),
        (response(GATHER.format("").replace("dtmf speech", "smell"), ON), "input='smell'"),
        (response(GATHER.format("").replace('method="POST"', 'numDigits="0"'), ON), "numDigits"),
        (response(GATHER.format("").replace('method="POST"', 'hints="a,,b"'), ON), "hints"),
        (response(RECORD.replace("<Record", '<Record maxLength="0"'), ON), "maxLength"),
        (response(*[SAY.format("好" * 400)] * 60, ON), "64 kB"),
        (response(SAY.format("\x07"), ON), "not XML"),
    ],
)
def test_unlawful_documents_are_found(document: str, reason: str) -> None:
    violation = find_violation(document)
    assert violation is not None and reason in violation


def test_size_is_counted_in_bytes() -> None:
    many = response(*[SAY.format("好" * 450)] * 47, ON)
    assert len(many) < MAX_BYTES < len(many.encode())
    assert find_violation(many) == "the document is larger than 64 kB"


def test_verbs_attributes_and_nesting_are_those_of_twilios_grammar() -> None:
    grammar = json.loads(shared("twiml-grammar.json").read_text(encoding="utf-8"))["voice"]
    # Some elements have the same name in several places (a Dial's Number, a Connect's).
    elements: dict[str, list[dict[str, dict[str, object]]]] = {}
    for element in grammar.values():
        elements.setdefault(element["element"], []).append(element)
    for name, rule in VERBS.items():
        known = elements[name]
        attributes = {attribute for element in known for attribute in element["attributes"]}
        children = {child for element in known for child in element["children"]}
        assert rule.attributes.keys() <= attributes, name
        assert rule.children <= children, name
        if rule.has_words:
            assert any(element["text"] for element in known), name
