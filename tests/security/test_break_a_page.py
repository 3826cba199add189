"""Somebody wants to break the console: with days, amounts, ids, lengths and signs that are none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from accounts.models import StaffUser
from casework.queries import get_case, list_events, newest_human_event
from core.database import Base, Database
from tests.staff.conftest import BRANCH, Console
from tests.staff.test_cases import lodge_message, lodge_petition

HUGE = str(2**63)
ODD_DAYS = ("9999-12-31", "0001-01-01", "1949-09-30", "2028-01-01", "x", "2026-02-30")
ODD_AMOUNTS = ("NaN", "sNaN", "Infinity", "-1", "1e999999", "9" * 30)


@pytest.mark.parametrize("day", ODD_DAYS)
def test_by_a_day_that_no_call_has(console: Console, day: str) -> None:
    page = console.sign_in_as("supervisor").open(f"/staff/calls?day={day}")
    assert page.status == 200 and "2026-11-23" in page.html


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("since_on", day) for day in ODD_DAYS),
        *(("amount_yuan", amount) for amount in ODD_AMOUNTS),
        *(("people", people) for people in ("9" * 5000, "-2", "1.5", "NaN")),
        ("town", "a-town-that-is-much-longer-than-its-column-in-the-database"),
        ("town", "atlantis"),
        ("topic", "x" * 150),
        ("topic", "no-such-topic"),
        ("employer", "厂" * 121),
        ("citizen_name", "王" * 61),
        ("reason", "因" * 1001),
    ],
)
def test_by_a_correction_that_makes_no_sense(console: Console, field: str, value: str) -> None:
    case = lodge_petition(console)
    officer = console.sign_in_as("officer", BRANCH)
    officer.open(f"/staff/cases/{case.number}")
    fields = {"town": "changan", "reason": "按规定", field: value}
    page = officer.send(f"/staff/cases/{case.number}/moves/correct", **fields)
    assert page.status == 422, page.words[:200]
    with console.services.database.read() as db:
        assert len(list_events(db, get_case(db, case.number))) == case.event_count


def test_by_a_note_of_700_000_characters(console: Console) -> None:
    case = lodge_petition(console)
    officer = console.sign_in_as("officer", BRANCH)
    officer.open(f"/staff/cases/{case.number}")
    page = officer.send(f"/staff/cases/{case.number}/moves/note", text="a" * 700_000)
    assert page.status == 422 and "最多6000个字" in page.words
    page = officer.send(f"/staff/cases/{case.number}/moves/note", text="a" * 4001)
    assert page.status == 422 and "备注最多4000个字" in page.words
    assert 'maxlength="4000"' in page.html
    assert officer.send(f"/staff/cases/{case.number}/moves/note", text="a" * 4000).status == 200


def test_to_have_77_texts_sent_by_one_answer(console: Console) -> None:
    case = lodge_message(console)
    agent = console.sign_in_as("agent")
    agent.open(f"/staff/cases/{case.number}")
    with console.services.database.read() as db:
        seen = newest_human_event(db, get_case(db, case.number))
    answer = f"/staff/cases/{case.number}/moves/answer"
    for length in (20_000, 1501):
        page = agent.send(answer, text="答" * length, means="text", seen=seen)
        assert page.status == 422 and "个字" in page.words
    page = agent.send(f"/staff/cases/{case.number}/length", text="答" * 1501)
    assert "1501个字，短信答复最多1500个字" in page.words
    assert agent.send(answer, text="答" * 1500, means="text", seen=seen).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/staff/recordings/{}",
        "/staff/ratings/{}",
        "/staff/agents/{}",
        "/staff/danger/{}",
        "/staff/accounts/{}",
    ],
)
@pytest.mark.parametrize("number", [HUGE, "9" * 19, "9" * 5000, "-1", "１", "²"])
def test_by_an_id_that_no_row_has(console: Console, path: str, number: str) -> None:
    role = "administrator" if "accounts" in path else "supervisor"
    assert console.sign_in_as(role).open(path.format(number)).status == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ranking/%00", 404),
        ("/ranking/2026-11%00.csv", 404),
        ("/staff/cases/%00", 404),
        ("/staff/calls/%00", 404),
        ("/staff/calls?day=%00", 400),
        ("/staff/audit?subject=%00", 400),
        ("/staff/ratings?office=%00", 400),
        ("/staff/cases?office=%00&folder=all", 400),
        ("/staff/knowledge?q=%00", 400),
        ("/staff/danger/banner?but=99999999999999999999", 400),
        ("/staff/ranking/9999-12", 404),
        ("/staff/ranking/0001-01", 404),
        ("/staff/ranking/0000", 404),
        ("/staff/cases?page=" + "9" * 400, 200),
    ],
)
def test_by_a_sign_that_databases_do_not_take(console: Console, path: str, status: int) -> None:
    assert console.sign_in_as("supervisor").open(path).status == status


def test_by_a_page_that_no_editor_has(console: Console) -> None:
    editor = console.sign_in_as("editor")
    for path in (
        "/staff/corrections?since=9999-12-31",
        "/staff/gaps?page=999999&state=%F0%9F%92%A3",
    ):
        assert editor.open(path).status == 200


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/staff/sign-in", {"login": "a\0", "password": "b"}),
        ("/staff/audit", {"subject": "\0"}),
        ("/staff/cases", {"q": "\0"}),
        ("/staff/replies", {"title": "\0", "body": "x"}),
        ("/staff/corrections", {"since": "\0"}),
        ("/staff/knowledge/sick-leave-pay/drafting/save", {"text": "\0", "seen": ""}),
        ("/staff/language", {"language": "zh", "next": "/staff/cases\0"}),
        ("/staff/cases", {"x" * 65: "y"}),
    ],
)
def test_by_a_nul_in_a_form(console: Console, path: str, fields: dict[str, str]) -> None:
    supervisor = console.sign_in_as("supervisor")
    supervisor.open("/staff/cases")
    assert supervisor.send(path, **fields).status in {400, 403}


def test_to_lead_elsewhere_by_a_line_break_in_the_address(console: Console) -> None:
    browser = console.sign_in_as("agent")
    for bad in ("/staff/cases\r\nSet-Cookie: a=b", "/staff/\n/evil.example", "/staff/\t/x"):
        page = browser.send("/staff/language", language="zh", next=bad)
        assert page.status in {200, 400} and "Set-Cookie: a=b" not in str(page.response.headers)


def test_by_fields_that_no_form_has(console: Console) -> None:
    case = lodge_petition(console)
    officer = console.sign_in_as("officer", BRANCH)
    officer.open(f"/staff/cases/{case.number}")
    odd = {"office_id": "dg-bureau", "is_urgent": "1", "state": "closed", "version": "7"}
    page = officer.send(f"/staff/cases/{case.number}/moves/note", text="好", **odd)
    assert page.status == 200
    with console.services.database.read() as db:
        after = get_case(db, case.number)
        assert (after.office_id, after.is_urgent, after.state) == (BRANCH, False, "registered")


@pytest.fixture
def on_postgres(postgres: Database) -> Iterator[Database]:
    """The console's database, on PostgreSQL, whose columns have no room for more than they say."""
    Base.metadata.create_all(postgres.engine)
    yield postgres


@pytest.mark.postgres
class TestOnPostgresql:
    @pytest.fixture
    def database(self, on_postgres: Database) -> Database:
        return on_postgres

    @pytest.mark.parametrize(
        ("path", "fields"),
        [
            ("moves/correct", {"town": "t" * 100, "reason": "按规定"}),
            ("moves/correct", {"topic": "t" * 100, "reason": "按规定"}),
            ("moves/correct", {"people": "999999999+", "reason": "按规定", "town": "changan"}),
            ("moves/assign", {"staff": "s" * 100}),
            ("moves/forward", {"office": "o" * 100, "reason": "按规定"}),
            ("moves/note", {"text": "a" * 100_000}),
        ],
    )
    def test_by_words_longer_than_the_column(
        self, console: Console, path: str, fields: dict[str, str]
    ) -> None:
        case = lodge_petition(console)
        head = console.sign_in_as("office_head", BRANCH)
        head.open(f"/staff/cases/{case.number}")
        assert head.send(f"/staff/cases/{case.number}/{path}", **fields).status in {200, 422}

    def test_by_an_account_with_a_long_name(self, console: Console) -> None:
        admin = console.sign_in_as("administrator")
        admin.open("/staff/accounts")
        for name in ("n" * 65, "n" * 5000):
            fields = {"login": "newcomer", "name": name, "role": "agent", "office": BRANCH}
            assert admin.send("/staff/accounts", **fields).status in {400, 422}
        with console.services.database.read() as db:
            assert db.scalar(select(StaffUser).where(StaffUser.login == "newcomer")) is None


@pytest.mark.parametrize("office", ["x" * 200_000, "13900001004", "dg-bureau/../x"])
def test_by_an_address_that_carries_whatever_was_sent(console: Console, office: str) -> None:
    page = console.sign_in_as("supervisor").send("/staff/cases", q="", office=office)
    assert page.status == 200 and office not in page.html


@pytest.mark.parametrize("field", ["subject", "action", "actor_id"])
def test_by_a_search_of_the_trail_that_no_address_holds(console: Console, field: str) -> None:
    page = console.sign_in_as("administrator").send("/staff/audit", **{field: "x" * 200_000})
    assert page.status == 200
