"""How many segments a text takes (twilio.com/docs/glossary/what-sms-character-limit).

Written apart from the service's own count, so that the one checks the other.
"""

from __future__ import annotations

from dataclasses import dataclass

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENDED = frozenset("\f^{}\\[~]|€")


@dataclass(frozen=True)
class Segmentation:
    """The encoding of a text and its number of segments."""

    encoding: str
    """``GSM-7`` or ``UCS-2``."""
    units: int
    """Septets or UTF-16 units."""
    segments: int


def segmentation(body: str) -> Segmentation:
    """Encoding, units and segments of ``body``; an empty text takes one segment.

    A character that needs two units is never cut, so segments are filled one by one.
    """
    is_gsm = all(character in _GSM or character in _GSM_EXTENDED for character in body)
    if is_gsm:
        widths = [2 if character in _GSM_EXTENDED else 1 for character in body]
        single, several = 160, 153
    else:
        widths = [2 if ord(character) > 0xFFFF else 1 for character in body]
        single, several = 70, 67
    units = sum(widths)
    segments = 1 if units <= single else _fill(widths, several)
    return Segmentation("GSM-7" if is_gsm else "UCS-2", units, segments)


def _fill(widths: list[int], size: int) -> int:
    segments, used = 1, 0
    for width in widths:
        if used + width > size:
            segments, used = segments + 1, 0
        used += width
    return segments
