"""What a caller hears when something is broken: always a sentence and a way to leave a message.

These documents need neither the database nor the engine, so that they can be given when both are
down; the provider keeps the recording, and its report or the collecting job makes the case.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from dialogue.replies import End, Listen, Reply, Say, TakeRecording
from dialogue.wordings import wording
from hotline.twilio.paths import RECORDING, STORED
from hotline.twilio.twiml import Links, render

MAX_SECONDS = 120
Reason = Literal["sorry", "full"]


def message_document(reason: Reason, language: str = "zh") -> str:
    """Say what is wrong and record a message."""
    words = wording(language, "voice", f"failure.{reason}")
    replies: list[Reply] = [Say(words, language), TakeRecording(language, MAX_SECONDS)]
    return render(replies, Links(STORED, STORED, RECORDING))


def stored_document(language: str = "zh") -> str:
    """Thank for the message and hang up."""
    words = wording(language, "voice", "failure.thanks")
    return render([Say(words, language), End()], Links(STORED, STORED, RECORDING))


def starting_words(language: str) -> Say:
    """Say that no question is understood yet, and which keys reach a person or a message."""
    return Say(_starting()[language], language)


def starting_document(turn_path: str, language: str) -> str:
    """Say so, and take keys or words for the same turn again."""
    replies: list[Reply] = [starting_words(language), Listen(language)]
    return render(replies, Links(turn_path, turn_path, RECORDING))


@cache
def _starting() -> dict[str, str]:
    path = Path(__file__).with_name("starting.toml")
    return {str(k): str(v) for k, v in tomllib.loads(path.read_text(encoding="utf-8")).items()}
