"""Counting a month, freezing it once, revising it by two persons, and computing it again."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from casework.case_services import Actor, CaseServices
from core.clock import FixedClock
from core.database import Database
from core.errors import ConflictError, InputError, NotFoundError
from ratings.demo import create_demo_ratings
from ratings.documents import load_document
from ratings.models import FrozenRanking, Rating
from ratings.monthly import (
    compute_month,
    find_frozen,
    freeze_due_periods,
    freeze_period,
    recompute_frozen,
)
from ratings.operations import (
    configure_ranking,
    decide_exclusion,
    decide_revision,
    propose_exclusion,
    propose_revision,
)
from ratings.periods import freezes_at, is_year, month_of, months_of_year, shift_month
from ratings.queries import get_public_ranking, get_ranking, list_frozen, list_revisions
from ratings.ranking import RankingRules
from ratings.vocabulary import PERMISSIONS, ExclusionCode, RevisionCode
from tests.ratings.hotline import OFFICE, OTHER_MOBILE, Hotline, local

FIRST = Actor("staff:1", PERMISSIONS)
SECOND = Actor("staff:2", PERMISSIONS)
OTHER_OFFICE = "dg-humen"


@pytest.fixture
def rated_month(hotline: Hotline, clock: FixedClock) -> Hotline:
    """October: three ratings of one office, one replaced, one of another, one without answer."""
    clock.set(local(10, 5))
    hotline.invite(key="s1")
    hotline.write("3")
    hotline.write("5")
    hotline.invite(OTHER_MOBILE, key="s2")
    hotline.write("4", OTHER_MOBILE)
    clock.set(local(10, 20))
    hotline.invite(key="s3")
    hotline.write("1")
    hotline.invite(OTHER_MOBILE, key="s4", office_id=OTHER_OFFICE)
    hotline.write("4", OTHER_MOBILE)
    clock.set(local(10, 31, 20, 59))
    hotline.invite(key="s5")
    return hotline


def freeze(database: Database, at: datetime) -> list[str]:
    return freeze_due_periods(database, at)


def all_frozen(database: Database) -> list[tuple[str, int, str]]:
    with database.read() as db:
        rows = db.scalars(select(FrozenRanking).order_by(FrozenRanking.id))
        return [(row.period, row.revision, row.document) for row in rows]


def test_periods_are_local_months() -> None:
    assert month_of(local(11, 1, 0, 0)) == "2026-11"
    assert month_of(local(10, 31, 23, 59)) == "2026-10"
    assert shift_month("2026-01", -1) == "2025-12"
    assert freezes_at("2026-12") == local(1, 8, 9, year=2027)
    assert is_year("2026")
    assert not is_year("2026-10")
    assert months_of_year("2026")[-1] == "2026-12"
    with pytest.raises(InputError):
        shift_month("2026-13", 0)


def test_a_month_counts_what_stood_at_the_moment(rated_month: Hotline, database: Database) -> None:
    with database.read() as db:
        document = compute_month(db, "2026-10", local(11, 8, 9))
    counts = {s.office_id: s.counts for s in document.standings}
    assert counts[OFFICE].levels == (1, 0, 0, 1, 1)
    assert (counts[OFFICE].asked, counts[OFFICE].answered) == (4, 3)
    assert counts[OTHER_OFFICE].levels == (0, 0, 0, 1, 0)
    with database.read() as db:
        early = compute_month(db, "2026-10", local(10, 5, 10, 1))
    assert early.standings[0].counts.levels == (0, 0, 1, 0, 0), "not yet replaced then"


def test_a_service_counts_in_the_month_in_which_it_ended(
    rated_month: Hotline, clock: FixedClock, database: Database
) -> None:
    clock.set(local(11, 3))
    assert rated_month.write("2") is not None
    with database.read() as db:
        october = compute_month(db, "2026-10", local(11, 8, 9)).standings[0].counts
        november = compute_month(db, "2026-11", local(12, 8, 9))
    assert (october.levels, october.bad, october.rectification_open) == ((1, 1, 0, 1, 1), 2, 2)
    assert november.standings == ()


def test_a_month_is_frozen_when_its_time_has_come_and_only_once(
    rated_month: Hotline, database: Database
) -> None:
    assert freeze(database, local(11, 8, 8, 59)) == []
    assert freeze(database, local(11, 8, 9)) == ["2026-10"]
    assert freeze(database, local(11, 8, 9, 1)) == []
    assert len(all_frozen(database)) == 1


def test_frozen_late_by_three_days_the_result_is_the_same(
    rated_month: Hotline, database: Database
) -> None:
    with database.read() as db:
        in_time = compute_month(db, "2026-10", local(11, 8, 9)).dumps()
    exclude_first_rating(database, local(11, 9))
    freeze(database, local(11, 11, 17))
    assert all_frozen(database) == [("2026-10", 1, in_time)]


def test_two_schedulers_at_once_freeze_one_result(rated_month: Hotline, database: Database) -> None:
    barrier, done = Barrier(4), list[bool]()

    def run() -> None:
        barrier.wait(5)
        done.append(freeze_period(database, "2026-10", local(11, 8, 9)))

    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(done) == [False, False, False, True]
    assert len(all_frozen(database)) == 1


KILLED_WHILE_FREEZING = """
import os, signal, sys
from datetime import datetime
import ratings.monthly
from app import tables
from core.database import Database
from core.encryption import Vault

real_flush = ratings.monthly.Session.flush
def flush_and_die(session, *args):
    real_flush(session, *args)
    os.kill(os.getpid(), signal.SIGKILL)
ratings.monthly.Session.flush = flush_and_die
database = Database(sys.argv[1], Vault("k" * 32))
ratings.monthly.freeze_due_periods(database, datetime.fromisoformat(sys.argv[2]))
"""


def test_killed_before_the_commit_nothing_is_left_and_the_next_run_gives_the_same(
    rated_month: Hotline, database: Database
) -> None:
    with database.read() as db:
        expected = compute_month(db, "2026-10", local(11, 8, 9)).dumps()
    at = local(11, 8, 9)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_WHILE_FREEZING, database.url, at.isoformat()],
        cwd=Path(__file__).parents[2],
        timeout=60,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert all_frozen(database) == []
    freeze(database, at)
    assert all_frozen(database) == [("2026-10", 1, expected)]


def test_a_frozen_ranking_never_changes(rated_month: Hotline, database: Database) -> None:
    freeze(database, local(11, 8, 9))
    with pytest.raises(ConflictError), database.write() as db:
        db.scalars(select(FrozenRanking)).one().document = "{}"


def test_months_missed_are_made_up_in_order(
    rated_month: Hotline, database: Database, clock: FixedClock
) -> None:
    clock.set(local(11, 20))
    rated_month.invite(key="n1")
    rated_month.write("5")
    assert freeze(database, local(1, 20, year=2027)) == ["2026-10", "2026-11", "2026-12", "2026"]
    with database.read() as db:
        november = load_document(find_frozen(db, "2026-11").document)  # type: ignore[union-attr]
    # The city mean is October's: 100 + 80 + 0 + 80 points of 4 ratings.
    assert (november.city_mean.points, november.city_mean.ratings) == (Decimal(260), 4)


def test_the_year_pools_ratings_and_names_best_and_worst_month(
    database: Database, case_services: CaseServices, clock: FixedClock
) -> None:
    clock.set(local(1, 20, year=2027))
    with database.write() as db:
        create_demo_ratings(db, case_services.offices, clock.now(), months=3)
    with database.read() as db:
        year = get_ranking(db, "2026", clock.now()).document
        months = [get_ranking(db, f"2026-{n}", clock.now()).document for n in (10, 11, 12)]
    assert year.ratings == sum(month.ratings for month in months)
    assert year.city_mean.points == sum(month.points for month in months)
    for office_id, (best, worst) in year.best_and_worst.items():
        scores = {
            m.period: s.score
            for m in months
            for s in m.standings
            if s.office_id == office_id and s.score is not None
        }
        assert scores[best] == max(scores.values())
        assert scores[worst] == min(scores.values())


def test_an_old_month_recomputes_to_the_byte_after_everything_changed(
    database: Database, case_services: CaseServices, clock: FixedClock
) -> None:
    with database.write() as db:
        create_demo_ratings(db, case_services.offices, clock.now(), months=3)
    harsh = RankingRules(floor=1, prior_weight=5, bands=(("X", Decimal(50)), ("Y", Decimal(0))))
    with database.write() as db:
        configure_ranking(db, FIRST, harsh, "2026-12", clock.now())
        for rating in db.scalars(select(Rating).where(Rating.month == "2026-09").limit(20)):
            exclusion = propose_exclusion(
                db, rating, FIRST, ExclusionCode.MANIPULATED, "刷评", clock.now()
            )
            decide_exclusion(db, exclusion, SECOND, approves=True, now=clock.now())
    clock.advance(timedelta(hours=1))
    with database.write() as db:
        revision = propose_revision(
            db, "2026-09", FIRST, RevisionCode.EXCLUSIONS, "剔除刷评", clock.now()
        )
        decide_revision(db, revision, SECOND, approves=True, now=clock.now())
    with database.read() as db:
        for frozen in db.scalars(select(FrozenRanking)):
            assert recompute_frozen(db, frozen) == frozen.document
        first, second = list_revisions(db, "2026-09")
        assert first.document != second.document
        assert load_document(second.document).exclusions == {"manipulated": 20}
        assert (second.frozen_by, second.approved_by) == ("staff:1", "staff:2")
        published = get_public_ranking(db, "2026-09")
        assert (published.revision, published.code) == (2, "exclusions")
        assert [f.revision for f in list_frozen(db)] == [1, 2, 1]


def test_rules_hold_from_a_coming_month_on(database: Database, clock: FixedClock) -> None:
    rules = replace(RankingRules(), floor=10)
    with database.write() as db:
        configure_ranking(db, FIRST, rules, "2026-12", clock.now())
        for month in ("2026-11", "2026-12"):
            with pytest.raises(ConflictError):
                configure_ranking(db, FIRST, rules, month, clock.now())
        assert compute_month(db, "2026-11", clock.now()).rules.floor == 30
        assert compute_month(db, "2027-03", clock.now()).rules.floor == 10


def test_the_running_month_is_for_the_console_only(
    rated_month: Hotline, database: Database
) -> None:
    with database.read() as db:
        running = get_ranking(db, "2026-10", local(10, 31, 22))
        assert not running.is_frozen
        for period in ("2026-12", "2026"):
            with pytest.raises(NotFoundError):
                get_ranking(db, period, local(10, 31, 22))
        with pytest.raises(NotFoundError):
            get_public_ranking(db, "2026-10")


def test_the_demo_is_the_same_at_every_start(
    database: Database, case_services: CaseServices, clock: FixedClock
) -> None:
    offices = case_services.offices
    with database.write() as db:
        assert create_demo_ratings(db, offices, clock.now(), months=1) > 1000
        assert create_demo_ratings(db, offices, clock.now(), months=1) == 0
    with database.read() as db:
        document = get_public_ranking(db, "2026-10").document
    assert len(document.ranks) > 20
    assert document.standings[0].rank == 1


def exclude_first_rating(database: Database, now: datetime) -> None:
    """Exclude the earliest rating that counts, by two persons."""
    with database.write() as db:
        rating = db.scalars(
            select(Rating).where(Rating.replaced_at.is_(None)).order_by(Rating.id).limit(1)
        ).one()
        row = propose_exclusion(db, rating, FIRST, ExclusionCode.MISTAKEN, "误评", now)
        decide_exclusion(db, row, SECOND, approves=True, now=now)
