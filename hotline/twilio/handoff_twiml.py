"""From the call centre's replies to TwiML. Pure.

Source: twilio.com/docs/voice/twiml/dial, .../number (url), .../queue, .../enqueue (waitUrl).
"""

from __future__ import annotations

from typing import Any

from twilio.twiml.voice_response import VoiceResponse

from callcentre.replies import (
    STAFF_LANGUAGE,
    AgentReply,
    ConnectCaller,
    ConnectQueued,
    HangUp,
    KeepWaiting,
    LeaveQueue,
    QueueReply,
    ScreenAgain,
    Screening,
)
from dialogue.replies import Say
from hotline.twilio.paths import WAIT, WAITED
from hotline.twilio.twiml import DIAL_SECONDS, MAX_TALK_SECONDS, SPOKEN, speak

# How long a telephone that was picked up is waited on for the key that takes the call: nobody
# presses one on a voicemail.
ACCEPT_SECONDS = 8
# While waiting for an agent: how long a key is waited for before the position is said again.
WAIT_SECONDS = 20


def render_agent_reply(reply: AgentReply, *, taken: str, again: str, done: str = "") -> str:
    """A document for an agent's telephone. ``taken`` takes the key, ``again`` says everything
    again, ``done`` hears how the connection ended."""
    response: Any = VoiceResponse()
    match reply:
        case Screening():
            gather = response.gather(
                input="dtmf", action=taken, method="POST", num_digits=1, timeout=ACCEPT_SECONDS,
                finish_on_key="",
            )  # fmt: skip
            speak(gather, Say(reply.words, STAFF_LANGUAGE))
            response.hangup()
        case ScreenAgain():
            response.redirect(again, method="POST")
        case ConnectQueued():
            _connect(response, reply, done)
        case HangUp():
            if reply.words:
                speak(response, Say(reply.words, STAFF_LANGUAGE))
            response.hangup()
        case ConnectCaller():
            # A document that says nothing lets the provider connect the two.
            pass
    return str(response)


def _connect(response: Any, reply: ConnectQueued, done: str) -> None:
    if reply.words:
        speak(response, Say(reply.words, STAFF_LANGUAGE))
    dial = response.dial(
        action=done, method="POST", timeout=DIAL_SECONDS, time_limit=MAX_TALK_SECONDS
    )
    if reply.phone:
        dial.number(reply.phone)
    else:
        dial.queue(reply.queue.name)


def render_queue_reply(reply: QueueReply) -> str:
    """A document for a caller in the queue."""
    response: Any = VoiceResponse()
    if isinstance(reply, KeepWaiting):
        gather = response.gather(
            input="dtmf speech", action=f"{WAITED}?turn={reply.turn}", method="POST",
            num_digits=1, timeout=WAIT_SECONDS, finish_on_key="",
            language=SPOKEN[reply.language].listen, speech_timeout="2",
        )  # fmt: skip
        speak(gather, Say(reply.words, reply.language))
        response.redirect(WAIT, method="POST")
        return str(response)
    if reply.words:
        speak(response, Say(reply.words, reply.language))
    response.leave()
    return str(response)


def leave() -> str:
    """Out of the queue at once."""
    return render_queue_reply(LeaveQueue())
