"""States of a text and of an attempt to send it, and which of them follows which (tables)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from providers.texts import TextStatus


class TextState(StrEnum):
    """How far a text has come."""

    QUEUED = "queued"
    """Waits for its turn; later texts to the number wait behind it."""
    SENDING = "sending"
    """A sender holds it until ``lease_until``; after that nobody knows what became of it."""
    UNKNOWN = "unknown"
    """Handed over without a clear answer; to be looked up at the provider."""
    WAITING = "waiting"
    """Was not delivered and will be tried again; later texts need not wait for it."""
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    """Not delivered, and not worth another try."""
    FAILED = "failed"
    """Given up before any provider took it."""
    EXPIRED = "expired"
    """Too old to be of use when its turn came."""
    SUPPRESSED = "suppressed"
    """Never to be sent; ``reason`` says why."""


class Reason(StrEnum):
    """Why a text was suppressed."""

    OPTED_OUT = "opted_out"
    NOT_TEXTABLE = "not_textable"
    ONE_WAY = "one_way"
    EMPTY = "empty"
    NOT_PROVED = "not_proved"
    """Nobody has shown that the number is the citizen's."""
    COUNTRY = "country"
    """The number's country is not among those that are written to or called."""
    PREMIUM = "premium"
    """The number is of a range that costs more, or is no telephone."""
    DESTINATION = "destination"
    """As many went to this number as may."""
    CALLER = "caller"
    """As many went at the wish of this caller as may."""


PENDING = (TextState.QUEUED, TextState.SENDING, TextState.UNKNOWN, TextState.WAITING)
HOLDING_THE_LINE = (TextState.QUEUED, TextState.SENDING, TextState.UNKNOWN)
"""While a number has a text in one of these, later ones to it wait."""
BILLED = (TextState.ACCEPTED, TextState.SENT, TextState.DELIVERED, TextState.UNDELIVERED)


class AttemptState(StrEnum):
    """How far one attempt has come; the names of ``TextStatus`` and what comes before them."""

    OPEN = "open"
    REFUSED = "refused"
    NOT_TAKEN = "not_taken"
    """Looked up and not found: certainly never taken."""
    ACCEPTED = "accepted"
    SENT = "sent"
    UNDELIVERED = "undelivered"
    DELIVERED = "delivered"


RANK: Mapping[str, int] = {
    AttemptState.OPEN: 0,
    AttemptState.REFUSED: 0,
    AttemptState.NOT_TAKEN: 0,
    AttemptState.ACCEPTED: 1,
    AttemptState.SENT: 2,
    AttemptState.UNDELIVERED: 3,
    AttemptState.DELIVERED: 4,
}
"""Reports arrive late and out of order; an attempt only moves to a higher rank. Delivered is the
highest: whoever has it has it, whatever was believed before."""

STATE_OF: Mapping[TextStatus, TextState] = {
    TextStatus.ACCEPTED: TextState.ACCEPTED,
    TextStatus.SENT: TextState.SENT,
    TextStatus.DELIVERED: TextState.DELIVERED,
    TextStatus.UNDELIVERED: TextState.UNDELIVERED,
}
