"""From Twilio's messaging parameters to values. Pure.

Source: twilio.com/docs/messaging/guides/webhook-request (texts that come in) and
.../track-outbound-message-status (delivery reports).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.request_values import as_name, read_number, storable
from outbox.delivery import Report
from providers.twilio_texts import STATUSES, refusal_of
from sms.cutting import cut_words

MAX_ATTACHMENTS = 100
MAX_SENDER = 64
_MAX_SID = 60
"""Of a gateway's name for a text: with the gateway's own (31) and the number of a question behind
it stays within the columns that name turns (96)."""


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
    """It could not be served, and its sender was told (texts from before there was SET_ASIDE)."""
    SET_ASIDE = "set_aside"
    """It made those that served it fail as often as it may: staff have it as a task."""


@dataclass(frozen=True)
class InboundMessage:
    """A text as its provider delivered it. ``sid`` is unique over all providers. ``is_cut``: more
    was written than ``words``."""

    sid: str
    sender: str = field(repr=False)
    words: str = field(repr=False)
    attachments: int = 0
    is_cut: bool = False


def make_message(sid: str, sender: str, words: str, attachments: int = 0) -> InboundMessage:
    """A text as it is stored: of what a provider delivers, that which is within the limits."""
    stored, is_cut = cut_words(words)
    return InboundMessage(sid, storable(sender)[:MAX_SENDER], stored, attachments, is_cut)


def message_of_gateway(gateway: str, sid: str, sender: str, words: str) -> InboundMessage:
    """The same of a gateway, whose name stands before its name for the text."""
    return make_message(f"{gateway}/{as_name(sid, _MAX_SID)}", sender, words)


def read_message(form: Mapping[str, str]) -> InboundMessage:
    """The text of a webhook. Raises KeyError without a MessageSid."""
    media = form.get("NumMedia", "0")
    attachments = read_number(media, MAX_ATTACHMENTS) or 0
    return make_message(form["MessageSid"], form.get("From", ""), form.get("Body", ""), attachments)


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
