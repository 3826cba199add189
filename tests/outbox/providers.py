"""A provider in memory, for the tests of the outbox."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from core.errors import ProviderUnknownError
from providers.texts import AcceptedText, Refusal, TextRefusedError, TextToSend


@dataclass
class PlayedProvider:
    """Takes every text, unless a test has prepared another course of things."""

    name: str = "played"
    takes_replies: bool = True
    refusals: deque[Refusal] = field(default_factory=deque)
    lost_answers: int = 0
    """So many next texts are taken, but the answer never arrives."""
    lost_requests: int = 0
    """So many next texts never arrive, and nobody can tell."""
    asked: list[TextToSend] = field(default_factory=list)
    taken: dict[str, TextToSend] = field(default_factory=dict)
    lookups: int = 0

    def send(self, text: TextToSend) -> AcceptedText:
        self.asked.append(text)
        if self.refusals:
            raise TextRefusedError("no", self.refusals.popleft(), "12345")
        if self.lost_requests:
            self.lost_requests -= 1
            raise ProviderUnknownError("no answer")
        sid = f"{self.name}-{len(self.taken) + 1}"
        self.taken[sid] = text
        if self.lost_answers:
            self.lost_answers -= 1
            raise ProviderUnknownError("no answer")
        return AcceptedText(sid)

    def find_sent(
        self, text: TextToSend, since: datetime, known_sids: frozenset[str]
    ) -> AcceptedText | None:
        self.lookups += 1
        for sid, taken in self.taken.items():
            if (taken.phone, taken.words) == (text.phone, text.words) and sid not in known_sids:
                return AcceptedText(sid)
        return None

    def is_two_way(self, phone: str) -> bool:
        return self.takes_replies

    @property
    def words(self) -> list[str]:
        """The words of what was taken, in order."""
        return [text.words for text in self.taken.values()]
