"""An employer wants to know who complained: nothing that leaves the house tells."""

from __future__ import annotations

from decimal import Decimal

import pytest

from casework.employer_letters import reference_of
from casework.models import Case
from core.ranges import Range
from tests.casework.people import a_petition
from tests.staff.conftest import Console

SECRETS = {
    "issue": "我是焊工张建国，三月起欠薪",
    "wanted": "补发到我的卡上",
    "evidence": "我和李秀英的聊天记录",
}


def _case(console: Console, **fields: object) -> Case:
    with console.services.database.write() as db:
        now = console.services.clock.now()
        return a_petition(
            db,
            console.services.case_services,
            now,
            amount_yuan=Range.exactly(Decimal(23456)),
            **{**SECRETS, **fields},
        )


def test_the_letter_to_the_employer_tells_nothing_of_the_complainant(console: Console) -> None:
    case = _case(console, people=Range.exactly(2))
    page = console.sign_in_as("officer").open(f"/staff/cases/{case.number}/employer-letter")
    assert page.status == 200 and "东莞市鸿达电子有限公司" in page.words
    for secret in (*SECRETS.values(), "张建国", "王小明", "13800138000", "8000", "23456", "两人",
                   case.number, case.number[2:10]):  # fmt: skip
        assert secret not in page.html, secret


def test_the_reference_of_a_letter_leads_to_the_case_for_us_alone(console: Console) -> None:
    case = _case(console)
    vault = console.services.case_services.vault
    page = console.sign_in_as("officer").open(f"/staff/cases/{case.number}/employer-letter")
    assert reference_of(vault, case.number) in page.words
    assert reference_of(vault, case.number) != reference_of(vault, "DG-another")


@pytest.mark.parametrize(("people", "is_said"), [(9, False), (10, True)])
def test_that_many_are_concerned_is_said_only_where_it_points_at_nobody(
    console: Console, people: int, is_said: bool
) -> None:
    case = _case(console, people=Range.exactly(people))
    page = console.sign_in_as("officer").open(f"/staff/cases/{case.number}/employer-letter")
    assert ("涉及人员较多" in page.words) is is_said


def test_a_letter_of_a_case_out_of_reach_is_as_unknown_as_one_that_does_not_exist(
    console: Console,
) -> None:
    case = _case(console)
    stranger = console.sign_in_as("officer", "dg-nancheng")
    unknown = stranger.open("/staff/cases/DG000/employer-letter").status
    assert stranger.open(f"/staff/cases/{case.number}/employer-letter").status == unknown == 404
