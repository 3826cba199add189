"""One conversation: an immutable value that a turn replaces by a new one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dialogue.slots import Slots, State

Channel = Literal["voice", "text"]


@dataclass(frozen=True)
class Frame:
    """One flow that is going on: the state in which it waits, and what it has gathered."""

    state: State | None
    slots: Slots

    @property
    def name(self) -> str:
        """Flow and state, for records: ``petition.ask``."""
        return f"{self.slots.flow}.{self.state or 'begin'}"


@dataclass(frozen=True)
class Said:
    """Words that were said in the last turn, to be said again on request."""

    words: str
    language: str


@dataclass(frozen=True)
class Conversation:
    """The state between two turns.

    ``id`` is the CallSid of a call, or a name made from the keyed hash of a texter's number and
    the moment it began. ``phone`` (E.164) is empty when withheld; ``is_proved`` tells that it is
    the citizen's (a texter's is, a caller's where the carrier vouches for it), ``proved_phones``
    are those that a code proved. ``stack`` holds the flows that
    are going on, the one whose answer is awaited last; it is empty before the first turn.
    ``topic`` is what was answered last. ``danger`` is the kind of the danger to life that was
    told, ``offered_help`` what was offered once. ``parked`` is a petition that was broken off and
    can be taken up again. ``uses_letters``: choices in texts are letters,
    because digits rate an earlier service. ``is_restarted``: the stored state was of an older
    form and could not be read. ``contact_way`` and what follows it: how, when and whether the
    citizen wants to be reached (``core.contact_wishes``).
    """

    id: str
    channel: Channel
    phone: str
    phone_key: str
    can_text: bool
    language: str
    started_at: str
    stack: tuple[Frame, ...] = ()
    turn: int = 0
    silences: int = 0
    no_matches: int = 0
    is_slow: bool = False
    topic: str | None = None
    asked: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    said: tuple[Said, ...] = ()
    danger: str = ""
    offered_help: tuple[str, ...] = ()
    uses_letters: bool = False
    asked_to_rate: bool = False
    is_restarted: bool = False
    is_proved: bool = False
    proved_phones: tuple[str, ...] = ()
    parked: Frame | None = None
    contact_way: str = ""
    contact_hours: str = ""
    is_contact_discreet: bool = False
    contact_words: str = ""
    is_over: bool = False

    @property
    def place(self) -> str:
        """Flow and state in which the conversation waits, for records and statistics."""
        return self.stack[-1].name if self.stack else "question.begin"

    def has_proved(self, phone: str) -> bool:
        """Whether a number (E.164) was shown to be the citizen's; otherwise it is a claim."""
        return phone in self.proved_phones or (self.is_proved and phone == self.phone != "")

    @property
    def is_asking_freely(self) -> bool:
        """Whether nothing is being filled in: the citizen may ask whatever they like."""
        return not any(frame.slots.is_filling_in for frame in self.stack)
