"""From replies to TwiML. Pure.

Source: twilio.com/docs/voice/twiml. The SDK validates nothing that it writes, so
``hotline.twilio.twiml_rules`` looks at each document before it leaves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from twilio.twiml.voice_response import VoiceResponse

from callcentre.queue_rules import CallQueue
from dialogue.replies import End, Enqueue, Listen, Reply, Say, TakeRecording, Transfer
from hotline.twilio.paths import WAIT, WHISPER


@dataclass(frozen=True)
class SpokenLanguage:
    """How Twilio calls a language: voice and tag for speaking, tag for listening."""

    voice: str
    speak: str
    listen: str


# Three different tags for one tongue: see TwiML <Say> (Polly voices) and <Gather> (languages).
SPOKEN = {
    "zh": SpokenLanguage("Polly.Zhiyu-Neural", "cmn-CN", "cmn-Hans-CN"),
    "yue": SpokenLanguage("Polly.Hiujin-Neural", "yue-CN", "yue-Hant-HK"),
    "en": SpokenLanguage("Polly.Joanna-Neural", "en-US", "en-US"),
}
LISTEN_SECONDS = 6
# A citizen who asked for a moment, or whose life is in danger.
PATIENT_SECONDS = 20
RECORD_SILENCE_SECONDS = 5
DIAL_SECONDS = 20
MAX_TALK_SECONDS = 7200
MAX_QUEUED = 100
TRANSCRIPTION = "recording"
# One Say takes about 500 Chinese characters (4,500 bytes URL-encoded).
MAX_CHARACTERS_A_SAY = 480
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Links:
    """Where the document sends Twilio next: paths, absolute on the public host."""

    next_turn: str
    silent: str
    recording_status: str
    whisper: str = WHISPER
    transcript: str = ""
    """Where transcripts of a recording are sent while it is made; empty: none are made."""
    is_transcribed: bool = False
    """Whether the transcription that began with a recording still runs and has to be stopped."""
    wait: str = WAIT


def render(replies: Sequence[Reply], links: Links) -> str:
    """One TwiML document for the replies of a turn.

    Words that come before a Listen are nested in its Gather. A document that neither waits nor
    ends goes on to the next turn as silence, so that no call is cut off.
    """
    response: Any = VoiceResponse()
    if links.is_transcribed:
        response.stop().transcription(name=TRANSCRIPTION)
    waiting: list[Say] = []
    goes_on = True
    for reply in replies:
        match reply:
            case Say():
                waiting.append(reply)
            case Listen():
                _listen(response, reply, waiting, links)
                waiting = []
            case TakeRecording():
                _speak_all(response, waiting)
                waiting = []
                links = _record(response, reply, links)
            case Transfer():
                _speak_all(response, waiting)
                waiting = []
                _dial(response, reply, links)
                goes_on = False
            case Enqueue():
                _speak_all(response, waiting)
                waiting = []
                _enqueue(response, reply, links)
                goes_on = False
            case End():
                _speak_all(response, waiting)
                waiting = []
                response.hangup()
                goes_on = False
            case _:
                # Texts leave through the outbox.
                continue
    _speak_all(response, waiting)
    if goes_on:
        response.redirect(links.silent, method="POST")
    return str(response)


def empty() -> str:
    """The answer to a callback that expects no instructions."""
    return str(VoiceResponse())


def hang_up() -> str:
    """The end of a call that is no conversation."""
    response: Any = VoiceResponse()
    response.hangup()
    return str(response)


def _speak_all(parent: Any, sayings: list[Say]) -> None:
    for saying in sayings:
        speak(parent, saying)


def speak(parent: Any, saying: Say) -> None:
    """Say words inside a verb or a document."""
    spoken = SPOKEN[saying.language]
    words = _CONTROL.sub("", saying.words).replace("\n", " ")
    for start in range(0, len(words), MAX_CHARACTERS_A_SAY):
        piece = words[start : start + MAX_CHARACTERS_A_SAY]
        if saying.slowly:
            say = parent.say(voice=spoken.voice, language=spoken.speak)
            say.prosody(piece, rate="slow")
        else:
            parent.say(piece, voice=spoken.voice, language=spoken.speak)


def _listen(response: Any, listen: Listen, sayings: list[Say], links: Links) -> None:
    attributes: dict[str, Any] = {
        "input": "dtmf speech" if listen.speech else "dtmf",
        "action": links.next_turn,
        "method": "POST",
        "timeout": PATIENT_SECONDS if listen.is_patient else LISTEN_SECONDS,
        "action_on_empty_result": False,
    }
    if listen.digits is None:
        attributes["finish_on_key"] = "#"
    else:
        attributes["num_digits"] = listen.digits
        attributes["finish_on_key"] = ""
    if listen.speech:
        attributes["language"] = SPOKEN[listen.language].listen
        # A fixed pause, because "auto" must not go with the default speech model.
        attributes["speech_timeout"] = "2"
        if listen.hints:
            attributes["hints"] = ",".join(listen.hints)
    gather = response.gather(**attributes)
    _speak_all(gather, sayings)


def _record(response: Any, recording: TakeRecording, links: Links) -> Links:
    """Record, transcribed where that is wished. Returns the links that then hold: the next document
    stops the transcription."""
    if links.transcript:
        response.start().transcription(
            name=TRANSCRIPTION,
            track="inbound_track",
            language_code=SPOKEN[recording.language].listen,
            partial_results=False,
            status_callback_url=links.transcript,
            status_callback_method="POST",
        )
        mark = "&transcribed=1"
        links = replace(links, next_turn=links.next_turn + mark, silent=links.silent + mark)
    response.record(
        action=links.next_turn,
        method="POST",
        max_length=recording.max_seconds,
        timeout=RECORD_SILENCE_SECONDS,
        finish_on_key="#",
        play_beep=True,
        trim="trim-silence",
        recording_status_callback=links.recording_status,
        recording_status_callback_method="POST",
        recording_status_callback_event="completed absent",
    )
    return links


def _dial(response: Any, transfer: Transfer, links: Links) -> None:
    dial = response.dial(
        action=links.next_turn,
        method="POST",
        timeout=DIAL_SECONDS,
        time_limit=MAX_TALK_SECONDS,
        sequential=True,
    )
    for target in transfer.targets:
        name = dial.sip if target.startswith("sip:") else dial.number
        name(target, url=links.whisper, method="POST")


def _enqueue(response: Any, reply: Enqueue, links: Links) -> None:
    response.enqueue(
        CallQueue(reply.language, reply.office_id, reply.is_urgent).name,
        action=links.next_turn,
        method="POST",
        wait_url=links.wait,
        wait_url_method="POST",
        max_queue_size=MAX_QUEUED,
    )
