"""What the service asks of whoever carries its texts, in words of its own.

Each provider translates its status names and error codes into ``TextStatus`` and ``Refusal``, so
that no rule above it knows a provider's codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from core.errors import ProviderRefusedError, ProviderUnknownError
from core.request_values import read_number


class TextStatus(StrEnum):
    """How far a text has come at a provider."""

    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"


class Refusal(StrEnum):
    """Why a text was refused, or was not delivered."""

    BUSY = "busy"
    """Too many at once: not processed, come again later."""
    OPTED_OUT = "opted_out"
    BAD_NUMBER = "bad_number"
    """No number, no mobile, or one that is blocked for ever."""
    UNREACHABLE = "unreachable"
    """Switched off, out of coverage, or unknown to the network for now."""
    FILTERED = "filtered"
    """The carrier or the provider took the text for unwanted."""
    SENDER = "sender"
    """This provider will not do it for us (region, account, credentials, balance)."""
    DOWN = "down"
    """Nobody is there: no connection was made, so nothing was handed over."""
    WORDS = "words"
    """The text itself is not acceptable (empty, too long, no template)."""
    OTHER = "other"


class TextRefusedError(ProviderRefusedError):
    """The provider certainly did not take the text. ``provider_code`` is its own code."""

    def __init__(self, message: str, refusal: Refusal, provider_code: str = "") -> None:
        super().__init__(message, read_number(provider_code) or 0)
        self.refusal = refusal
        self.provider_code = provider_code


class LookupUnavailableError(ProviderUnknownError):
    """This provider cannot tell whether it took a text."""


@dataclass(frozen=True)
class TextToSend:
    """One text to one phone.

    ``phone`` is E.164, ``words`` at most 1,600 characters, ``validity_seconds`` (1 to 36,000) how
    long delivery may be tried. ``reference`` names this attempt; it comes back in reports.
    """

    phone: str
    words: str
    kind: str
    language: str
    validity_seconds: int
    reference: str


@dataclass(frozen=True)
class AcceptedText:
    """A text that the provider has taken: its name for it, and how far it has come."""

    provider_sid: str
    status: TextStatus = TextStatus.ACCEPTED


class TextProvider(Protocol):
    """Somebody who carries texts."""

    @property
    def name(self) -> str:
        """A short name, unique among the providers of an installation."""
        ...

    def send(self, text: TextToSend) -> AcceptedText:
        """Hand a text over, once.

        Raises TextRefusedError when it was certainly not taken, ProviderUnknownError when nobody
        can say (no answer in time, or an answer of its own failure).
        """
        ...

    def find_sent(
        self, text: TextToSend, since: datetime, known_sids: frozenset[str]
    ) -> AcceptedText | None:
        """The text if it was taken at or after ``since``, or None when it certainly was not.

        Texts named in ``known_sids`` are other texts with perhaps the same words. Raises
        LookupUnavailableError when this provider cannot tell, another ProviderError when it did
        not answer.
        """
        ...

    def is_two_way(self, phone: str) -> bool:
        """Whether the citizen at ``phone`` can answer a text of this provider."""
        ...
