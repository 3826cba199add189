"""The calls that a Dial makes: they ring, hear a document of their own, and are connected.

Source: twilio.com/docs/voice/twiml/dial and .../number ("url": what the called party hears before
the two are connected; when that document hangs up, they never are).
"""

from __future__ import annotations

from collections.abc import Callable

from simulator import interpreter
from simulator.call import Call, Waiting
from simulator.call_services import CallServices
from simulator.twiml import Verb

ANSWERING = {"completed": "1", "declined": "2", "ignored": ""}
"""How somebody reacts who picks up -> the key that they press when one is asked for."""
_MAX_KEYS = 3

NewCall = Callable[[str, str, str], Call]


class Legs:
    """The legs of all calls. A leg shares the lock of the call that dials it."""

    def __init__(self, services: CallServices, new_call: NewCall) -> None:
        self._services = services
        self._new_call = new_call
        self.talk_seconds: float = 30

    def ring(self, call: Call, verb: Verb) -> None:
        """Let everybody ring who is dialled."""
        targets = verb.children or (Verb("Number", {}, verb.text),)
        call.legs = [self._leg(call, target) for target in targets]

    def finish(self, call: Call, outcome: str, seconds: float) -> None:
        """Let the person who is dialled react. ``outcome``: no-answer, busy, failed, or one of
        ``ANSWERING``; who answers first is the first dialled."""
        waiting = call.waiting
        if waiting is None or waiting.kind != "dial":
            return
        live = [leg for leg in call.legs if leg.is_live]
        if outcome not in ANSWERING:
            call.pass_time(waiting.details["timeout"])
            for leg in live:
                interpreter.end(self._services, leg, outcome)
            return
        self.talk_seconds = seconds
        self.pick_up(live[0])
        for _ in range(_MAX_KEYS):
            if live[0].waiting is None or live[0].waiting.kind != "gather":
                return
            self._react(live[0], ANSWERING[outcome])

    def pick_up(self, leg: Call) -> None:
        """Somebody answers: what is whispered to them comes first."""
        leg.waiting = None
        leg.status = "in-progress"
        url = leg.callbacks.get("url", "")
        if url:
            interpreter.begin(self._services, leg, url, leg.callbacks["url_method"])
        else:
            self.bridge(leg)

    def bridge(self, leg: Call) -> None:
        """Connect the leg with the call that dialled it; they talk, and the call goes on."""
        call = leg.parent
        if call is None or call.waiting is None or call.waiting.kind != "dial":
            interpreter.end(self._services, leg, "completed")
            return
        verb, seconds = call.waiting.verb, self.talk_seconds
        call.note("network", "Dial", "completed")
        for other in call.legs:
            if other is not leg and other.is_live:
                interpreter.end(self._services, other, "canceled")
        call.waiting = None
        leg.note("network", "Bridge", call.sid)
        for one in (call, leg):
            one.pass_time(seconds)
        interpreter.end(self._services, leg, "completed")
        result = {
            "DialCallSid": leg.sid,
            "DialCallStatus": "completed",
            "DialBridged": "true",
            "DialCallDuration": str(round(seconds)),
        }
        interpreter.go_on(self._services, call, verb, result, needs_action=True)

    def over(self, leg: Call) -> None:
        """A leg is over without a connection: when it was the last, the call goes on.

        Twilio calls a leg completed that was answered and then hung up on, and tells by
        ``DialBridged`` that nobody was connected.
        """
        call = leg.parent
        if call is None or call.waiting is None or call.waiting.kind != "dial":
            return
        if any(other.is_live for other in call.legs):
            return
        call.note("network", "Dial", leg.status)
        result = {
            "DialCallSid": leg.sid,
            "DialCallStatus": leg.status,
            "DialBridged": "false",
        }
        interpreter.go_on(self._services, call, call.waiting.verb, result, needs_action=True)

    def cancel(self, call: Call) -> None:
        """The call is over: nobody rings for it any more."""
        for leg in call.legs:
            if leg.is_live:
                interpreter.end(self._services, leg, "canceled")

    def _leg(self, call: Call, target: Verb) -> Call:
        leg = self._new_call(call.from_, target.text, "outbound-dial")
        leg.parent, leg.lock = call, call.lock
        page_url = call.page.url if call.page else ""
        resolve = self._services.webhooks.resolve
        whisper, status = (target.attributes.get(name, "") for name in ("url", "statusCallback"))
        events = target.attributes.get("statusCallbackEvent", "completed").split()
        leg.callbacks = {
            "url": resolve(page_url, whisper) if whisper else "",
            "url_method": target.attributes.get("method", "POST"),
            "status": resolve(page_url, status) if status and "completed" in events else "",
            "status_method": target.attributes.get("statusCallbackMethod", "POST"),
            "twiml": "",
        }
        leg.waiting = Waiting("answer", Verb("Answer", {}, ""), {})
        return leg

    def _react(self, leg: Call, key: str) -> None:
        leg.note("person", "press" if key else "silence", key)
        if not key and leg.waiting is not None:
            leg.pass_time(leg.waiting.details["timeout"])
        result = {"Digits": key, "FinishedOnKey": ""} if key else {}
        interpreter.end_gather(self._services, leg, result)
