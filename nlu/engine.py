"""The one interface behind which engines are exchanged."""

from __future__ import annotations

from typing import Protocol

from nlu.interpretation import Interpretation, Language


class NluEngine(Protocol):
    """Understands messages. Safe to use from several threads at once."""

    def interpret(self, text: str, *, language: Language | None = None) -> Interpretation:
        """Understand one message of any length; never raises on any text.

        ``language`` is what the conversation is known to be in; without it the text decides.
        """
        ...
