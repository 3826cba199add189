"""Which elements and attributes TwiML may have, and with which values.

Written as one table from the reference pages twilio.com/docs/voice/twiml and
twilio.com/docs/messaging/twiml. Elements that Twilio knows but this stand-in does not act on
(Pay, Connect, Dial's Conference, ...) are absent: a document that uses one is reported.
"""

from __future__ import annotations

from dataclasses import dataclass, field

_URL = r"(https?://\S+|/\S*|[^\s:/]\S*)"
_METHOD = "GET|POST"
_FLAG = "true|false"
_COUNT = r"\d+"
_SECONDS = r"\d{1,5}"
_KEYS = "[0-9*#]*"
_WORD = r".+"
_EVENTS = r"[a-z-]+([ ,]+[a-z-]+)*"

SPEECH_LANGUAGES = (
    "cmn-Hans-CN",
    "cmn-Hant-TW",
    "yue-Hant-HK",
    "en-US",
    "en-GB",
    "en-AU",
    "en-IN",
)
"""Languages of Gather that this hotline may meet; a Say language here is a common mistake."""

VOICE_LANGUAGES = {
    "Polly.Zhiyu": "cmn-CN",
    "Polly.Zhiyu-Neural": "cmn-CN",
    "Polly.Hiujin-Neural": "yue-CN",
    "Polly.Joanna": "en-US",
    "Polly.Joanna-Neural": "en-US",
}
"""Voices whose one language is known (twilio.com/docs/voice/twiml/say/text-speech)."""


@dataclass(frozen=True)
class Element:
    """What one element may hold."""

    attributes: dict[str, str] = field(default_factory=dict)
    """Attribute name -> pattern that its whole value must match."""
    children: frozenset[str] = frozenset()
    text: str = "none"
    """``none``, ``allowed`` or ``required``."""
    required: frozenset[str] = frozenset()
    """Attributes that must be there."""


_IN_WORDS = frozenset({"break", "emphasis", "phoneme", "prosody", "say-as", "sub"})
_IN_SENTENCES = _IN_WORDS | {"lang", "w"}
_IN_PARAGRAPHS = _IN_SENTENCES | {"s"}
_IN_SPEECH = _IN_PARAGRAPHS | {"p"}
_SSML = {
    "break": Element({"strength": "none|x-weak|weak|medium|strong|x-strong", "time": r"\d+m?s"}),
    "emphasis": Element({"level": "strong|moderate|reduced"}, _IN_SENTENCES, "allowed"),
    "lang": Element({"xml:lang": _WORD}, _IN_SPEECH, "allowed"),
    "p": Element({}, _IN_PARAGRAPHS, "allowed"),
    "phoneme": Element({"alphabet": "ipa|x-sampa|x-amazon-pinyin", "ph": _WORD}, text="required"),
    "prosody": Element(
        {"volume": _WORD, "rate": r"x-slow|slow|medium|fast|x-fast|\d+%", "pitch": _WORD},
        _IN_SPEECH,
        "allowed",
    ),
    "s": Element({}, _IN_SENTENCES, "allowed"),
    "say-as": Element({"interpret-as": _WORD, "format": _WORD}, text="required"),
    "sub": Element({"alias": _WORD}, text="required"),
    "w": Element({"role": _WORD}, _IN_WORDS, "allowed"),
}

_LEG = {
    "url": _URL,
    "method": _METHOD,
    "statusCallback": _URL,
    "statusCallbackMethod": _METHOD,
    "statusCallbackEvent": _EVENTS,
}

_PROMPTS = frozenset({"Say", "Play", "Pause"})

VOICE: dict[str, Element] = {
    "Response": Element(
        children=frozenset(
            {
                "Say",
                "Play",
                "Pause",
                "Gather",
                "Record",
                "Redirect",
                "Hangup",
                "Reject",
                "Dial",
                "Enqueue",
                "Leave",
                "Start",
                "Stop",
            }
        )
    ),
    "Start": Element({}, frozenset({"Transcription"})),
    "Stop": Element({}, frozenset({"Transcription"})),
    "Transcription": Element(
        {
            "name": _WORD,
            "track": "inbound_track|outbound_track|both_tracks",
            "statusCallbackUrl": _URL,
            "statusCallbackMethod": _METHOD,
            "partialResults": _FLAG,
            "languageCode": "|".join(SPEECH_LANGUAGES),
        }
    ),
    "Say": Element(
        {"voice": _WORD, "language": r"[a-z]{2,3}(-[A-Za-z]{4})?(-[A-Z]{2})?", "loop": _COUNT},
        _IN_SPEECH,
        "required",
    ),
    **_SSML,
    "Play": Element({"loop": _COUNT, "digits": "[0-9*#wW]+"}, text="allowed"),
    "Pause": Element({"length": _SECONDS}),
    "Gather": Element(
        {
            "action": _URL,
            "method": _METHOD,
            "input": "dtmf|speech|dtmf speech|speech dtmf",
            "timeout": rf"{_SECONDS}|auto",
            "speechTimeout": rf"{_SECONDS}|auto",
            "maxSpeechTime": _SECONDS,
            "numDigits": r"[1-9]\d*",
            "finishOnKey": "[0-9*#]?",
            "language": "|".join(SPEECH_LANGUAGES),
            "speechModel": r"[A-Za-z0-9_.-]+",
            "enhanced": _FLAG,
            "hints": _WORD,
            "bargeIn": _FLAG,
            "profanityFilter": _FLAG,
            "actionOnEmptyResult": _FLAG,
            "partialResultCallback": _URL,
            "partialResultCallbackMethod": _METHOD,
            "debug": _FLAG,
        },
        _PROMPTS,
    ),
    "Record": Element(
        {
            "action": _URL,
            "method": _METHOD,
            "timeout": _SECONDS,
            "finishOnKey": _KEYS,
            "maxLength": r"[1-9]\d{0,4}",
            "playBeep": _FLAG,
            "trim": "trim-silence|do-not-trim",
            "recordingStatusCallback": _URL,
            "recordingStatusCallbackMethod": _METHOD,
            "recordingStatusCallbackEvent": "(in-progress|completed|absent)"
            "([ ,]+(in-progress|completed|absent))*",
            "transcribe": _FLAG,
            "transcribeCallback": _URL,
        },
        required=frozenset({"action"}),
    ),
    "Redirect": Element({"method": _METHOD}, text="required"),
    "Hangup": Element(),
    "Reject": Element({"reason": "rejected|busy"}),
    "Leave": Element(),
    "Dial": Element(
        {
            "action": _URL,
            "method": _METHOD,
            "timeout": _SECONDS,
            "timeLimit": _SECONDS,
            "hangupOnStar": _FLAG,
            "callerId": r"\+?\d+",
            "record": r"[a-z-]+",
            "trim": "trim-silence|do-not-trim",
            "recordingStatusCallback": _URL,
            "recordingStatusCallbackMethod": _METHOD,
            "recordingStatusCallbackEvent": _EVENTS,
            "answerOnBridge": _FLAG,
            "ringTone": r"[a-z-]+",
            "sequential": _FLAG,
        },
        frozenset({"Number", "Sip", "Queue"}),
        "allowed",
    ),
    "Number": Element({**_LEG, "sendDigits": "[0-9*#wW]+"}, text="required"),
    "Sip": Element({**_LEG, "username": _WORD, "password": _WORD}, text="required"),
    "Queue": Element({"url": _URL, "method": _METHOD}, text="required"),
    "Enqueue": Element(
        {
            "action": _URL,
            "method": _METHOD,
            "waitUrl": _URL,
            "waitUrlMethod": _METHOD,
            "maxQueueSize": r"[1-9]\d*",
        },
        text="required",
    ),
}

WAITING_VERBS = frozenset({"Say", "Play", "Pause", "Gather", "Redirect", "Leave", "Hangup"})
"""What a waitUrl's document may use (twilio.com/docs/voice/twiml/enqueue, "waitUrl")."""

MESSAGING: dict[str, Element] = {
    "Response": Element(children=frozenset({"Message", "Redirect"})),
    "Message": Element(
        {
            "to": r"\+?\d+",
            "from": r"\+?\d+",
            "action": _URL,
            "method": _METHOD,
            "statusCallback": _URL,
        },
        frozenset({"Body", "Media"}),
        "allowed",
    ),
    "Body": Element(text="required"),
    "Media": Element(text="required"),
    "Redirect": Element({"method": _METHOD}, text="required"),
}
