"""Whether a message asks something."""

from __future__ import annotations

import re
from functools import cache

from nlu.embedded.lexicon import load_cues

_ENGLISH_OPENING = re.compile(
    r"^(?:so|and|but|well|ok|please|sorry|excuse me)?[, ]*"
    r"(?:what|how|when|where|can|could|is|are|do|does|am|should|which|who|why|will)\b"
)
_LATIN = re.compile(r"[a-z]")


def is_asking(plain: str) -> bool:
    """Whether simplified words ask something: by a question mark or a word of asking. An English
    message must begin as a question, because "when" and "is" stand in every story."""
    lowered = plain.lower().strip()
    if "?" in lowered or "？" in lowered:
        return True
    if _LATIN.search(lowered) and not any(c > "\u2e80" for c in lowered):
        return _ENGLISH_OPENING.match(lowered) is not None
    return _asks().search(lowered) is not None


@cache
def _asks() -> re.Pattern[str]:
    return re.compile(load_cues()["asks"])
