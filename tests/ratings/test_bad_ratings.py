"""From a bad rating to its mending, the follow-up, and the appeal of the rated office."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from casework.case_services import Actor
from casework.models import Case
from casework.operations import answer_case, close_case, record_action
from casework.transition_table import PERMISSIONS as CASE_PERMISSIONS
from core.clock import FixedClock
from core.database import Database
from core.errors import ConflictError, DuplicateError, InputError, PermissionDeniedError
from ratings.asking import note_closed_cases, note_rectification, send_follow_ups
from ratings.counting import count_offices
from ratings.models import BadRating, Exclusion, Rating, Service
from ratings.operations import decide_appeal, decide_exclusion, file_appeal, propose_exclusion
from ratings.queries import (
    RatingFilter,
    count_own,
    get_rating_row,
    list_appealable,
    list_ratings,
    list_waiting_appeals,
    list_waiting_exclusions,
)
from ratings.vocabulary import PERMISSIONS, ExclusionCode
from tests.casework.people import a_message
from tests.ratings.hotline import MOBILE, OFFICE, Hotline, local

BUREAU_STAFF = Actor("staff:1", CASE_PERMISSIONS | PERMISSIONS)
SECOND = Actor("staff:2", PERMISSIONS)
RATED = Actor("staff:3", PERMISSIONS, frozenset({OFFICE}))


@pytest.fixture
def bad(hotline: Hotline) -> Rating:
    """A rating of 1 with a comment in which a number stands."""
    service = hotline.invite()
    hotline.write("1，打我13912345678也没人理")
    return hotline.ratings(service)[0]


def mend(hotline: Hotline, at: datetime) -> None:
    """The office above records that it mended what was wrong."""
    hotline.clock.set(at)
    with hotline.database.write() as db:
        case = db.scalars(select(Case).where(Case.kind == "bad_rating")).one()
        record_action(
            db,
            hotline.case_services,
            case,
            BUREAU_STAFF,
            "mend",
            hotline.clock.now(),
            reason="已当面致歉",
        )


def the_bad_rating(database: Database) -> BadRating:
    with database.read() as db:
        return db.scalars(select(BadRating)).one()


@pytest.mark.parametrize(("day", "in_time"), [(14, True), (15, False)])
def test_mended_in_time_or_late(
    hotline: Hotline, database: Database, bad: Rating, day: int, in_time: bool
) -> None:
    mend(hotline, local(12, day))
    assert note_rectification(database, hotline.clock, hotline.case_services) == {"mended": 1}
    assert the_bad_rating(database).is_mended_in_time is in_time
    assert note_rectification(database, hotline.clock, hotline.case_services) == {"mended": 0}
    with database.read() as db:
        counts = count_offices(db, "2026-11", hotline.clock.now())[OFFICE]
    assert (counts.bad, counts.mended_in_time, counts.rectification_open) == (1, int(in_time), 0)


def test_one_follow_up_rating_stands_beside_the_original(
    hotline: Hotline, database: Database, bad: Rating, clock: FixedClock
) -> None:
    mend(hotline, local(12, 1, 20, 50))
    note_rectification(database, clock, hotline.case_services)
    clock.set(local(12, 1, 21))
    assert send_follow_ups(database, clock) == {}, "nobody is asked in the quiet hours"
    clock.set(local(12, 2, 9))
    assert send_follow_ups(database, clock) == {"asked": 1}
    assert send_follow_ups(database, clock) == {}
    assert "请为处理结果评分" in hotline.texts()[-1].words
    assert (hotline.write("4，这次好多了") or "").startswith("谢谢，您对处理结果的评价已记录")
    found = the_bad_rating(database)
    assert (found.follow_up_level, found.follow_up_comment) == (4, "4，这次好多了")
    assert hotline.write("5") is None, "one follow-up only"
    with database.read() as db:
        assert [r.level for r in db.scalars(select(Rating))] == [1]


def test_a_mended_case_of_one_who_cannot_be_texted_has_no_follow_up(
    hotline: Hotline, database: Database, bad: Rating
) -> None:
    with database.write() as db:
        db.scalars(select(Service)).one().phone = None
    mend(hotline, local(12, 1))
    note_rectification(database, hotline.clock, hotline.case_services)
    assert send_follow_ups(database, hotline.clock) == {"not_asked": 1}


def test_a_closed_case_is_a_service_and_a_closed_bad_rating_is_not(
    hotline: Hotline, database: Database, bad: Rating, clock: FixedClock
) -> None:
    with database.write() as db:
        a_message(db, hotline.case_services, clock.now(), town="humen")
    clock.advance(timedelta(days=2))
    with database.write() as db:
        for case in db.scalars(select(Case)):
            answer_case(db, hotline.case_services, case, BUREAU_STAFF, "已电话答复", clock.now())
            close_case(db, hotline.case_services, case, BUREAU_STAFF, clock.now())
    assert note_closed_cases(database, clock) == {"services": 1}
    assert note_closed_cases(database, clock) == {"services": 0}
    with database.read() as db:
        service = db.scalars(select(Service).where(Service.kind == "case")).one()
        assert (service.office_id, service.ended_at) == ("dg-humen", clock.now())
    hotline.send()
    assert service.case_number is not None
    assert service.case_number in hotline.texts()[-1].words


def test_the_rated_see_totals_and_the_office_above_sees_ratings_without_numbers(
    hotline: Hotline, database: Database, bad: Rating
) -> None:
    offices = hotline.case_services.offices
    with database.read() as db:
        assert list_ratings(db, offices, RATED, RatingFilter()).rows == ()
        assert count_own(db, RATED, "2026-11", hotline.clock.now())[OFFICE].bad == 1
        (row,) = list_ratings(db, offices, SECOND, RatingFilter(month="2026-11", level=1)).rows
        assert row.comment == "1，打我[手机号]也没人理"
        assert row.bad is not None
        assert get_rating_row(db, offices, SECOND, bad.id).rating.id == bad.id
        (appealable,) = list_appealable(db, RATED, "2026-11")
        assert (appealable.id, appealable.level) == (bad.id, 1)


def test_an_appeal_upheld_by_the_office_above_excludes_the_rating(
    hotline: Hotline, database: Database, bad: Rating
) -> None:
    now = hotline.clock.now()
    with database.write() as db:
        rating = db.get_one(Rating, bad.id)
        appeal = file_appeal(db, rating, RATED, "市民说按错了", now)
        with pytest.raises(DuplicateError):
            file_appeal(db, rating, RATED, "再申诉一次", now)
        assert list_waiting_appeals(db) == [appeal]
        for nobody in (RATED, Actor("staff:4", PERMISSIONS, frozenset({OFFICE}))):
            with pytest.raises(PermissionDeniedError):
                decide_appeal(
                    db, hotline.case_services, appeal, nobody, upholds=True, words="属实", now=now
                )
        decide_appeal(
            db, hotline.case_services, appeal, SECOND, upholds=True, words="属实", now=now
        )
        exclusion = db.scalars(select(Exclusion)).one()
        assert (exclusion.code, exclusion.proposed_by, exclusion.decided_by) == (
            "mistaken",
            "staff:3",
            "staff:2",
        )
        counts = count_offices(db, "2026-11", now)[OFFICE]
        assert (counts.ratings, counts.excluded) == (0, 1)
        assert rating.level == 1


def test_an_appeal_refused_changes_nothing(
    hotline: Hotline, database: Database, bad: Rating
) -> None:
    now = hotline.clock.now()
    with database.write() as db:
        appeal = file_appeal(db, db.get_one(Rating, bad.id), RATED, "不属实", now)
        decide_appeal(
            db, hotline.case_services, appeal, SECOND, upholds=False, words="无据", now=now
        )
        assert count_offices(db, "2026-11", now)[OFFICE].bad == 1
        with pytest.raises(ConflictError):
            decide_appeal(
                db, hotline.case_services, appeal, SECOND, upholds=True, words="改", now=now
            )


def test_only_a_bad_rating_that_counts_can_be_appealed_against(
    hotline: Hotline, database: Database, bad: Rating
) -> None:
    hotline.write("按错了，非常满意")
    with database.write() as db:
        for rating in db.scalars(select(Rating)):
            with pytest.raises(ConflictError):
                file_appeal(db, rating, RATED, "误评", hotline.clock.now())


def test_an_exclusion_needs_a_code_words_and_a_second_person(
    hotline: Hotline, database: Database, bad: Rating
) -> None:
    now = hotline.clock.now()
    with database.write() as db:
        rating = db.get_one(Rating, bad.id)
        with pytest.raises(InputError):
            propose_exclusion(db, rating, SECOND, ExclusionCode.TEST, " ", now)
        with pytest.raises(PermissionDeniedError):
            propose_exclusion(db, rating, Actor("x", frozenset()), ExclusionCode.TEST, "a", now)
        row = propose_exclusion(db, rating, SECOND, ExclusionCode.TEST, "演练", now)
        assert list_waiting_exclusions(db) == [row]
        with pytest.raises(DuplicateError):
            propose_exclusion(db, rating, BUREAU_STAFF, ExclusionCode.TEST, "演练", now)
        with pytest.raises(PermissionDeniedError):
            decide_exclusion(db, row, SECOND, approves=True, now=now)
        assert count_offices(db, "2026-11", now)[OFFICE].excluded == 0
        decide_exclusion(db, row, BUREAU_STAFF, approves=True, now=now)
        assert count_offices(db, "2026-11", now)[OFFICE].excluded == 1
        assert count_offices(db, "2026-11", now - timedelta(seconds=1))[OFFICE].excluded == 0
    assert hotline.key_of(MOBILE) == bad.phone_key
