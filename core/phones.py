"""Phone numbers: reading, judging, masking. Never log an unmasked number."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType

from core.errors import InputError

HOME_REGION = "CN"
COUNTRIES_RULE = "countries"
"""The name in ``Session.info`` of the calling codes that are written to and called."""
_TEXTABLE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
_CALLABLE = {*_TEXTABLE, PhoneNumberType.FIXED_LINE}
# What Twilio sends as From when the caller withholds the number
# (twilio.com/docs/voice/twiml, "Request parameters").
_WITHHELD = {
    "",
    "anonymous",
    "restricted",
    "unavailable",
    "unknown",
    "+266696687",
    "+7378742833",
    "+2562533",
    "+8656696",
    "+86282452253",
}


@dataclass(frozen=True)
class Phone:
    """A phone number that was understood."""

    e164: str
    can_receive_texts: bool

    @property
    def country_code(self) -> str:
        """The calling code of its country with its plus: ``+86``."""
        return f"+{phonenumbers.parse(self.e164).country_code}"

    @property
    def is_ordinary(self) -> bool:
        """Whether it is a mobile number or a landline, and none that costs who calls it more or is
        no telephone: premium rate, shared cost, personal, pager, voice over IP ranges."""
        return phonenumbers.number_type(phonenumbers.parse(self.e164)) in _CALLABLE

    @property
    def masked(self) -> str:
        """The number with all but its last four digits hidden."""
        return mask(self.e164)

    @property
    def last_four(self) -> str:
        """The last four digits, by which a caller from another phone proves a case is theirs."""
        return self.e164[-4:]


# Each number of a conversation is read several times a turn.
@lru_cache(maxsize=2048)
def parse_phone(raw: str) -> Phone:
    """Read a number as people write it or providers send it (home region China).

    Raises InputError when it is no possible phone number.
    """
    try:
        number = phonenumbers.parse(raw.strip(), HOME_REGION)
    except phonenumbers.NumberParseException as error:
        raise InputError("This is not a phone number.", "phone") from error
    if not phonenumbers.is_valid_number(number):
        raise InputError("This is not a valid phone number.", "phone")
    return Phone(
        e164=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
        can_receive_texts=phonenumbers.number_type(number) in _TEXTABLE,
    )


def find_caller(raw: str) -> Phone | None:
    """The caller's number, or None when it is withheld or not a number."""
    if raw.strip().lower() in _WITHHELD:
        return None
    try:
        return parse_phone(raw)
    except InputError:
        return None


def mask(number: str) -> str:
    """A number for logs and lists: ``+86138****5678``."""
    if len(number) <= 8:
        return "*" * len(number)
    return number[: max(len(number) - 8, 0)] + "****" + number[-4:]


def digits_apart(number: str) -> str:
    """Digits with spaces between them, so that a voice reads them one by one."""
    return " ".join(character for character in number if character.isalnum())
