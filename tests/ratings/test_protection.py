"""Odd ratings are flagged; a flag excludes nothing."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from core.clock import FixedClock
from core.database import Database
from ratings.counting import count_offices
from ratings.models import RatingFlag
from ratings.protection import RatingSign, find_flags, flag_ratings
from tests.ratings.hotline import MOBILE, OFFICE, Hotline, local

START = local(11, 2)


def signs(count: int, *, apart: timedelta, phone: str | None = None) -> list[RatingSign]:
    return [RatingSign(n, OFFICE, phone or f"phone-{n}", START + n * apart) for n in range(count)]


def flagged(found: set[tuple[int, str]], code: str) -> list[int]:
    return sorted(rating_id for rating_id, its in found if its == code)


def test_more_than_four_from_one_number_are_flagged() -> None:
    assert find_flags(signs(4, apart=timedelta(days=2), phone="same"), ()) == set()
    found = find_flags(signs(5, apart=timedelta(days=2), phone="same"), ())
    assert flagged(found, "few_numbers") == [0, 1, 2, 3, 4]


def test_a_burst_is_flagged_and_a_steady_day_is_not() -> None:
    assert find_flags(signs(50, apart=timedelta(minutes=2)), ()) == set()
    quiet = [RatingSign(100, OFFICE, "other", START - timedelta(hours=2))]
    found = find_flags([*quiet, *signs(8, apart=timedelta(seconds=80))], ())
    assert flagged(found, "burst") == list(range(8))


def test_withheld_numbers_are_not_taken_for_one_number() -> None:
    withheld = [RatingSign(n, OFFICE, None, START + timedelta(days=n)) for n in range(20)]
    assert find_flags(withheld, ()) == set()


def test_a_staff_users_own_number_is_flagged_once_and_still_counts(
    hotline: Hotline, database: Database, clock: FixedClock
) -> None:
    hotline.invite()
    hotline.write("5")
    assert flag_ratings(database, clock, hotline.case_services, ("138 0013 8000",)) == {
        "staff_number": 1
    }
    assert flag_ratings(database, clock, hotline.case_services, (MOBILE,)) == {}
    with database.read() as db:
        assert [flag.code for flag in db.scalars(select(RatingFlag))] == ["staff_number"]
        assert count_offices(db, "2026-11", clock.now())[OFFICE].ratings == 1
