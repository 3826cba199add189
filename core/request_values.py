"""Values of requests, read so that nothing that comes in can break what reads it. Pure.

``str.isdigit`` says yes to ``²`` and ``str.isdecimal`` to digits of all scripts, and ``int`` takes
time that grows faster than the length of what it reads (docs.python.org/3/library/stdtypes.html,
"Integer string conversion length limitation"); so numbers are read here and nowhere else.
"""

from __future__ import annotations

import hashlib
import re

MAX_ROW_ID = 2**63 - 1
"""The largest id that a database has."""
MAX_COUNT = 2**31 - 1
"""The largest number that an integer column takes."""

_NUMBER = re.compile(r"[0-9]{1,19}")
_NAME = re.compile(r"[!-~]+")
_SID = re.compile(r"[A-Za-z0-9_-]+")
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


def read_number(written: object, max_value: int = MAX_COUNT) -> int | None:
    """A whole number in the digits 0 to 9, from 0 to ``max_value``; None for anything else."""
    if not isinstance(written, str) or not _NUMBER.fullmatch(written):
        return None
    number = int(written)
    return number if number <= max_value else None


def storable(words: str) -> str:
    """``words`` without what no database takes: NUL (PostgreSQL) and halves of pairs (UTF-8)."""
    return _UNSTORABLE.sub("", words)


def is_name(written: str, max_length: int) -> bool:
    """Whether this can be somebody's name for a thing: printable ASCII without spaces."""
    return len(written) <= max_length and _NAME.fullmatch(written) is not None


def is_sid(written: str, max_length: int) -> bool:
    """Whether this can be Twilio's name for a call, a text or a recording, which stands in
    addresses as it is."""
    return len(written) <= max_length and _SID.fullmatch(written) is not None


def as_name(written: str, max_length: int) -> str:
    """The name itself where it is one, else a hash of it that is one: nothing is lost because a
    provider's names are longer than ours or stranger."""
    if is_name(written, max_length):
        return written
    digest = hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()
    return f"sha256-{digest}"[:max_length]
