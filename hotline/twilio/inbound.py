"""From Twilio's voice parameters to the dialogue's turn inputs. Pure.

Source: twilio.com/docs/voice/twiml (request parameters), .../gather, .../record, .../dial,
.../enqueue, .../transcription (callbacks).
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from callcentre.waiting import WaitReport
from core.request_values import read_number
from dialogue.turn_inputs import (
    Pressed,
    QueueEnded,
    Recorded,
    Silent,
    Spoke,
    TransferEnded,
    TurnInput,
)

_REACHED = frozenset({"completed", "answered"})


def read_turn_input(form: Mapping[str, str]) -> TurnInput:
    """What the caller did, from one webhook's parameters. Nothing at all is silence."""
    if "QueueResult" in form:
        return QueueEnded("answered" if form["QueueResult"] == "bridged" else "left")
    if "DialCallStatus" in form:
        return TransferEnded("answered" if is_connected(form) else "not_reached")
    if form.get("RecordingDuration") == "0":
        return Silent()
    if form.get("RecordingSid"):
        return Recorded(
            recording_id=form["RecordingSid"],
            seconds=_length(form.get("RecordingDuration", "")),
            hung_up=form.get("Digits", "") == "hangup",
        )
    # The finishing key is kept: 9 with # is the number nine, 9 alone is the key for a message.
    keys = form.get("Digits", "") + form.get("FinishedOnKey", "")
    if keys:
        return Pressed(keys)
    if form.get("SpeechResult", "").strip():
        return Spoke(form["SpeechResult"].strip(), _fraction(form.get("Confidence", "")))
    return Silent()


def read_transcript(form: Mapping[str, str]) -> Spoke | None:
    """The words of one final utterance of the caller; None for every other event."""
    is_final = form.get("Final", "true") == "true"
    if form.get("TranscriptionEvent") != "transcription-content" or not is_final:
        return None
    try:
        data = json.loads(form.get("TranscriptionData", ""))
    except ValueError:
        return None
    words = data.get("transcript") if isinstance(data, dict) else None
    confidence = data.get("confidence") if isinstance(data, dict) else None
    if not isinstance(words, str) or not words.strip():
        return None
    if not isinstance(confidence, int | float) or not 0 < confidence <= 1:
        confidence = None
    return Spoke(words.strip(), confidence)


def is_connected(form: Mapping[str, str]) -> bool:
    """Whether a Dial connected two people: one who hung up on the whisper was not connected,
    whatever the status says."""
    is_bridged = form.get("DialBridged", "true") == "true"
    return form.get("DialCallStatus") in _REACHED and is_bridged


def read_wait_report(form: Mapping[str, str]) -> WaitReport:
    """What is said of a caller in the queue (parameters of waitUrl)."""
    return WaitReport(
        seconds=read_number(form.get("QueueTime")) or 0,
        position=read_number(form.get("QueuePosition")) or 0,
        average_seconds=read_number(form.get("AvgQueueTime")) or 0,
    )


def _length(written: str) -> int:
    # Of a recording that is still being made nobody knows the length yet; it is no empty one.
    length = read_number(written)
    return 1 if length is None else length


def _fraction(written: str) -> float | None:
    # Twilio sends 0.0 for engines that give no confidence ("Gather", Confidence).
    try:
        value = float(written)
    except ValueError:
        return None
    return value if 0 < value <= 1 else None
