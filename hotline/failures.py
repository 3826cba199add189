"""What a caller hears when something is broken: always a sentence and a way to leave a message.

These documents need neither the database nor the engine, so that they can be given when both are
down; the provider keeps the recording, and its report or the collecting job makes the case.
"""

from __future__ import annotations

from typing import Literal

from dialogue.replies import End, Reply, Say, TakeRecording
from dialogue.wordings import wording
from hotline.twiml import Links, render

MOST_SECONDS = 120
Reason = Literal["sorry", "full"]
KEPT_PATH = "/voice/kept"
RECORDING_PATH = "/voice/recording"


def message_document(reason: Reason, language: str = "zh") -> str:
    """Say what is wrong and record a message."""
    words = wording(language, "voice", f"failure.{reason}")
    replies: list[Reply] = [Say(words, language), TakeRecording(language, MOST_SECONDS)]
    return render(replies, Links(KEPT_PATH, KEPT_PATH, RECORDING_PATH))


def kept_document(language: str = "zh") -> str:
    """Thank for the message and hang up."""
    words = wording(language, "voice", "failure.thanks")
    return render([Say(words, language), End()], Links(KEPT_PATH, KEPT_PATH, RECORDING_PATH))
