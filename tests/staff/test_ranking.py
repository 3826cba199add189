"""Ratings and ranking: who sees single ratings, what is public, and that two persons decide."""

from __future__ import annotations

import csv
import shutil
from datetime import datetime
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from casework.case_services import CaseServices
from core.clock import LOCAL_ZONE, FixedClock
from core.database import Base, Database
from ratings.demo import create_demo_ratings
from ratings.models import Exclusion, Rating
from ratings.queries import list_revisions
from tests.staff.conftest import BRANCH, Console

MONTH, RUNNING = "2026-10", "2026-11"


@pytest.fixture(scope="module")
def rated_file(tmp_path_factory: pytest.TempPathFactory, case_services: CaseServices) -> Path:
    """A database with two months of invented ratings, the last one published."""
    path = tmp_path_factory.mktemp("rated") / "rated.db"
    database = Database(f"sqlite:///{path}", case_services.vault)
    Base.metadata.create_all(database.engine)
    with database.write() as db:
        now = datetime(2026, 11, 23, 10, 0, tzinfo=LOCAL_ZONE)
        create_demo_ratings(db, case_services.offices, now, months=2)
    database.dispose()
    return path


@pytest.fixture
def rated(console: Console, database: Database, rated_file: Path) -> Console:
    """The console over a copy of that database."""
    database.dispose()
    for name in ("-wal", "-shm"):
        Path(f"{database.engine.url.database}{name}").unlink(missing_ok=True)
    shutil.copy(rated_file, str(database.engine.url.database))
    return console


def _a_rating(console: Console, **narrowed: object) -> Rating:
    with console.services.database.read() as db:
        rating = db.scalars(select(Rating).filter_by(month=MONTH, **narrowed)).first()
        assert rating is not None
        db.expunge(rating)
        return rating


def test_the_latest_published_month_is_shown_to_everybody_without_a_cookie(rated: Console) -> None:
    page = rated.open().open("/ranking/")
    assert page.path == f"/ranking/{MONTH}" and page.status == 200
    assert "2026年10月服务评价排名" in page.words and "<svg" in page.html
    assert "Set-Cookie" not in page.response.headers
    assert page.response.headers["Cache-Control"] == "public, max-age=300"
    assert "Accept-Language" in page.response.headers["Vary"]
    assert "csrf_token" not in page.html


def test_the_public_page_speaks_english_too(rated: Console) -> None:
    page = rated.open().open(f"/ranking/{MONTH}?language=en")
    assert 'lang="en"' in page.html and "How it is computed" in page.words


@pytest.mark.parametrize("period", [RUNNING, "2031-01", "nonsense", "2026-13"])
def test_what_is_not_published_is_not_public(rated: Console, period: str) -> None:
    for path in (f"/ranking/{period}", f"/ranking/{period}.csv"):
        page = rated.open().open(path)
        assert page.status == 404 and "<svg" not in page.html


def test_without_any_published_month_the_public_page_says_when_there_will_be_one(
    console: Console,
) -> None:
    page = console.open().open("/ranking/")
    assert page.status == 200 and "没有公布的排名" in page.words


def test_the_month_that_is_counted_is_for_staff_only(rated: Console) -> None:
    officer = rated.sign_in_as("officer", BRANCH)
    assert officer.open("/staff/ranking").path == f"/staff/ranking/{MONTH}"
    page = officer.open(f"/staff/ranking/{MONTH}")
    assert "排名" in page.words and f"{RUNNING}（统计中）" in page.words
    assert officer.open("/staff/ranking/nonsense").status == 404


@pytest.mark.parametrize(
    ("period", "why"),
    [
        ("2026-12", "本月从2026年12月1日 周二开始"),
        ("2031-01", "本月从2031年1月1日 周三开始"),
        ("2001-01", "本期没有评价。"),
        ("2026", "年度汇总在12月的排名公布时作出。"),
    ],
)
def test_a_period_without_a_ranking_says_why_and_leads_to_one_that_there_is(
    rated: Console, period: str, why: str
) -> None:
    officer = rated.sign_in_as("officer", BRANCH)
    page = officer.open(f"/staff/ranking/{period}")
    assert page.status == 404 and why in page.words
    assert 'href="/staff/ranking"' in page.html and f"没有{period}的排名" in page.words
    assert officer.open(f"/staff/ranking/{period}.csv").status == 404


def test_the_link_to_the_month_that_is_counted_leads_there_before_its_first_rating(
    console: Console, clock: FixedClock
) -> None:
    clock.set(datetime(2026, 12, 1, 9, 0, tzinfo=LOCAL_ZONE))
    officer = console.sign_in_as("officer", BRANCH)
    page = officer.open("/staff/ranking")
    assert (page.status, page.path) == (200, "/staff/ranking/2026-12")
    assert "本期还没有评价。" in page.words
    assert officer.open("/staff/ranking/2026-12.csv").status == 200


def test_the_files_hold_the_same_table(rated: Console) -> None:
    officer = rated.sign_in_as("officer", BRANCH)
    as_csv = officer.open(f"/staff/ranking/{MONTH}.csv").response
    assert as_csv.headers["Content-Disposition"] == 'attachment; filename="ranking-2026-10.csv"'
    rows = list(csv.reader(StringIO(as_csv.data.decode("utf-8-sig"))))
    book = load_workbook(BytesIO(officer.open(f"/staff/ranking/{MONTH}.xlsx").response.data))
    sheet = list(book.active.iter_rows(min_row=2, values_only=True))
    assert [str(cell) for cell in sheet[0]] == rows[0]
    assert sheet[1][2] == rows[1][2]
    assert officer.open(f"/staff/ranking/{MONTH}.pdf").status == 404


def test_a_rated_office_sees_its_totals_but_no_single_rating(rated: Console) -> None:
    rating = _a_rating(rated, office_id=BRANCH)
    head = rated.sign_in_as("office_head", BRANCH)
    page = head.open(f"/staff/ratings?month={MONTH}")
    assert "长安人社分局" in page.words and "本月没有评价" in page.words
    assert head.open(f"/staff/ratings/{rating.id}").status == 403
    supervisor = rated.sign_in_as("supervisor")
    assert "下一页" in supervisor.open(f"/staff/ratings?month={MONTH}").words
    assert supervisor.open(f"/staff/ratings/{rating.id}").status == 200


def test_a_rating_is_left_out_only_by_two_persons(rated: Console) -> None:
    rating = _a_rating(rated)
    first = rated.sign_in_as("supervisor")
    first.open(f"/staff/ratings/{rating.id}")
    page = first.send(f"/staff/ratings/{rating.id}/exclusion", code="test", words="测试号码")
    assert page.path == "/staff/oversight" and "这是您自己提的" in page.words
    with rated.services.database.read() as db:
        exclusion_id = db.scalars(select(Exclusion.id)).one()
    decide = f"/staff/oversight/exclusion/{exclusion_id}"
    assert "须另一人决定" in first.send(decide, decision="approve").words
    rated.add_user("supervisor", "dg-bureau", "second")
    second = rated.open()
    second.sign_in("second", "Long-Enough-2026")
    second.open("/staff/oversight")
    assert "已决定" in second.send(decide, decision="approve").words
    with rated.services.database.read() as db:
        assert db.get_one(Exclusion, exclusion_id).state == "approved"


def test_an_office_appeals_against_a_bad_rating_and_the_bureau_decides(rated: Console) -> None:
    rating = _a_rating(rated, office_id=BRANCH, level=2)
    head = rated.sign_in_as("office_head", BRANCH)
    assert "可申诉的差评" in head.open(f"/staff/ratings?month={MONTH}").words
    page = head.send(f"/staff/ratings/{rating.id}/appeal", words="打错了电话")
    assert "申诉已提交" in page.words
    supervisor = rated.sign_in_as("supervisor")
    assert "打错了电话" in supervisor.open("/staff/oversight").words
    page = supervisor.send("/staff/oversight/appeal/1", decision="approve", words="属实")
    assert "已决定" in page.words and "没有等待决定的提议" in page.words
    assert head.open("/staff/oversight").status == 403


def test_a_published_ranking_is_made_again_only_by_two_persons_and_both_stay(
    rated: Console,
) -> None:
    first = rated.sign_in_as("supervisor")
    first.open(f"/staff/ranking/{MONTH}")
    first.send(f"/staff/ranking/{MONTH}/revision", code="system_fault", words="漏计一天")
    rated.add_user("supervisor", "dg-bureau", "second")
    second = rated.open()
    second.sign_in("second", "Long-Enough-2026")
    second.open("/staff/oversight")
    second.send("/staff/oversight/revision/1", decision="approve")
    with rated.services.database.read() as db:
        assert [row.revision for row in list_revisions(db, MONTH)] == [1, 2]
    assert "漏计一天" in rated.open().open(f"/ranking/{MONTH}").words
