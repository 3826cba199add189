"""Days, people and amounts between two ends, and what was told without being confirmed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from casework.models import Case
from casework.operations import lodge_contact
from casework.queries import get_case, newest_human_event
from core.errors import InputError
from core.ranges import Range
from staff.form_values import FormValues
from tests.casework.people import a_petition, contact_draft
from tests.staff.conftest import BRANCH, Console

WAGES, INSURANCE = "wage-arrears-what-to-do", "employer-social-insurance-duty"


def lodge(console: Console, **fields: object) -> Case:
    services = console.services
    with services.database.write() as db:
        return a_petition(db, services.case_services, services.clock.now(), "p1", **fields)


def test_ranges_are_shown_as_people_say_them_in_both_languages(console: Console) -> None:
    case = lodge(
        console,
        since=Range(date(2025, 12, 1), date(2025, 12, 31)),
        people=Range(100, None),
        amount_yuan=Range(Decimal(110_000), Decimal(190_000)),
        topics=(WAGES, INSURANCE),
        is_unfinished=True,
    )
    officer = console.sign_in_as("officer", BRANCH)
    page = officer.open(f"/staff/cases/{case.number}").words
    assert "至少100" in page and "约¥110,000.00至¥190,000.00" in page and "未说完" in page
    assert "2025年12月1日" in page and "2025年12月31日" in page and "之间" in page
    assert "按最早一天推算" in page and "仲裁时效从那时起重新计算一年" in page
    assert "未说完" in officer.open("/staff/cases").words
    officer.send("/staff/language", language="en", next="/staff/cases")
    page = officer.open(f"/staff/cases/{case.number}").words
    for words in ("at least 100", "about CN¥110,000.00 to CN¥190,000.00", "Unfinished", "Remedies"):
        assert words in page
    assert "the earliest day is assumed" in page


def test_an_exact_value_is_shown_alone(console: Console) -> None:
    case = lodge(
        console,
        since=Range.exactly(date(2026, 8, 10)),
        people=Range.exactly(14),
        amount_yuan=Range.exactly(Decimal(24000)),
    )
    page = console.sign_in_as("officer", BRANCH).open(f"/staff/cases/{case.number}").words
    assert "¥24,000.00" in page and "2026年8月10日" in page
    assert not any(words in page for words in ("至少", "至多", "最早2026", "约"))


def test_nothing_is_called_too_late_from_an_assumption(console: Console) -> None:
    case = lodge(console, since=Range(date(2024, 1, 1), date(2026, 10, 31)))
    page = console.sign_in_as("officer", BRANCH).open(f"/staff/cases/{case.number}").words
    assert "不能据此认定逾期" in page and "请问明是否在职、何时离职" in page
    assert "按所说日期计算" not in page


def test_what_was_not_confirmed_is_in_the_inbox_to_be_called_back(console: Console) -> None:
    services = console.services
    with services.database.write() as db:
        case = lodge_contact(db, services.case_services, contact_draft(), services.clock.now()).case
    officer = console.sign_in_as("officer", BRANCH)
    inbox = officer.open("/staff/cases?kind=contact").words
    assert case.number in inbox and "未确认反映" in inbox and "还没说完就断线了" in inbox
    page = officer.open(f"/staff/cases/{case.number}").words
    assert "回电核实" in page and "法定期限不起算" in page
    with services.database.read() as db:
        seen = newest_human_event(db, get_case(db, case.number))
    officer.send(
        f"/staff/cases/{case.number}/moves/answer",
        text="已回电，登记诉求。",
        means="call",
        seen=seen,
    )
    page = officer.open(f"/staff/cases/{case.number}").words
    assert "已回电，登记诉求" in page and "法定期限不起算" not in page
    officer.send("/staff/language", language="en", next="/staff/cases")
    assert "Not confirmed" in officer.open(f"/staff/cases/{case.number}").words


def test_ends_are_corrected_in_the_form(console: Console) -> None:
    case = lodge(console, people=Range.exactly(2))
    officer = console.sign_in_as("office_head", BRANCH)
    page = officer.open(f"/staff/cases/{case.number}")
    assert 'name="people" value="2"' in page.html
    given = {"employer": case.employer, "town": case.town, "topic": case.topic}
    page = officer.send(
        f"/staff/cases/{case.number}/moves/correct",
        people="30+", amount_yuan="20,000 - 30000", since_on="2026-08-01",
        since_until="2026-08-31", citizen_name=case.citizen_name, reason="打错了", **given,
    )  # fmt: skip
    assert page.status == 200 and "至少30" in page.words
    with console.services.database.read() as db:
        corrected = get_case(db, case.number)
        assert corrected.people_range == Range(30, None)
        assert corrected.amount_range == Range(Decimal(20_000), Decimal(30_000))
        assert corrected.since_range == Range(date(2026, 8, 1), date(2026, 8, 31))
        assert corrected.topics == [WAGES]


@pytest.mark.parametrize(
    ("raw", "ends"),
    [
        ("14", (14, 14)),
        ("2-3", (2, 3)),
        ("２–３", (2, 3)),
        ("100+", (100, None)),
        ("", None),
    ],
)
def test_a_range_is_read_from_a_form(raw: str, ends: tuple[int, int | None] | None) -> None:
    read = FormValues({"people": raw}).count_range("people")
    assert (read and (read.lower, read.upper)) == ends


@pytest.mark.parametrize("raw", ["-3", "3-", "3-2", "viele", "3+4", "+"])
def test_what_is_no_range_is_refused(raw: str) -> None:
    with pytest.raises(InputError):
        FormValues({"people": raw}).count_range("people")
