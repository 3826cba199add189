"""How large what providers post may be, as a whole and field by field. Pure.

Twilio's largest webhook is a text of 1,600 characters with ten pictures, about 30 kB
(twilio.com/docs/messaging/guides/webhook-request). New parameters are added without notice
(twilio.com/docs/usage/webhooks), so one that is not known here is no fault; it is bounded like all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.errors import InputError
from core.request_values import is_sid, storable

MAX_BYTES = 128 * 1024
"""Of a whole request. A larger one is refused unread."""
MAX_PARAMETERS = 200
"""Of a form. One with more is refused before it is parsed, and so before its signature is known."""
MAX_NAME = 64
"""Of a provider's name for a call, a text or a recording."""
MAX_STATUS = 16
MAX_SPEECH = 4_000
"""Characters of recognised speech: more than a caller says in a minute."""

NAMES = frozenset(
    {"CallSid", "ParentCallSid", "MessageSid", "SmsSid", "RecordingSid", "DialCallSid"}
)
"""Fields that name a thing: rows are found by them, so a wrong one is refused and never cut."""
LENGTHS: Mapping[str, int] = {
    "Body": MAX_BYTES,
    "SpeechResult": MAX_SPEECH,
    "UnstableSpeechResult": MAX_SPEECH,
    "Digits": 32,
    "FinishedOnKey": 8,
    "CallStatus": MAX_STATUS,
    "DialCallStatus": MAX_STATUS,
    "RecordingStatus": MAX_STATUS,
    "MessageStatus": MAX_STATUS,
    "ErrorCode": MAX_STATUS,
}
"""Characters of a field; the rest is cut off. The words of a text are cut where they come in
(``sms.inbound``), and its sender is told."""
MAX_LENGTH = 256
"""Of any other field."""


def has_too_many_parameters(body: bytes, max_parameters: int = MAX_PARAMETERS) -> bool:
    """Whether a form that is not parsed yet has too many parameters."""
    return body.count(b"&") >= max_parameters


def limit_fields(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The fields of a genuine form, each once (the first counts), within their lengths and without
    what no database takes.

    Raises InputError for a field of ``NAMES`` that can be no name.
    """
    limited: dict[str, str] = {}
    for name, value in fields:
        if name in NAMES and value and not is_sid(value, MAX_NAME):
            raise InputError("This names nothing.", name)
        limited.setdefault(name, storable(value)[: LENGTHS.get(name, MAX_LENGTH)])
    return limited
