"""What an agent's telephone and a caller in the queue do next: values that a voice provider
renders. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from callcentre.queue_rules import CallQueue

STAFF_LANGUAGE = "zh"
"""Agents are staff of the bureau, who are spoken to in Mandarin."""
TAKING_KEY, DECLINING_KEY = "1", "2"


@dataclass(frozen=True)
class Screening:
    """Say words at a telephone that was picked up, wait for the key that takes the call, and hang
    up without one: nobody presses a key on a voicemail."""

    words: str


@dataclass(frozen=True)
class ScreenAgain:
    """Let the agent hear everything again."""


@dataclass(frozen=True)
class ConnectCaller:
    """Connect the agent with the caller for whom the telephone rang."""


@dataclass(frozen=True)
class ConnectQueued:
    """Connect the agent, after some words, with the head of a queue, or with the phone of a citizen
    who is called back (empty: with the head)."""

    queue: CallQueue
    phone: str = ""
    words: str = ""


@dataclass(frozen=True)
class HangUp:
    """End the agent's own call, after some words."""

    words: str = ""


AgentReply = Screening | ScreenAgain | ConnectCaller | ConnectQueued | HangUp


@dataclass(frozen=True)
class KeepWaiting:
    """Let a caller wait on: words, then a while for a key or a cry for help. ``turn`` is the
    conversation's next one."""

    words: str
    language: str
    turn: int


@dataclass(frozen=True)
class LeaveQueue:
    """Out of the queue, after some words; the call goes on with the next turn."""

    words: str = ""
    language: str = STAFF_LANGUAGE


QueueReply = KeepWaiting | LeaveQueue
