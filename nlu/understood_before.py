"""Understanding a message before the database is held."""

from __future__ import annotations

from nlu.engine import NluEngine
from nlu.interpretation import Interpretation, Language


class UnderstoodBefore:
    """An engine that remembers what it was asked, for one message: it is understood before the
    database is held and not once more within."""

    def __init__(self, nlu: NluEngine) -> None:
        self._nlu = nlu
        self._known: dict[tuple[str, Language | None], Interpretation] = {}

    def interpret(self, text: str, *, language: Language | None = None) -> Interpretation:
        """See NluEngine."""
        key = (text, language)
        if key not in self._known:
            self._known[key] = self._nlu.interpret(text, language=language)
        return self._known[key]
