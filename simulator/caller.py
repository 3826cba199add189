"""What people do in calls: the citizen's keys, words and messages, and somebody who answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import ConflictError, InputError
from simulator import interpreter
from simulator.call import Call, spoken_seconds
from simulator.recorder import Recorder
from simulator.recordings import cut_wav, spoken_wav, wav_seconds
from simulator.switchboard import DIAL_OUTCOMES, Switchboard
from simulator.twiml import Verb

_SHORTEST_RECORDING = 0.5
"""Seconds; less counts as nothing recorded."""


class Callers:
    """The acts of callers. Each returns when the line waits for the next, or the call is over.

    All raise NotFoundError for an unknown call, ConflictError for one that is over or not ready
    for the act, InputError for what no caller could do. A key or word that nothing waits for is
    lost, as on a real line.
    """

    def __init__(self, switchboard: Switchboard, recorder: Recorder) -> None:
        self._switchboard = switchboard
        self._recorder = recorder

    def press(self, sid: str, digits: str) -> Call:
        """The caller presses keys and then pauses.

        Gather takes them up to its finishing key or its number of digits; in a recording any
        finishing key ends it (with nothing recorded where nothing was said).
        """
        if not digits or set(digits) - set("0123456789*#"):
            raise InputError("Keys are 0 to 9, * and #.", "digits")
        with self._caller_actions(sid, "press", digits) as call:
            waiting = call.waiting
            if waiting and waiting.kind == "gather":
                if "dtmf" in waiting.details["input"]:
                    interpreter.end_gather(
                        self._switchboard, call, _collected(digits, waiting.details)
                    )
            elif waiting and waiting.kind == "record":
                finishing = set(waiting.details["finish_on_key"]) & set(digits)
                if finishing:
                    self._end_recording(call, waiting.verb, min(finishing))
        return call

    def say(self, sid: str, text: str, confidence: float = 0.9) -> Call:
        """The caller says something that is recognised as ``text``, also into a recording."""
        if not text.strip():
            raise InputError("Nothing was said.", "text")
        with self._caller_actions(sid, "say", text) as call:
            call.pass_time(spoken_seconds(text))
            waiting = call.waiting
            if waiting and waiting.kind == "gather" and "speech" in waiting.details["input"]:
                result = {
                    "SpeechResult": text,
                    "Confidence": f"{confidence:.7f}",
                    "Language": waiting.details["language"],
                }
                interpreter.go_on(self._switchboard, call, waiting.verb, result)
            elif waiting and waiting.kind == "record":
                call.recorded += spoken_seconds(text)
                self._transcribe(call, text, confidence)
        return call

    def _transcribe(self, call: Call, text: str, confidence: float) -> None:
        """What a running transcription makes of words (none runs: nothing)."""
        data = {"transcript": text, "confidence": confidence}
        self._switchboard.report_transcription(
            call,
            "transcription-content",
            {
                "TranscriptionData": json.dumps(data, ensure_ascii=False),
                "Track": "inbound_track",
                "Final": "true",
            },
        )

    def stay_silent(self, sid: str) -> Call:
        """The caller says and presses nothing until the line gives up waiting."""
        with self._caller_actions(sid, "silence", "") as call:
            waiting = call.waiting
            if waiting is None:
                return call
            if waiting.kind == "gather":
                call.pass_time(waiting.details["timeout"])
                interpreter.end_gather(self._switchboard, call, {})
            elif waiting.kind == "record":
                call.pass_time(waiting.details["timeout"])
                self._end_recording(call, waiting.verb, "timeout")
            elif waiting.kind == "queue":
                self._wait_in_queue(call, 30)
            elif waiting.kind == "answer":
                interpreter.end(self._switchboard, call, "no-answer")
        return call

    def record(
        self,
        sid: str,
        *,
        seconds: float = 0.0,
        wav: bytes | None = None,
        finish_with: str = "#",
        silent: bool = False,
    ) -> Call:
        """The caller speaks a message: ``wav``, or ``seconds`` of made sound.

        ``finish_with`` is a key, ``hangup`` (the caller just hangs up) or ``timeout`` (the longest
        time is over, or silence followed). Nothing at all falls through to the next verb.
        """
        length = seconds if wav is None else wav_seconds(wav)
        with self._caller_actions(sid, "record", f"{length:.0f}") as call:
            waiting = call.waiting
            if waiting is None or waiting.kind != "record":
                raise ConflictError("The line is not recording.")
            longest = float(waiting.details["max_length"])
            sound = spoken_wav(min(length, longest), silent=silent) if wav is None else wav
            if length > longest:
                sound, length, finish_with = cut_wav(sound, longest), longest, "timeout"
            call.pass_time(length)
            if length >= _SHORTEST_RECORDING:
                self._finish_recording(call, waiting.verb, sound, finish_with)
            elif finish_with == "hangup":
                self._leave(call)
            else:
                self._drop_recording(call, waiting.verb)
        return call

    def wait(self, sid: str, seconds: float) -> Call:
        """The caller waits in the queue; then the waitUrl is asked again."""
        with self._caller_actions(sid, "wait", f"{seconds:g}") as call:
            if call.queue is None:
                raise ConflictError("The caller is not in a queue.")
            self._wait_in_queue(call, seconds)
        return call

    def hang_up(self, sid: str) -> Call:
        """The caller hangs up (or does not answer a call that rings)."""
        with self._caller_actions(sid, "hangup", "") as call:
            self._leave(call)
        return call

    def answer(self, sid: str, seconds: float = 30) -> Call:
        """Somebody answers: who is called, or a person at the queue's or the dial's end.

        A person presses 1 when asked for a key, talks for ``seconds`` and hangs up; then the
        document goes on. Who answers their own telephone hears first what is whispered to them.
        """
        with self._caller_actions(sid, "answer", "") as call:
            waiting = call.waiting
            kind = waiting.kind if waiting else "none"
            if kind == "answer" and call.parent is not None:
                self._switchboard.pick_up(call)
            elif kind == "answer":
                call.waiting = None
                back = call.callbacks
                interpreter.begin(
                    self._switchboard, call, back["url"], back["url_method"], back["twiml"]
                )
            elif kind == "queue":
                interpreter.leave_queue(self._switchboard, call, "bridged", seconds)
            elif kind == "dial":
                self._switchboard.finish_dial(call, "completed", seconds)
            else:
                raise ConflictError("Nothing rings here.")
        return call

    def resolve_dial(self, sid: str, outcome: str, seconds: float = 0) -> Call:
        """Say how a dialled person reacted. ``outcome``: one of ``DIAL_OUTCOMES`` but ``ask``."""
        if outcome not in DIAL_OUTCOMES[:-1]:
            raise InputError("The outcome is not known.", "outcome")
        call = self._switchboard.get_call(sid)
        with call.lock:
            if call.waiting is None or call.waiting.kind != "dial":
                raise ConflictError("The call is not dialling anybody.")
            self._switchboard.finish_dial(call, outcome, seconds)
        return call

    @contextmanager
    def _caller_actions(self, sid: str, verb: str, text: str) -> Iterator[Call]:
        call = self._switchboard.get_call(sid)
        with call.lock:
            if not call.is_live:
                raise ConflictError("The call is over.")
            call.documents = 0
            call.note("caller", verb, text)
            yield call

    def _wait_in_queue(self, call: Call, seconds: float) -> None:
        call.pass_time(seconds)
        interpreter.refetch_waiting(self._switchboard, call)

    def _leave(self, call: Call) -> None:
        waiting = call.waiting
        kind = waiting.kind if waiting else "none"
        if waiting and kind == "record" and call.recorded >= _SHORTEST_RECORDING:
            self._finish_recording(call, waiting.verb, spoken_wav(call.recorded), "hangup")
            return
        if waiting and kind == "record":
            self._recorder.report_nothing(call, waiting.verb)
        page_url = call.page.url if call.page else ""
        interpreter.end(self._switchboard, call, "no-answer" if kind == "answer" else "completed")
        if waiting and kind == "dial":
            gone = {"DialCallStatus": "canceled"}
            interpreter.report_action(self._switchboard, call, waiting.verb, page_url, gone)

    def _finish_recording(self, call: Call, verb: Verb, wav: bytes, finish_with: str) -> None:
        page_url = call.page.url if call.page else ""
        made = self._recorder.keep(call, verb, wav)
        extra = {**made, "Digits": finish_with} if finish_with != "timeout" else made
        if finish_with == "hangup":
            interpreter.end(self._switchboard, call, "completed")
            interpreter.report_action(self._switchboard, call, verb, page_url, extra)
        else:
            interpreter.go_on(self._switchboard, call, verb, extra)

    def _end_recording(self, call: Call, verb: Verb, finish_with: str) -> None:
        if call.recorded >= _SHORTEST_RECORDING:
            self._finish_recording(call, verb, spoken_wav(call.recorded), finish_with)
        else:
            self._drop_recording(call, verb)

    def _drop_recording(self, call: Call, verb: Verb) -> None:
        """Nothing was recorded: the document goes on with its next verb."""
        self._recorder.report_nothing(call, verb)
        call.waiting = None
        interpreter.run(self._switchboard, call)


def _collected(digits: str, details: dict[str, object]) -> dict[str, str]:
    """What a Gather makes of pressed keys: Digits, and the key that finished it."""
    finishing, wanted = str(details["finish_on_key"]), int(str(details["num_digits"]))
    taken = ""
    for digit in digits:
        if finishing and digit in finishing:
            return {"Digits": taken, "FinishedOnKey": digit}
        taken += digit
        if wanted and len(taken) == wanted:
            break
    return {"Digits": taken, "FinishedOnKey": ""}
