"""The same on PostgreSQL, where several writers really work at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from casework.case_services import CaseServices
from core.clock import FixedClock
from core.database import Base, Database
from outbox.models import OutgoingText
from ratings.asking import send_invitations
from ratings.demo import create_demo_ratings
from ratings.models import FrozenRanking, Service
from ratings.monthly import freeze_due_periods, recompute_frozen
from ratings.operations import RatingReply, take_rating_reply
from tests.ratings.hotline import MOBILE, Hotline, local

pytestmark = pytest.mark.postgres


@pytest.fixture
def database(postgres: Database) -> Database:
    """An empty PostgreSQL database."""
    Base.metadata.create_all(postgres.engine)
    return postgres


def test_many_schedulers_freeze_one_result_that_recomputes_to_the_byte(
    database: Database, case_services: CaseServices, clock: FixedClock
) -> None:
    clock.set(local(11, 1, 9))
    with database.write() as db:
        create_demo_ratings(db, case_services.offices, clock.now(), months=1)

    def freeze(_: int) -> list[str]:
        return freeze_due_periods(database, local(11, 8, 9))

    with ThreadPoolExecutor(6) as pool:
        frozen = [period for periods in pool.map(freeze, range(6)) for period in periods]
    assert frozen == ["2026-10"]
    with database.read() as db:
        (row,) = db.scalars(select(FrozenRanking))
        assert recompute_frozen(db, row) == row.document


def test_an_invitation_is_sent_once_by_jobs_at_the_same_time(
    database: Database, hotline: Hotline, clock: FixedClock
) -> None:
    phones = [f"+86138001380{n:02d}" for n in range(20)]
    for phone in phones:
        hotline.end_service(phone)
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: send_invitations(database, clock), range(4)))
    assert sum(count.get("sent", 0) for count in counts) == 20
    with database.read() as db:
        assert len(db.scalars(select(OutgoingText)).all()) == 20


def test_replies_of_one_citizen_at_the_same_time_are_all_kept(
    database: Database, hotline: Hotline, case_services: CaseServices, clock: FixedClock
) -> None:
    service = hotline.invite()

    def reply(level: int) -> RatingReply | None:
        with database.write() as db:
            key = hotline.key_of(MOBILE)
            return take_rating_reply(db, key, f"{level}分", clock.now(), case_services)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(reply, (3, 4, 5, 3, 4, 5)))
    assert None not in answers
    ratings = hotline.ratings(service)
    assert [rating.number for rating in ratings] == [1, 2, 3, 4, 5, 6]
    assert [rating.replaced_at is None for rating in ratings] == [False] * 5 + [True]
    with database.read() as db:
        assert len(db.scalars(select(Service)).all()) == 1
