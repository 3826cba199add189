"""Whether a TwiML document is one that Twilio will carry out: looked at before it leaves.

Source: twilio.com/docs/voice/twiml and the pages of the verbs used here. The SDK writes whatever
it is given, so names, nesting, values, lengths and characters are checked here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal
from xml.etree import ElementTree

from core.request_values import read_number

MAX_BYTES = 64 * 1024
MAX_SAY_CHARACTERS = 500
_PATH = re.compile(r"/[\w/-]*(\?[\w=&-]*)?")
_PHONE = re.compile(r"\+?\d{3,15}")
_LINE = re.compile(r"[\w-]{1,64}")
_DIGITS = re.compile(r"[0-9*#]?")
Test = Callable[[str], bool]


def _one_of(*allowed: str) -> Test:
    return lambda value: value in allowed


def _whole(least: int, most: int) -> Test:
    def is_within(value: str) -> bool:
        number = read_number(value)
        return number is not None and least <= number <= most

    return is_within


def _matches(pattern: re.Pattern[str]) -> Test:
    return lambda value: pattern.fullmatch(value) is not None


def _hints(value: str) -> bool:
    phrases = value.split(",")
    return len(phrases) <= 500 and all(0 < len(phrase) <= 100 for phrase in phrases)


def _words_from(*allowed: str) -> Test:
    return lambda value: bool(value) and set(value.split()) <= set(allowed)


@dataclass(frozen=True)
class VerbRule:
    """What a verb may carry: attributes with a test of their values, children, and words."""

    attributes: Mapping[str, Test]
    children: frozenset[str] = frozenset()
    has_words: bool = False


_SPEAKING: Mapping[str, Test] = {
    "voice": _one_of("Polly.Zhiyu-Neural", "Polly.Hiujin-Neural", "Polly.Joanna-Neural"),
    "language": _one_of("cmn-CN", "yue-CN", "en-US"),
}
_FOLLOWING: Mapping[str, Test] = {"action": _matches(_PATH), "method": _one_of("POST")}
_WHISPERING: Mapping[str, Test] = {"url": _matches(_PATH), "method": _one_of("POST")}

VERBS: Mapping[str, VerbRule] = {
    "Response": VerbRule(
        {},
        frozenset(
            {
                "Say",
                "Gather",
                "Record",
                "Dial",
                "Enqueue",
                "Redirect",
                "Hangup",
                "Leave",
                "Pause",
                "Play",
                "Start",
                "Stop",
            }
        ),
    ),
    "Start": VerbRule({}, frozenset({"Transcription"})),
    "Stop": VerbRule({}, frozenset({"Transcription"})),
    "Transcription": VerbRule(
        {
            "name": _matches(_LINE),
            "track": _one_of("inbound_track"),
            "languageCode": _one_of("cmn-Hans-CN", "yue-Hant-HK", "en-US"),
            "partialResults": _one_of("false"),
            "statusCallbackUrl": _matches(_PATH),
            "statusCallbackMethod": _one_of("POST"),
        }
    ),
    "Say": VerbRule(_SPEAKING, frozenset({"prosody"}), has_words=True),
    "prosody": VerbRule({"rate": _one_of("slow")}, has_words=True),
    "Pause": VerbRule({"length": _whole(1, 180)}),
    "Play": VerbRule({"loop": _whole(0, 1000)}, has_words=True),
    "Redirect": VerbRule({"method": _one_of("POST")}, has_words=True),
    "Hangup": VerbRule({}),
    "Gather": VerbRule(
        {
            **_FOLLOWING,
            "input": _words_from("dtmf", "speech"),
            "timeout": _whole(1, 60),
            "speechTimeout": _whole(1, 60),
            "numDigits": _whole(1, 30),
            "finishOnKey": _matches(_DIGITS),
            "language": _one_of("cmn-Hans-CN", "yue-Hant-HK", "en-US"),
            "hints": _hints,
            "actionOnEmptyResult": _one_of("true", "false"),
        },
        frozenset({"Say", "Play", "Pause"}),
    ),
    "Record": VerbRule(
        {
            **_FOLLOWING,
            "maxLength": _whole(1, 14400),
            "timeout": _whole(1, 60),
            "finishOnKey": _matches(_DIGITS),
            "playBeep": _one_of("true", "false"),
            "trim": _one_of("trim-silence", "do-not-trim"),
            "recordingStatusCallback": _matches(_PATH),
            "recordingStatusCallbackMethod": _one_of("POST"),
            "recordingStatusCallbackEvent": _words_from("in-progress", "completed", "absent"),
        }
    ),
    "Dial": VerbRule(
        {
            **_FOLLOWING,
            "timeout": _whole(1, 600),
            "timeLimit": _whole(1, 14400),
            "sequential": _one_of("true"),
        },
        frozenset({"Number", "Sip", "Queue"}),
    ),
    "Number": VerbRule(_WHISPERING, has_words=True),
    "Sip": VerbRule(_WHISPERING, has_words=True),
    "Queue": VerbRule({}, has_words=True),
    "Enqueue": VerbRule(
        {
            **_FOLLOWING,
            "waitUrl": _matches(_PATH),
            "waitUrlMethod": _one_of("POST"),
            "maxQueueSize": _whole(1, 5000),
        },
        has_words=True,
    ),
    "Leave": VerbRule({}),
}
# What must never be missing: without them the default loops, or the caller is lost.
_REQUIRED = {
    "Gather": {"action", "input"},
    "Record": {"action", "recordingStatusCallback"},
    "Dial": {"action"},
    "Enqueue": {"action", "waitUrl"},
}
_WORDS: Mapping[str, Test] = {
    "Redirect": _matches(_PATH),
    "Number": _matches(_PHONE),
    "Queue": _matches(_LINE),
    "Enqueue": _matches(_LINE),
    "Sip": lambda value: value.startswith("sip:") and len(value) <= 255,
    "Say": lambda value: len(value) <= MAX_SAY_CHARACTERS,
    "prosody": lambda value: 0 < len(value) <= MAX_SAY_CHARACTERS,
}
_ENDING = frozenset({"Redirect", "Hangup", "Dial", "Enqueue", "Leave"})
Kind = Literal["call", "waiting", "whisper"]
# What the provider carries out in a document for the queue (waitUrl), and for who picked up (url).
_VERBS_OF_KIND: Mapping[str, frozenset[str]] = {
    "call": VERBS["Response"].children - {"Leave"},
    "waiting": frozenset({"Say", "Play", "Pause", "Gather", "Redirect", "Leave"}),
    "whisper": frozenset({"Say", "Play", "Pause", "Gather", "Redirect", "Hangup"}),
}


def find_violation(document: str, kind: Kind = "call") -> str | None:
    """What is wrong with a document, in one sentence; None when nothing is.

    ``kind`` tells whether it leads a call, plays to somebody in the queue, or to who picked up.
    """
    if len(document.encode("utf-8", errors="surrogatepass")) > MAX_BYTES:
        return "the document is larger than 64 kB"
    try:
        root = ElementTree.fromstring(document)
    except (ElementTree.ParseError, UnicodeEncodeError) as error:
        return f"the document is not XML: {error}"
    if root.tag != "Response":
        return f"the root is {root.tag}"
    known = {child.tag for child in root} & VERBS["Response"].children
    strange = known - _VERBS_OF_KIND[kind]
    if strange:
        return f"{min(strange)} is not carried out in a document for {kind}"
    return _look_at(root) or _look_at_order(root, kind)


def _look_at(element: ElementTree.Element) -> str | None:
    rule = VERBS.get(element.tag)
    if rule is None:
        return f"{element.tag} is no verb that is used here"
    for name, value in element.attrib.items():
        test = rule.attributes.get(name)
        if test is None:
            return f"{element.tag} takes no {name}"
        if not test(value):
            return f"{element.tag} {name}={value!r} is not allowed"
    missing = _REQUIRED.get(element.tag, set()) - element.attrib.keys()
    if missing:
        return f"{element.tag} lacks {min(missing)}"
    words = (element.text or "").strip()
    if words and not rule.has_words:
        return f"{element.tag} takes no words"
    test_words = _WORDS.get(element.tag)
    if test_words is not None and not test_words(element.text or ""):
        return f"{element.tag} says something that is not allowed"
    for child in element:
        if child.tag not in rule.children:
            return f"{child.tag} may not stand in {element.tag}"
        if violation := _look_at(child):
            return violation
    return None


def _look_at_order(root: ElementTree.Element, kind: Kind) -> str | None:
    """A Gather or Record falls through without input: something must follow that leads on."""
    verbs = [child.tag for child in root]
    # After a whisper the two are connected.
    if verbs and verbs[-1] not in _ENDING and kind != "whisper":
        return f"after {verbs[-1]} the call would be cut off"
    for verb, following in pairwise(verbs):
        if verb in _ENDING:
            return f"{following} after {verb} is never reached"
    return None
