"""Texts by Twilio (twilio.com/docs/messaging/api/message-resource)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from core.errors import ProviderError, ProviderUnknownError
from core.request_values import read_number
from providers.texts import AcceptedText, Refusal, TextRefusedError, TextStatus, TextToSend
from providers.twilio_client import was_never_connected

# Twilio's clock and ours may differ by this much.
CLOCK_DIFFERENCE = timedelta(minutes=5)
_MAX_LISTED = 200

# twilio.com/docs/messaging/api/message-resource, "Message Status values".
STATUSES: Mapping[str, TextStatus] = {
    "accepted": TextStatus.ACCEPTED,
    "scheduled": TextStatus.ACCEPTED,
    "queued": TextStatus.ACCEPTED,
    "sending": TextStatus.ACCEPTED,
    "sent": TextStatus.SENT,
    "delivered": TextStatus.DELIVERED,
    "read": TextStatus.DELIVERED,
    "undelivered": TextStatus.UNDELIVERED,
    "failed": TextStatus.UNDELIVERED,
    "canceled": TextStatus.UNDELIVERED,
}

# twilio.com/docs/api/errors: what a code means for the next step.
REFUSALS: Mapping[int, Refusal] = {
    20429: Refusal.BUSY,
    14107: Refusal.BUSY,
    30001: Refusal.BUSY,
    21610: Refusal.OPTED_OUT,
    21211: Refusal.BAD_NUMBER,
    21214: Refusal.BAD_NUMBER,
    21266: Refusal.BAD_NUMBER,
    21604: Refusal.BAD_NUMBER,
    21614: Refusal.BAD_NUMBER,
    21635: Refusal.BAD_NUMBER,
    30004: Refusal.BAD_NUMBER,
    30006: Refusal.BAD_NUMBER,
    30003: Refusal.UNREACHABLE,
    30005: Refusal.UNREACHABLE,
    30008: Refusal.UNREACHABLE,
    30007: Refusal.FILTERED,
    20003: Refusal.SENDER,
    20404: Refusal.SENDER,
    21408: Refusal.SENDER,
    21603: Refusal.SENDER,
    21606: Refusal.SENDER,
    21612: Refusal.SENDER,
    30002: Refusal.SENDER,
    21602: Refusal.WORDS,
    21617: Refusal.WORDS,
}


def refusal_of(code: str) -> Refusal:
    """What one of Twilio's error codes means; OTHER for one that is not known here."""
    return REFUSALS.get(read_number(code) or 0, Refusal.OTHER)


@dataclass(frozen=True)
class TwilioTexts:
    """The provider. ``status_callback`` is the public address for delivery reports.

    ``one_way_prefixes`` are the beginnings of numbers that can be written to but cannot answer
    (Twilio lists no two-way texts in mainland China: "+86").
    """

    client: Client
    sender: str
    status_callback: str
    one_way_prefixes: tuple[str, ...] = ()
    name: str = "twilio"

    def send(self, text: TextToSend) -> AcceptedText:
        """See TextProvider. The reference travels in the address for reports."""
        try:
            message = self.client.messages.create(
                to=text.phone,
                from_=self.sender,
                body=text.words,
                validity_period=text.validity_seconds,
                status_callback=f"{self.status_callback}?{urlencode({'ref': text.reference})}",
            )
        except (TwilioException, RequestException, json.JSONDecodeError) as error:
            raise _provider_error(error) from error
        if not message.sid:
            raise ProviderUnknownError("Twilio answered without a sid.")
        return AcceptedText(message.sid, _status(message.status))

    def find_sent(
        self, text: TextToSend, since: datetime, known_sids: frozenset[str]
    ) -> AcceptedText | None:
        """See TextProvider. Compares number, words and time of the newest texts to the number.

        Not filtered by DateSent at Twilio: a text that still waits there has none yet.
        """
        try:
            listed = self.client.messages.list(to=text.phone, from_=self.sender, limit=_MAX_LISTED)
        except (TwilioException, RequestException, json.JSONDecodeError) as error:
            raise _provider_error(error) from error
        for message in listed:
            is_same = message.body == text.words and message.sid not in known_sids
            if is_same and message.date_created >= since - CLOCK_DIFFERENCE:
                return AcceptedText(message.sid, _status(message.status))
        return None

    def is_two_way(self, phone: str) -> bool:
        """See TextProvider."""
        return not phone.startswith(self.one_way_prefixes) if self.one_way_prefixes else True


def _status(name: object) -> TextStatus:
    return STATUSES.get(str(name), TextStatus.ACCEPTED)


def _provider_error(error: Exception) -> ProviderError:
    """A 4xx was certainly not carried out (429 included); anything else may have been."""
    if was_never_connected(error):
        return TextRefusedError("Twilio cannot be reached.", Refusal.DOWN)
    status = int(getattr(error, "status", 0) or 0)
    if 400 <= status < 500 and status != 408:
        code = str(getattr(error, "code", "") or "")
        refusal = Refusal.BUSY if status == 429 else refusal_of(code)
        return TextRefusedError(f"Twilio refused the text with {code}.", refusal, code)
    return ProviderUnknownError(f"No clear answer from Twilio: {type(error).__name__} {status}.")
