"""The rules of the call queue. Pure.

The provider's queue holds the calls; here is decided who is where in it. The position is counted
from when a caller came, whether they are still on the phone or wait for a call-back; urgent
callers, whose life is in danger, are before all others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class QueueRules:
    """The time limits and numbers of the call queue.

    ``offer_lasts``: a caller offered to an agent so long ago without being connected is offered
    again. ``connecting_lasts``: the provider needs no longer to connect a caller with the agent who
    took the call. ``max_call_backs``: so often a citizen is called back before the call-back
    becomes a message. ``max_wait_seconds``: who waited longer on the phone is offered a message.
    ``counted_waits``: how many of the last waits tell how long the next will be.
    """

    offer_lasts: timedelta = timedelta(seconds=60)
    connecting_lasts: timedelta = timedelta(seconds=30)
    max_call_backs: int = 2
    max_wait_seconds: int = 600
    counted_waits: int = 10


RULES = QueueRules()


@dataclass(frozen=True)
class CallQueue:
    """One queue at the provider: all callers in it may be served by the same agents, so that its
    head is whom an agent is called for. Urgent callers have a queue of their own, so that nobody is
    the provider's head before them. ``office_id`` is the first office whose agents are called."""

    language: str
    office_id: str
    is_urgent: bool = False

    @property
    def name(self) -> str:
        """What the provider calls it."""
        kind = "urgent" if self.is_urgent else "person"
        office = f"-{self.office_id}" if self.office_id else ""
        return f"{kind}-{self.language}{office}"


@dataclass(frozen=True)
class QueueEntry:
    """A caller who wants an agent. ``office_ids`` are the offices whose agents may take the call,
    the best first; ``about`` is what the agent hears of it. ``is_urgent``: before all who are
    not."""

    conversation_id: str
    phone: str
    language: str
    office_ids: tuple[str, ...]
    about: str
    is_urgent: bool = False
