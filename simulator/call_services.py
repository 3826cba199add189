"""What carrying out a call needs from outside: webhooks, queues, and people who are dialled."""

from __future__ import annotations

from typing import Protocol

from simulator.call import Call, QueueStay
from simulator.twiml import Verb
from simulator.webhooks import WebhookSender


class CallServices(Protocol):
    """The switchboard, as the interpreter sees it."""

    @property
    def webhooks(self) -> WebhookSender: ...

    def parameters(self, call: Call) -> dict[str, str]:
        """The parameters that every voice webhook carries."""
        ...

    def ended(self, call: Call) -> None:
        """Called once when a call is over."""
        ...

    def report_transcription(self, call: Call, event: str, extra: dict[str, str]) -> None:
        """Tell the service of something that the running transcription did."""
        ...

    def join_queue(self, name: str, call: Call, limit: int) -> str | None:
        """Put the call at the queue's end; returns the queue's sid, None when it is full."""
        ...

    def leave_queue(self, name: str, call: Call) -> None:
        """Take the call out of the queue."""
        ...

    def queue_parameters(self, stay: QueueStay, call: Call) -> dict[str, str]:
        """Position and times for the waitUrl."""
        ...

    def dial(self, call: Call, verb: Verb) -> None:
        """Called when a Dial begins; may resolve it at once."""
        ...

    def dial_queue(self, call: Call, verb: Verb, name: str) -> None:
        """Called when a Dial is for the head of a queue; resolves it."""
        ...

    def bridge(self, leg: Call) -> None:
        """Called when a dialled leg's own document has come to its end."""
        ...
