"""What the voice channel asks of the rest of the service, and is handed by the wiring."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from dialogue.conversation import Conversation


class NoteCallEnded(Protocol):
    """Notes a conversation whose call is over, in the transaction that ends it."""

    def __call__(self, db: Session, conversation: Conversation, now: datetime, /) -> None: ...


class RedirectCall(Protocol):
    """Lets a live call go on at a path of the public host. Raises ProviderError."""

    def __call__(self, sid: str, path: str, /) -> None: ...


class CanUnderstand(Protocol):
    """Whether speech is understood yet."""

    def __call__(self) -> bool: ...
