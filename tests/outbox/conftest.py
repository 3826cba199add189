"""An outbox and somebody to write to, for the tests of the outbox."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.clock import FixedClock
from core.database import Database
from outbox.models import OutgoingText
from outbox.operations import TextOrder, enqueue_text
from outbox.sending import send_due_texts
from tests.outbox.providers import PlayedProvider

WANG = "+8613800138000"
LI = "+8613900139000"


@pytest.fixture
def provider() -> PlayedProvider:
    """A provider that takes every text."""
    return PlayedProvider()


class Outbox:
    """The outbox as its users see it: queue, send, look."""

    def __init__(self, database: Database, clock: FixedClock, *providers: PlayedProvider) -> None:
        self.database = database
        self.clock = clock
        self.providers = providers
        self._count = 0

    def queue(self, words: str, kind: str = "reply", phone: str = WANG, **more: str) -> int | None:
        """Queue a text; its row's id, or None when it is never to be sent."""
        self._count += 1
        key = more.pop("key", f"text-{self._count}")
        order = TextOrder(phone, self.key_of(phone), words, kind, "zh", key, **more)
        with self.database.write() as db:
            return enqueue_text(db, order, self.clock.now())

    def send(self) -> dict[str, int]:
        """Run the job once."""
        return send_due_texts(self.database, self.providers, self.clock)

    def row(self, text_id: int | None) -> OutgoingText:
        """The row of a text."""
        with self.database.read() as db:
            row = db.get_one(OutgoingText, text_id)
            db.expunge(row)
            return row

    def key_of(self, phone: str) -> str:
        """The keyed hash of a number."""
        return self.database.vault.keyed_hash(phone)


@pytest.fixture
def outbox(database: Database, clock: FixedClock, provider: PlayedProvider) -> Outbox:
    """An outbox with one provider."""
    return Outbox(database, clock, provider)


MakeOutbox = Callable[..., Outbox]


@pytest.fixture
def make_outbox(database: Database, clock: FixedClock) -> MakeOutbox:
    """An outbox with the given providers."""
    return lambda *providers: Outbox(database, clock, *providers)
