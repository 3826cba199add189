"""Reports and the provider's own answer come in at the same moment: the highest one counts."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from app.tables import metadata
from core.clock import FixedClock
from core.database import Database
from outbox.claims import SendingPolicy, claim_due_texts
from outbox.delivery import Report, find_attempt, hold_reports, note_taken, take_report
from outbox.models import OutgoingText, SendAttempt
from providers.texts import TextStatus
from tests.outbox.conftest import Outbox
from tests.outbox.providers import PlayedProvider

ROUNDS = 15


class Race:
    """One text that is being sent, and all that is said about it at once."""

    def __init__(self, database: Database, clock: FixedClock, number: int) -> None:
        self.database, self.clock, self.sid = database, clock, f"sid-{number}"
        provider = PlayedProvider()
        outbox = Outbox(database, clock, provider)
        self.text_id = outbox.queue(f"答复{number}", key=f"race-{number}")
        with database.write() as db:
            (claim,) = claim_due_texts(db, [provider], clock.now(), SendingPolicy(1000), most=1)
            self.attempt_id, self.provider = claim.attempt_id, provider.name
            self.reference = db.get_one(SendAttempt, claim.attempt_id).reference

    def take_answer(self) -> None:
        with self.database.write() as db:
            hold_reports(db, self.provider, self.sid)
            attempt = find_attempt(db, self.attempt_id)
            note_taken(db, attempt, self.sid, TextStatus.ACCEPTED, self.clock.now())

    def take_report(self, meaning: TextStatus, *, is_known: bool) -> None:
        reference = self.reference if is_known else ""
        with self.database.write() as db:
            report = Report(self.provider, self.sid, meaning, meaning, reference)
            assert take_report(db, report, self.clock.now())

    def run(self, *, is_known: bool) -> OutgoingText:
        """All at once; the text afterwards."""
        gate = Barrier(3)

        def report(meaning: TextStatus) -> None:
            gate.wait()
            self.take_report(meaning, is_known=is_known)

        def answer() -> None:
            gate.wait()
            self.take_answer()

        said = (TextStatus.SENT, TextStatus.DELIVERED)
        threads = [Thread(target=report, args=(meaning,)) for meaning in said]
        threads.append(Thread(target=answer))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with self.database.read() as db:
            return db.scalars(select(OutgoingText).where(OutgoingText.id == self.text_id)).one()


def check(database: Database, clock: FixedClock, *, is_known: bool) -> None:
    for number in range(ROUNDS):
        text = Race(database, clock, number).run(is_known=is_known)
        assert (text.state, text.provider_sid) == ("delivered", f"sid-{number}")
        # Billed once, whoever was first.
        assert str(text.cost_yuan) == "0.0500"


@pytest.mark.parametrize("is_known", [True, False])
def test_on_sqlite(database: Database, clock: FixedClock, is_known: bool) -> None:
    check(database, clock, is_known=is_known)


@pytest.mark.postgres
@pytest.mark.parametrize("is_known", [True, False])
def test_on_postgresql(postgres: Database, clock: FixedClock, is_known: bool) -> None:
    metadata.create_all(postgres.engine)
    check(postgres, clock, is_known=is_known)
