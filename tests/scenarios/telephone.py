"""A telephone at the level of webhooks: what Twilio would do with each document, act by act."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree import ElementTree

from flask import Flask
from twilio.request_validator import RequestValidator

from hotline.turns import CallServices
from hotline.twilio.blueprint import make_blueprint
from hotline.twilio.twiml_rules import find_violation
from providers.signatures import SignatureCheck

BASE = "https://hotline.example"
TOKEN = "0123456789abcdef0123456789abcdef"


@dataclass
class Telephone:
    """One call. ``heard`` is what was said since the last act; with ``repeats`` every webhook is
    sent twice, as the provider may."""

    services: CallServices
    sid: str
    phone: str
    repeats: bool = False
    heard: list[str] = field(default_factory=list)
    document: ElementTree.Element = field(default_factory=lambda: ElementTree.Element("Response"))
    recordings: int = 0

    def __post_init__(self) -> None:
        app = Flask("telephone")
        app.register_blueprint(make_blueprint(self.services, SignatureCheck(BASE, (TOKEN,))))
        self._client = app.test_client()

    def call(self) -> None:
        """Dial the hotline."""
        self._go("/voice/incoming", CallStatus="ringing")

    def press(self, keys: str) -> None:
        """Press keys; # finishes where the line waits for it."""
        gather = self._waiting("Gather")
        finishing = gather.get("finishOnKey", "#")
        digits, _, _ = keys.partition(finishing) if finishing else (keys, "", "")
        finished = finishing if finishing and finishing in keys else ""
        self._go(gather.attrib["action"], Digits=digits, FinishedOnKey=finished)

    def say(self, words: str, confidence: float = 0.9) -> None:
        """Say something that is recognised as ``words``."""
        gather = self._waiting("Gather")
        assert "speech" in gather.attrib["input"], "the line does not listen to speech here"
        self._go(gather.attrib["action"], SpeechResult=words, Confidence=str(confidence))

    def stay_silent(self) -> None:
        """Do nothing until the document goes on."""
        redirect = self.document.find("Redirect")
        assert redirect is not None and redirect.text
        self._go(redirect.text)

    def record(self, seconds: int) -> None:
        """Leave a recording, finished with #."""
        record = self._waiting("Record")
        self.recordings += 1
        recording = {
            "RecordingSid": f"RE{self.sid}{self.recordings}",
            "RecordingDuration": str(seconds),
        }
        self._go(record.attrib["action"], Digits="#", **recording)
        self._post("/voice/recording", RecordingStatus="completed", **recording)

    def be_answered(self, status: str) -> None:
        """The person who was dialled reacts: completed, no-answer, busy."""
        dial = self._waiting("Dial")
        if status == "completed":
            target = dial.find("Number")
            assert target is not None and target.text
            leg = {"ParentCallSid": self.sid, "To": target.text, "CallSid": "leg"}
            gather = self._post(target.attrib["url"], **leg).find("Gather")
            assert gather is not None
            self._post(gather.attrib["action"], Digits="1", **leg)
        self._go(dial.attrib["action"], DialCallStatus=status)

    def wait(self, position: int, seconds: int) -> None:
        """Wait in the queue and hear how it stands."""
        enqueue = self._waiting("Enqueue")
        waiting = self._post(
            enqueue.attrib["waitUrl"],
            QueuePosition=str(position),
            QueueTime=str(seconds),
            AvgQueueTime="120",
        )
        self.heard = _said(waiting)

    def press_in_queue(self, key: str) -> None:
        """Press a key while waiting; a caller who leaves the queue goes on with the call."""
        enqueue = self._waiting("Enqueue")
        answer = self._post("/voice/waited", Digits=key)
        assert answer.find("Leave") is not None
        self._go(enqueue.attrib["action"], QueueResult="leave")

    def hang_up(self) -> None:
        """Put the phone down, or be hung up on."""
        self._post("/voice/status", CallStatus="completed", CallDuration="60")
        self.heard = []

    @property
    def is_over(self) -> bool:
        """Whether the line has hung up."""
        return self.document.find("Hangup") is not None

    def _waiting(self, verb: str) -> ElementTree.Element:
        found = self.document.find(verb)
        assert found is not None, f"the line does not wait with {verb}"
        return found

    def _go(self, path: str, **form: str) -> None:
        self.document = self._post(path, **form)
        self.heard = _said(self.document)

    def _post(self, path: str, **form: str) -> ElementTree.Element:
        form = {"CallSid": self.sid, "From": self.phone, **form}
        signature = RequestValidator(TOKEN).compute_signature(BASE + path, form)
        answers = [
            self._client.post(path, data=form, headers={"X-Twilio-Signature": signature})
            for _ in range(2 if self.repeats else 1)
        ]
        texts = {answer.get_data(as_text=True) for answer in answers}
        assert {answer.status_code for answer in answers} == {200} and len(texts) == 1, texts
        kinds = {
            "/voice/whisper": "whisper", "/voice/taken": "whisper",
            "/voice/wait": "waiting", "/voice/waited": "waiting",
        }  # fmt: skip
        (text,) = texts
        assert find_violation(text, kinds.get(path.partition("?")[0], "call")) is None, text  # type: ignore[arg-type]
        return ElementTree.fromstring(text)


def _said(document: ElementTree.Element) -> list[str]:
    return ["".join(say.itertext()) for say in document.iter("Say")]
