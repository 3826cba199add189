"""How long the words of staff may be.

The record never changes, and a text to a citizen costs money by its length: a text of 1,500
characters is some 23 segments in six numbered texts.
"""

from __future__ import annotations

from casework.vocabulary import Means
from core.errors import InputError

MAX_NOTE = 4000
MAX_REASON = 1000
MAX_ANSWER = 6000
MAX_TEXTED_ANSWER = 1500


def check_note(text: str) -> None:
    """Raise InputError for a note that is empty or too long."""
    if not text.strip():
        raise InputError("A note needs words.", "text")
    if len(text) > MAX_NOTE:
        raise InputError("A note has 4000 characters at most.", "text")


def check_reason(reason: str | None) -> None:
    """Raise InputError for a reason that is too long."""
    if reason is not None and len(reason) > MAX_REASON:
        raise InputError("A reason has 1000 characters at most.", "reason")


def check_answer(text: str, means: Means) -> None:
    """Raise InputError for an answer that is empty, or too long for how it is given."""
    if not text.strip():
        raise InputError("An answer needs words.", "text")
    if means == Means.TEXT and len(text) > MAX_TEXTED_ANSWER:
        raise InputError("An answer by text has 1500 characters at most.", "text")
    if len(text) > MAX_ANSWER:
        raise InputError("An answer has 6000 characters at most.", "text")
