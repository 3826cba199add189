"""Documents are read and judged by Twilio's rules."""

from __future__ import annotations

import json

import pytest

from simulator import grammar
from simulator.twiml import Verb, read_messaging_document, read_voice_document
from tests.conftest import shared


def problems(body: str) -> list[str]:
    document = read_voice_document(f"<Response>{body}</Response>".encode(), "text/xml")
    return [problem.message for problem in document.problems]


@pytest.mark.parametrize(
    "body",
    [
        '<Say voice="Polly.Zhiyu-Neural" language="cmn-CN">您好</Say>',
        '<Say>请<break time="300ms"/>稍等<say-as interpret-as="digits">123</say-as></Say>',
        '<Gather input="dtmf speech" action="/t?a=1&amp;b=2" numDigits="1" timeout="5"'
        ' language="yue-Hant-HK"><Say>讲</Say><Pause length="1"/></Gather>',
        '<Record action="/r" maxLength="120" recordingStatusCallback="/s"'
        ' recordingStatusCallbackEvent="completed absent"/>',
        '<Dial action="/d" timeout="20"><Number>+8676922222222</Number></Dial>',
        '<Enqueue waitUrl="/w" action="/l">seats</Enqueue>',
        '<Redirect method="POST">/next</Redirect><Hangup/>',
    ],
)
def test_a_right_document_has_no_problems(body: str) -> None:
    assert problems(body) == []


@pytest.mark.parametrize(
    ("body", "part"),
    [
        ("<Speak>您好</Speak>", "<Speak> is not allowed inside <Response>"),
        ("<Say/>", "<Say> has no text"),
        ('<Say lang="zh">您好</Say>', "no attribute 'lang'"),
        ('<Say voice="Polly.Zhiyu-Neural" language="zh-CN">您好</Say>', "speaks cmn-CN"),
        (f"<Say>{'中' * 501}</Say>", "4,500 are allowed"),
        ('<Gather language="cmn-CN"/>', "language='cmn-CN'"),
        ('<Gather input="voice"/>', "input='voice'"),
        ('<Gather numDigits="0"/>', "numDigits='0'"),
        ("<Gather><Redirect>/n</Redirect></Gather>", "not allowed inside <Gather>"),
        ('<Gather input="speech" speechTimeout="auto"/>', "default speech model"),
        ('<Record recordingStatusCallback="/s"/>', "<Record> needs 'action'"),
        ('<Record action="/r"/>', "without recordingStatusCallback"),
        ("<Redirect/>", "<Redirect> has no text"),
        ("<Hangup>bye</Hangup>", "<Hangup> holds no text"),
        ("stray", "<Response> holds no text"),
    ],
)
def test_a_broken_rule_is_named(body: str, part: str) -> None:
    found = problems(body)
    assert any(part in message for message in found), found


def test_the_text_of_speech_marks_is_heard_with_the_rest() -> None:
    document = read_voice_document(
        b"<Response><Say> one <emphasis>two</emphasis> three</Say></Response>", "text/xml"
    )
    assert document.verbs[0].text == "one two three"


def test_an_unknown_verb_is_left_out_and_the_others_are_kept() -> None:
    document = read_voice_document(
        b"<Response><Fax/><Say>on</Say></Response>", "text/xml; charset=utf-8"
    )
    assert [verb.name for verb in document.verbs] == ["Say"]


def test_a_messaging_document_holds_messages_only() -> None:
    document = read_messaging_document(
        b"<Response><Message to='+8613800138000'>a</Message><Say>b</Say></Response>", "text/xml"
    )
    assert document.verbs == (Verb("Message", {"to": "+8613800138000"}, "a"),)
    assert [problem.code for problem in document.problems] == [12200]


def test_the_grammar_allows_nothing_that_the_sdk_does_not_know() -> None:
    known = json.loads(shared("twiml-grammar.json").read_text(encoding="utf-8"))
    for ours, theirs in ((grammar.VOICE, known["voice"]), (grammar.MESSAGING, known["messaging"])):
        by_element = {rule["element"]: rule for rule in theirs.values()}
        for name, element in ours.items():
            assert set(element.attributes) <= set(by_element[name]["attributes"]), name
            assert element.children <= set(by_element[name]["children"]), name
