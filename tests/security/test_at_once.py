"""Who wants to be quicker than the counting: many calls in the same instant, on PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import func, select

from app.tables import metadata
from casework.case_services import CaseServices
from casework.models import ProgressGuess
from casework.operations import Asker, ask_progress
from casework.operations.progress import MAX_GUESSES_A_DAY
from core.clock import FixedClock
from core.database import Database
from outbox.operations import TextOrder, enqueue_text
from tests.casework.people import a_message

pytestmark = pytest.mark.postgres
AT_ONCE = 16


@pytest.fixture
def shared(postgres: Database) -> Database:
    metadata.create_all(postgres.engine)
    return postgres


def test_send_codes_to_one_stranger_from_many_calls_at_once(
    shared: Database, clock: FixedClock
) -> None:
    now: datetime = clock.now()

    def send(n: int) -> bool:
        key = shared.vault.keyed_hash("+8613900139000")
        text = TextOrder(
            "+8613900139000", key, "12333验证码", "code", "zh", f"code-{n}",
            caller_key=f"w{n:031d}", is_claimed=True,
        )  # fmt: skip
        with shared.write() as db:
            return enqueue_text(db, text, now) is not None

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert sum(pool.map(send, range(AT_ONCE))) == 3


def test_guess_in_many_calls_at_once(
    shared: Database, case_services: CaseServices, clock: FixedClock
) -> None:
    now = clock.now()
    with shared.write() as db:
        number = a_message(db, case_services, now).number

    def guess(n: int) -> bool:
        asker = Asker(None, "x" + "0" * 31, f"CA{n}")
        with shared.write() as db:
            return (
                ask_progress(db, case_services, asker, number, now, secret=f"{n:04d}") is not None
            )

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert not any(pool.map(guess, range(AT_ONCE)))
    with shared.read() as db:
        assert db.scalar(select(func.count()).select_from(ProgressGuess)) == MAX_GUESSES_A_DAY
