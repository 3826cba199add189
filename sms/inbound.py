"""From Twilio's messaging parameters to values. Pure.

Source: twilio.com/docs/messaging/guides/webhook-request (texts that come in) and
.../track-outbound-message-status (delivery reports).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from outbox.delivery import Report
from outbox.parts import clean_words
from providers.twilio_texts import STATUSES, refusal_of


class Outcome(StrEnum):
    """What became of a text that came in."""

    WAITING = "waiting"
    """It is stored and its turn has not come yet."""
    SERVED = "served"
    """It was a turn of a conversation."""
    RATED = "rated"
    REMARKED = "remarked"
    """A sentence was sent back without a turn (a picture, only signs, another language)."""
    OPTED_OUT = "opted_out"
    OPTED_IN = "opted_in"
    UNHEARD = "unheard"
    """The sender wants no texts, so nothing can be answered."""
    FLOODED = "flooded"
    AUTOMATIC = "automatic"
    """A machine sent it; answering would begin a loop."""
    NO_NUMBER = "no_number"
    """The sender is no number that could be written to."""
    FAILED = "failed"


@dataclass(frozen=True)
class InboundMessage:
    """A text as its provider delivered it. ``sid`` is unique over all providers."""

    sid: str
    sender: str = field(repr=False)
    words: str = field(repr=False)
    attachments: int = 0


def read_message(form: Mapping[str, str]) -> InboundMessage:
    """The text of a webhook. Raises KeyError without a MessageSid."""
    media = form.get("NumMedia", "0")
    return InboundMessage(
        sid=form["MessageSid"],
        sender=form.get("From", ""),
        words=clean_words(form.get("Body", "")),
        attachments=int(media) if media.isdigit() else 0,
    )


def read_report(form: Mapping[str, str], reference: str, provider: str = "twilio") -> Report | None:
    """The delivery report of a webhook; None for a status that says nothing about delivery."""
    status = form.get("MessageStatus", "")
    meaning = STATUSES.get(status)
    if meaning is None or not form.get("MessageSid"):
        return None
    code = form.get("ErrorCode", "")
    return Report(
        provider=provider,
        provider_sid=form["MessageSid"],
        status=status,
        meaning=meaning,
        reference=reference,
        refusal=refusal_of(code) if code else None,
        error_code=code or None,
    )
