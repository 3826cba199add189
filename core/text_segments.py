"""How many segments a text costs, and how to cut it, as carriers count (3GPP TS 23.038, 23.040).

A text of GSM-7 characters only holds 160 in one segment and 153 in each of several; characters of
the extension table count two and are never cut in half. One other character makes the whole text
UCS-2: 70 UTF-16 units in one segment, 67 in each of several; a surrogate pair is never cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = frozenset("\f^{}\\[~]|€")
_GSM = GSM_BASIC | GSM_EXTENSION

_SINGLE = {"gsm7": 160, "ucs2": 70}
_JOINED = {"gsm7": 153, "ucs2": 67}


class Encoding(StrEnum):
    """Encoding of a text on the air."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"


@dataclass(frozen=True)
class SegmentCount:
    """What a text costs: encoding, units (septets or UTF-16 units) and segments."""

    encoding: Encoding
    units: int
    segments: int


def encoding_of(text: str) -> Encoding:
    """GSM-7 when every character is in its two tables, UCS-2 otherwise."""
    return Encoding.GSM7 if _GSM.issuperset(text) else Encoding.UCS2


def count_segments(text: str) -> SegmentCount:
    """Encoding, units and segments of ``text``. An empty text still costs one segment."""
    encoding = encoding_of(text)
    return SegmentCount(encoding, _count_units(text, encoding), len(_cut(text, encoding)))


def split_into_segments(text: str) -> list[str]:
    """The text as the carrier cuts it, one string a segment."""
    return _cut(text, encoding_of(text))


def max_characters(segments: int) -> int:
    """How many characters so many segments hold when all are of GSM-7 and none counts two."""
    gsm = Encoding.GSM7
    return _SINGLE[gsm] if segments == 1 else segments * _JOINED[gsm]


def _units(character: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM7:
        return 2 if character in GSM_EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1


def _count_units(text: str, encoding: Encoding) -> int:
    # A long answer is measured a dozen times while it is cut, so no character is looked at here.
    if encoding is Encoding.GSM7:
        return len(text) + sum(map(text.count, GSM_EXTENSION))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _cut(text: str, encoding: Encoding) -> list[str]:
    units, size = _count_units(text, encoding), _JOINED[encoding]
    if units <= _SINGLE[encoding]:
        return [text]
    if units == len(text):
        return [text[start : start + size] for start in range(0, len(text), size)]
    pieces: list[str] = []
    start = filled = 0
    for position, character in enumerate(text):
        units = _units(character, encoding)
        if filled + units > size:
            pieces.append(text[start:position])
            start, filled = position, 0
        filled += units
    pieces.append(text[start:])
    return pieces
