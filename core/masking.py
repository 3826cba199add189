"""Hiding personal data in free text before editors, other offices, models or logs see it.

Identity and other numbers (``core.masking_numbers``), addresses to the door
(``core.masking_places``) and names (``core.masking_names``). How much is found, and how much is
hidden without need, is measured on a list (tests/core/test_masking.py). The work grows with the
length of the text and not faster.
"""

from __future__ import annotations

from core.masking_names import find_names
from core.masking_numbers import Span, find_numbers
from core.masking_places import find_addresses

# Full-width digits and letters to half-width ones: one character for one, so that places stay.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF5B) if chr(code).isalnum()} | {
    0xFF0B: ord("+"),
    0xFF20: ord("@"),
}


def mask_personal(text: str) -> str:
    """``text`` with what names a person replaced by what it is: numbers, addresses, names.

    Masking a masked text changes nothing.
    """
    plain = text.translate(_HALF_WIDTH)
    spans = [*find_numbers(plain), *find_addresses(plain), *find_names(plain)]
    return _replace(text, spans) if spans else text


def _replace(text: str, spans: list[Span]) -> str:
    """The text with all spans replaced; of two that overlap the one that begins first, the longer
    one first, covers both."""
    parts: list[str] = []
    done = 0
    for begin, end, mask in sorted(spans, key=lambda span: (span[0], -span[1])):
        if begin >= done:
            parts += [text[done:begin], mask]
        done = max(done, end)
    return "".join([*parts, text[done:]])
