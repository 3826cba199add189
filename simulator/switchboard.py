"""All calls: beginning and finding them, queues, people who answer or not, REST updates."""

from __future__ import annotations

import threading
from email.utils import format_datetime

from core.clock import Clock
from core.errors import NotFoundError
from simulator import interpreter
from simulator.attestation import attestation_of, read_verdict
from simulator.background import Background
from simulator.call import Call, QueueStay, Waiting
from simulator.legs import ANSWERING, Legs
from simulator.recorder import Recorder
from simulator.settings import SimulatorSettings
from simulator.sids import new_sid
from simulator.twiml import Verb
from simulator.webhooks import WebhookSender

WITHHELD = "+266696687"
"""What Twilio gives as From when the caller withholds the number (the keys of "anonymous")."""

DIAL_OUTCOMES = ("no-answer", "busy", "failed", *ANSWERING, "ask")
"""How a dialled person may react: not at all, or by answering and then taking the call
(``completed``), declining it, or doing nothing as a voicemail does (``ignored``). ``ask`` lets the
page or the test decide each time."""

_KEPT_CALLS = 2000


class Switchboard:
    """The calls of the stand-in; and what carrying them out needs (``CallServices``).

    Every change of a call is made under the call's own lock.
    """

    def __init__(
        self,
        settings: SimulatorSettings,
        webhooks: WebhookSender,
        background: Background,
        clock: Clock,
        recorder: Recorder,
    ) -> None:
        self._settings = settings
        self._recorder = recorder
        self.webhooks = webhooks
        self._background = background
        self._clock = clock
        self._calls: dict[str, Call] = {}
        self._queues: dict[str, list[str]] = {}
        self._queue_sids: dict[str, str] = {}
        self._lock = threading.Lock()
        self._legs = Legs(self, self._new_call)
        self.dial_outcome = "no-answer"
        self.dial_seconds = 30

    # Beginning and finding calls

    def start_call(self, from_: str, to: str = "", verdict: str = "none") -> Call:
        """A citizen dials the hotline; returns when the line waits for something.

        ``from_`` is a number, or ``withheld``; ``verdict`` is what the carrier says of it, a name
        of ``VERDICTS`` (of a withheld number it says nothing).
        """
        said = read_verdict(verdict)
        number = WITHHELD if from_ in ("", "withheld") else from_
        call = self._new_call(number, to or self._settings.from_number, "inbound")
        call.verdict = "" if number == WITHHELD else said
        call.callbacks = {
            "url": self.webhooks.public_url("/voice/incoming"),
            "fallback": self.webhooks.public_url("/voice/fallback"),
            "status": self.webhooks.public_url("/voice/status"),
        }
        with call.lock:
            interpreter.begin(self, call, call.callbacks["url"])
        return call

    def place_call(self, from_: str, to: str, callbacks: dict[str, str]) -> Call:
        """The service calls somebody; it rings until ``answer`` or ``hang_up``."""
        call = self._new_call(from_, to, "outbound-api")
        call.callbacks = callbacks
        call.waiting = Waiting("answer", Verb("Answer", {}, ""), {})
        return call

    def get_call(self, sid: str) -> Call:
        """The call. Raises NotFoundError."""
        call = self._calls.get(sid)
        if call is None:
            raise NotFoundError(f"There is no call {sid}.")
        return call

    def list_calls(self) -> list[Call]:
        """The kept calls, newest first."""
        with self._lock:
            return list(reversed(self._calls.values()))

    # What the service does to calls

    def redirect(self, sid: str, url: str, method: str, twiml: str) -> Call:
        """A REST update: the call goes on with another document, as soon as it can be had."""
        call = self.get_call(sid)

        def change() -> None:
            with call.lock:
                if call.is_live:
                    self._recorder.cut(call)
                    interpreter.interrupt(self, call, url, method, twiml)

        self._background.submit(change)
        return call

    def complete(self, sid: str) -> Call:
        """A REST update: the service hangs up."""
        call = self.get_call(sid)

        def change() -> None:
            with call.lock:
                interpreter.end(self, call, "completed")

        self._background.submit(change)
        return call

    # What the interpreter needs (CallServices)

    def parameters(self, call: Call) -> dict[str, str]:
        """The parameters that every voice webhook carries (docs/voice/twiml#request-parameters)."""
        return {
            "AccountSid": self._settings.account_sid,
            "ApiVersion": "2010-04-01",
            "CallSid": call.sid,
            "CallStatus": call.status,
            "Called": call.to,
            "Caller": call.from_,
            "CallerCountry": _country(call.from_),
            "Direction": call.direction,
            "From": call.from_,
            "FromCountry": _country(call.from_),
            "To": call.to,
            "ToCountry": _country(call.to),
            **attestation_of(call.verdict),
            **({"ParentCallSid": call.parent.sid} if call.parent is not None else {}),
        }

    def ended(self, call: Call) -> None:
        """Report the end to the status callback, and let old calls go."""
        call.ended_at = self._clock.now()
        url = call.callbacks.get("status", "")
        if url:
            self.webhooks.notify(
                url,
                {
                    **self.parameters(call),
                    "CallDuration": str(call.duration),
                    "Duration": str((call.duration + 59) // 60),
                    "CallbackSource": "call-progress-events",
                    "SequenceNumber": "0",
                    "Timestamp": format_datetime(call.ended_at),
                },
                method=call.callbacks.get("status_method", "POST"),
                about=call.sid,
            )
        self._legs.cancel(call)
        self._legs.over(call)

    def report_transcription(self, call: Call, event: str, extra: dict[str, str]) -> None:
        """Send a transcription's event in the background
        (docs/voice/twiml/transcription#statuscallbackurl)."""
        running = call.transcription
        url = running.verb.attributes.get("statusCallbackUrl", "") if running else ""
        if running is None or not url:
            return
        running.events += 1
        parameters = {
            "AccountSid": self._settings.account_sid,
            "CallSid": call.sid,
            "TranscriptionSid": running.sid,
            "TranscriptionEvent": event,
            "SequenceId": str(running.events),
            "Timestamp": self._clock.now().isoformat(),
            "LanguageCode": running.verb.attributes.get("languageCode", "en-US"),
            **extra,
        }
        target = self.webhooks.resolve(running.page_url, url)
        method = running.verb.attributes.get("statusCallbackMethod", "POST")
        self._background.submit(
            lambda: self.webhooks.notify(target, parameters, method=method, about=call.sid)
        )

    def join_queue(self, name: str, call: Call, limit: int) -> str | None:
        """Put the call at the queue's end; returns the queue's sid, None when it is full."""
        with self._lock:
            members = self._queues.setdefault(name, [])
            if len(members) >= limit:
                return None
            members.append(call.sid)
            return self._queue_sids.setdefault(name, new_sid("QU"))

    def leave_queue(self, name: str, call: Call) -> None:
        """Take the call out of the queue."""
        with self._lock:
            members = self._queues.get(name, [])
            if call.sid in members:
                members.remove(call.sid)

    def queue_parameters(self, stay: QueueStay, call: Call) -> dict[str, str]:
        """Position and times for the waitUrl (docs/voice/twiml/enqueue#waiturl-parameters)."""
        with self._lock:
            members = list(self._queues.get(stay.name, []))
        position = members.index(call.sid) + 1 if call.sid in members else 1
        return {
            "QueueSid": stay.sid,
            "QueuePosition": str(position),
            "QueueTime": str(round(stay.seconds)),
            "AvgQueueTime": str(round(stay.seconds)),
            "CurrentQueueSize": str(len(members)),
        }

    def dial(self, call: Call, verb: Verb) -> None:
        """Let telephones ring; the people react as is set, unless the page is to decide."""
        self._legs.ring(call, verb)
        if self.dial_outcome != "ask":
            self.finish_dial(call, self.dial_outcome, self.dial_seconds)

    def dial_queue(self, call: Call, verb: Verb, name: str) -> None:
        """Connect the call with the head of a queue; both go on after the talk."""
        with self._lock:
            members = list(self._queues.get(name, []))
        result = {"DialCallStatus": "no-answer", "DialBridged": "false"}
        if members:
            head, seconds = self.get_call(members[0]), self.dial_seconds
            with head.lock:
                interpreter.leave_queue(self, head, "bridged", seconds)
            call.pass_time(seconds)
            result = {
                "DialCallSid": head.sid,
                "DialCallStatus": "completed",
                "DialBridged": "true",
                "DialCallDuration": str(seconds),
            }
        interpreter.go_on(self, call, verb, result, needs_action=True)

    def bridge(self, leg: Call) -> None:
        """Connect a leg that has heard what was whispered to it."""
        self._legs.bridge(leg)

    def pick_up(self, leg: Call) -> None:
        """Somebody answers a leg's telephone."""
        self._legs.talk_seconds = self.dial_seconds
        self._legs.pick_up(leg)

    def finish_dial(self, call: Call, outcome: str, seconds: float) -> None:
        """The dialled person reacted; the document goes on, unless the caller is gone."""
        self._legs.finish(call, outcome, seconds)

    def _new_call(self, from_: str, to: str, direction: str) -> Call:
        call = Call(new_sid("CA"), from_, to, direction, self._clock.now())
        with self._lock:
            self._calls[call.sid] = call
            if len(self._calls) > _KEPT_CALLS:
                oldest = next((one for one in self._calls.values() if not one.is_live), None)
                if oldest is not None:
                    del self._calls[oldest.sid]
        return call


def _country(number: str) -> str:
    return "CN" if number.startswith("+86") else ""
