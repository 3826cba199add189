"""What is urgent, and what only sounds like it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.case_services import CaseRules, CaseServices
from casework.drafts import Contact
from casework.employers import normalise_employer
from casework.mass_matters import list_cases_of_matter, list_mass_matters
from casework.models import Case
from casework.notices import Notice
from casework.urgency import find_urgent_reasons
from core.clock import FixedClock, local_date
from core.phones import parse_phone
from core.ranges import Range
from tests.casework.people import a_petition

RULES = CaseRules()


@pytest.mark.parametrize(
    ("said", "reasons"),
    [
        ("工友手被机器压伤流血不止", ["injury"]),
        ("没有人受伤", []),
        ("没受伤，就是机器坏了", []),
        ("未造成人员死亡", []),
        ("老板没买保险，昨天有人受伤", ["injury"]),
        ("工伤保险怎么买", []),
        ("工伤认定要多久", []),
        ("宿舍著火了", ["danger"]),
        ("厂里有童工，才十五岁", ["child_labour"]),
        ("再不发工资我就跳楼", ["self_harm"]),
        ("不发工资我没有办法只能自杀", ["self_harm"]),
        ("我們幾十個人準備去堵路", ["gathering"]),
        ("老板威胁我们，不让出厂", ["danger"]),
        ("试用期最长多久", []),
        ("Nobody was injured", []),
        ("A worker was injured and is in hospital", ["injury"]),
        ("We will block the road tomorrow", ["gathering"]),
        ("１４岁的小孩在流水线上班", ["child_labour"]),
        (None, []),
    ],
)
def test_words_of_urgency(said: str | None, reasons: list[str]) -> None:
    assert list(find_urgent_reasons(RULES, [said])) == reasons


def test_many_people_or_a_large_amount_is_urgent() -> None:
    assert (
        find_urgent_reasons(
            RULES, [], people=Range.exactly(9), amount_yuan=Range.exactly(Decimal(200_000))
        )
        == ()
    )
    large = find_urgent_reasons(
        RULES, [], people=Range.exactly(10), amount_yuan=Range.exactly(Decimal("200000.01"))
    )
    assert large == ("people", "amount")


@pytest.mark.parametrize(
    "name",
    [
        "东莞市鸿达电子有限公司",
        "鸿达电子有限公司",
        " 鸿达电子（公司）",
        "鴻達電子",
        "广东省东莞市鸿达电子股份有限公司",
        "鸿达-电子",
    ],
)
def test_one_employer_has_one_key_however_it_is_written(name: str) -> None:
    assert normalise_employer(name) == "鸿达电子"


def test_short_and_foreign_names_keep_what_they_have() -> None:
    assert normalise_employer("Hong Da Electronics Co., Ltd.") == "hongdaelectronics"
    assert normalise_employer("东莞公司") == "公司"
    assert normalise_employer("……") == ""


def lodge_many(
    db: Session,
    case_services: CaseServices,
    clock: FixedClock,
    count: int,
    first: int = 0,
    **fields: object,
) -> list[Case]:
    """Petitions of different citizens about one factory."""
    return [
        a_petition(
            db,
            case_services,
            clock.now(),
            f"mass-{n}",
            contact=Contact(phone=parse_phone(f"138001{n:05d}"), channel="sms", is_proved=True),
            **fields,
        )
        for n in range(first, first + count)
    ]


def mass_notices(db: Session) -> list[Notice]:
    return list(db.scalars(select(Notice).where(Notice.text_key == "notice.mass_matter")))


def test_twelve_people_from_one_factory_in_three_days_are_one_matter(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    lodge_many(db, case_services, clock, 5)
    clock.advance(timedelta(days=1))
    assert not mass_notices(db)
    lodge_many(db, case_services, clock, 2, first=5, people=Range.exactly(3))
    clock.advance(timedelta(days=1))
    lodge_many(db, case_services, clock, 1, first=7)
    (matter,) = list_mass_matters(db, local_date(clock.now()))
    assert (matter.case_count, matter.people) == (8, 12)
    cases = list_cases_of_matter(db, matter)
    assert all(case.is_urgent and "mass" in case.urgent_reasons for case in cases)
    (notice,) = mass_notices(db)
    assert (notice.audience, notice.is_urgent, notice.params["people"]) == ("bureau", True, 11)


def test_the_bureau_is_told_again_when_the_people_have_doubled(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    lodge_many(db, case_services, clock, 19)
    assert [notice.params["people"] for notice in mass_notices(db)] == [10]
    lodge_many(db, case_services, clock, 1, first=19)
    assert [notice.params["people"] for notice in mass_notices(db)] == [10, 20]
    assert len(list_mass_matters(db, local_date(clock.now()))) == 1


def test_cases_far_apart_or_of_other_employers_are_no_mass_matter(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    for n in range(12):
        lodge_many(db, case_services, clock, 1, first=n, employer=f"第{n}电子厂")
    for n in range(12):
        lodge_many(db, case_services, clock, 1, first=20 + n)
        clock.advance(timedelta(days=1))
    assert not mass_notices(db)
