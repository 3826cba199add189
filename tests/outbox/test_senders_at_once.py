"""Several senders at once: every text leaves once, and in order for its number."""

from __future__ import annotations

from threading import Lock, Thread

import pytest

from app.tables import metadata
from core.clock import FixedClock
from core.database import Database
from outbox.claims import SendingPolicy
from outbox.sending import send_due_texts
from providers.texts import AcceptedText, TextToSend
from tests.outbox.conftest import Outbox
from tests.outbox.providers import PlayedProvider

SENDERS, TEXTS, NUMBERS = 4, 60, 12


class SharedProvider(PlayedProvider):
    """One provider that several senders use at the same time."""

    lock = Lock()

    def send(self, text: TextToSend) -> AcceptedText:
        with self.lock:
            return super().send(text)


def send_with_all(database: Database, clock: FixedClock) -> PlayedProvider:
    provider = SharedProvider()
    outbox = Outbox(database, clock, provider)
    for number in range(TEXTS):
        outbox.queue(str(number), phone=f"+86138001380{number % NUMBERS:02}")
    policy = SendingPolicy(texts_per_second=1000, workers=2)

    def work() -> None:
        while send_due_texts(database, [provider], clock, policy):
            pass

    senders = [Thread(target=work) for _ in range(SENDERS)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    # A sender may have found every number held by another and gone home.
    work()
    return provider


def check(provider: PlayedProvider) -> None:
    assert sorted(provider.words, key=int) == [str(number) for number in range(TEXTS)]
    for phone in {text.phone for text in provider.asked}:
        numbers = [int(text.words) for text in provider.asked if text.phone == phone]
        assert numbers == sorted(numbers)


def test_on_sqlite(database: Database, clock: FixedClock) -> None:
    check(send_with_all(database, clock))


@pytest.mark.postgres
def test_on_postgresql(postgres: Database, clock: FixedClock) -> None:
    metadata.create_all(postgres.engine)
    check(send_with_all(postgres, clock))
