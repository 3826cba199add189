"""Reading the fields of a form: words in, domain values out. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from core.characters import half_width
from core.clock import LOCAL_ZONE
from core.errors import InputError
from core.ranges import Range, T

Word = TypeVar("Word", bound=StrEnum)


FIRST_DAY = date(1949, 10, 1)
"""No matter of the service is older."""
_LAST_DAY = date(2199, 12, 31)
MAX_CHARACTERS: Mapping[str, int] = {
    "text": 6000,
    "issue": 4000,
    "body": 2000,
    "reason": 1000,
    "words": 1000,
    "contact_words": 300,
    "employer": 120,
    "title": 120,
    "citizen_name": 60,
    "phone": 30,
}
"""Of the fields that people write; all others have _MAX_OTHER."""
_MAX_OTHER = 200
_TOO_LONG = {
    "text": "An answer has 6000 characters at most.",
    "reason": "A reason has 1000 characters at most.",
}


@dataclass(frozen=True)
class FormValues:
    """The fields of a sent form, and the bytes of its files. Each reader raises InputError naming
    the field. ``last_day``: the last day that a field may say."""

    fields: Mapping[str, str]
    files: Mapping[str, bytes] = field(default_factory=dict)
    last_day: date = _LAST_DAY

    def text(self, name: str) -> str:
        """The words of a field without space around; empty when it is missing."""
        words = self.fields.get(name, "").strip().replace("\r\n", "\n")
        if len(words) > MAX_CHARACTERS.get(name, _MAX_OTHER):
            raise InputError(_TOO_LONG.get(name, "This is too long."), name)
        return words

    def optional(self, name: str) -> str | None:
        """The words, or None when there are none."""
        return self.text(name) or None

    def file(self, name: str) -> bytes:
        """The bytes of a file; one that is missing or empty is refused."""
        content = self.files.get(name, b"")
        if not content:
            raise InputError("Choose a file.", name)
        return content

    def word(self, name: str, words: type[Word]) -> Word:
        """A word of a closed set."""
        try:
            return words(self.text(name))
        except ValueError as error:
            raise InputError("Choose one of the list.", name) from error

    def integer(self, name: str) -> int | None:
        """A whole number, or None when it is empty."""
        raw = self.text(name)
        if not raw:
            return None
        if not raw.isdecimal() or len(raw) > 9:
            raise InputError("This is not a whole number.", name)
        return int(raw)

    def amount(self, name: str) -> Decimal | None:
        """An amount of yuan, or None when it is empty."""
        raw = self.text(name).replace(",", "")
        if not raw:
            return None
        try:
            value = Decimal(raw).quantize(Decimal("0.01"))
        except InvalidOperation as error:
            raise InputError("This is not an amount.", name) from error
        if not value.is_finite():
            raise InputError("This is not an amount.", name)
        if not 0 <= value < Decimal(10) ** 12:
            raise InputError("The amount is out of range.", name)
        return value

    def count_range(self, name: str) -> Range[int] | None:
        """A count, "2-3" or "100+" (at least), or None when it is empty."""
        return _range(self.text(name), name, lambda part: FormValues({name: part}).integer(name))

    def amount_range(self, name: str) -> Range[Decimal] | None:
        """An amount of yuan, "20000-30000" or "20000+" (at least), or None when it is empty."""
        return _range(self.text(name), name, lambda part: FormValues({name: part}).amount(name))

    def on(self, name: str) -> date | None:
        """A day from 1949 to ``last_day``, or None when it is empty."""
        raw = self.text(name)
        try:
            day = date.fromisoformat(raw) if raw else None
        except ValueError as error:
            raise InputError("This is not a day.", name) from error
        if day is not None and not FIRST_DAY <= day <= self.last_day:
            raise InputError("This day is out of range.", name)
        return day

    def at(self, name: str) -> datetime | None:
        """A local moment to the minute, aware; None when it is empty."""
        raw = self.text(name)
        try:
            moment = datetime.fromisoformat(raw).replace(tzinfo=LOCAL_ZONE) if raw else None
        except ValueError as error:
            raise InputError("This is not a moment.", name) from error
        if moment is not None and not FIRST_DAY <= moment.date() <= self.last_day:
            raise InputError("This moment is out of range.", name)
        return moment


def _range(raw: str, name: str, read: Callable[[str], T | None]) -> Range[T] | None:
    plain = half_width(raw).replace(" ", "").replace("–", "-")
    if not plain:
        return None
    first, dash, last = plain.partition("-")
    is_open = plain.endswith("+") and not dash
    lower = read(first.removesuffix("+"))
    upper = read(last) if dash else (None if is_open else lower)
    if lower is None or (dash and upper is None):
        raise InputError("This is not a range.", name)
    if upper is not None and lower > upper:
        raise InputError("The first end is larger than the last.", name)
    return Range(lower, upper)
