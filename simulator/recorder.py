"""Keeping recordings and reporting them (twilio.com/docs/voice/twiml/record)."""

from __future__ import annotations

from email.utils import format_datetime

from core.clock import Clock
from simulator.background import Background
from simulator.call import Call
from simulator.faults import Faults
from simulator.recordings import spoken_wav, wav_seconds
from simulator.rest_shapes import account_path
from simulator.settings import SimulatorSettings
from simulator.sids import new_sid
from simulator.store import Store
from simulator.twiml import Verb
from simulator.webhooks import WebhookSender


class Recorder:
    """Stores what callers leave; safe to use from several threads."""

    def __init__(
        self,
        settings: SimulatorSettings,
        webhooks: WebhookSender,
        store: Store,
        background: Background,
        faults: Faults,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._webhooks = webhooks
        self._store = store
        self._background = background
        self._faults = faults
        self._clock = clock

    def keep(self, call: Call, verb: Verb, wav: bytes) -> dict[str, str]:
        """Store a recording and report it in the background; returns the action's parameters."""
        sid = new_sid("RE")
        seconds = str(max(round(wav_seconds(wav)), 1))
        made = {
            "RecordingSid": sid,
            "RecordingUrl": self._settings.own_url
            + f"{account_path(self._settings)}/Recordings/{sid}",
            "RecordingDuration": seconds,
        }
        call.recorded = 0.0
        is_absent = self._faults.strikes("recording-absent", call.from_)
        status = "absent" if is_absent else "completed"
        if not is_absent:
            self._store.save_media(sid, wav)
        record = {
            "sid": sid,
            "call_sid": call.sid,
            "duration": seconds,
            "status": status,
            "date_created": self._clock.now().isoformat(),
        }
        self._store.save("recording", call.from_, record)
        self._report(call, verb, status, made)
        return made

    def cut(self, call: Call) -> None:
        """Keep what was spoken into a recording that the service interrupts."""
        waiting = call.waiting
        if waiting is not None and waiting.kind == "record" and call.recorded:
            self.keep(call, waiting.verb, spoken_wav(call.recorded))

    def report_nothing(self, call: Call, verb: Verb) -> None:
        """Report that nothing was recorded, where the document asks for that event."""
        self._report(call, verb, "absent", {"RecordingSid": new_sid("RE")})

    def _report(self, call: Call, verb: Verb, status: str, made: dict[str, str]) -> None:
        url = verb.attributes.get("recordingStatusCallback", "")
        events = verb.attributes.get("recordingStatusCallbackEvent", "completed")
        if not url or status not in events.replace(",", " ").split():
            return
        parameters = {
            "AccountSid": self._settings.account_sid,
            "CallSid": call.sid,
            **made,
            "RecordingStatus": status,
            "RecordingChannels": "1",
            "RecordingSource": "RecordVerb",
            "RecordingStartTime": format_datetime(self._clock.now()),
        }
        target = self._webhooks.resolve(call.page.url if call.page else "", url)
        method = verb.attributes.get("recordingStatusCallbackMethod", "POST")
        self._background.submit(
            lambda: self._webhooks.notify(target, parameters, method=method, about=call.sid)
        )
