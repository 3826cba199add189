"""What is found in a message."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from core.ranges import Range
from nlu.entities.extraction import find_entities
from nlu.entities.names import find_case_number, find_employer, find_law
from nlu.entities.numerals import parse_number
from nlu.entities.towns import find_town, load_towns
from nlu.entities.values import NO_ENTITIES, NamedLaw

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("3.5万", 35000),
        ("三千二", 3200),
        ("一万二", 12000),
        ("两百", 200),
        ("一百零五", 105),
        ("十几", None),
        ("二零二六", 2026),
        ("12,800", 12800),
        ("两千零五十", 2050),
        ("1万5", 15000),
        ("13万2", 132000),
        ("3万2千", 32000),
        ("2百", 200),
        ("1亿2万", 100_020_000),
        ("3千5", 3500),
        ("1.5w", 15000),
        ("5k", 5000),
    ],
)
def test_numbers_are_read_as_they_are_said(said: str, number: int | None) -> None:
    assert parse_number(said) == (None if number is None else Decimal(number))


def test_there_are_four_streets_and_twenty_eight_towns() -> None:
    kinds = [town.kind for town in load_towns()]
    assert kinds.count("street") == 4
    assert kinds.count("town") == 28
    assert len({town.id for town in load_towns()}) == len(kinds)


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("我在大朗镇一家毛织厂", "dalang"),
        ("在后街打工", "houjie"),
        ("长安乌沙的电子厂", "changan"),
        ("在桥头上班", "qiaotou"),
        ("走到桥头摔了一跤", None),
        ("I work in Humen", "humen"),
        ("高步镇的鞋厂", "gaobu"),
        ("公司在南京", None),
    ],
)
def test_towns_are_found_also_when_misheard(text: str, town: str | None) -> None:
    assert find_town(text) == town


def test_a_complaint_gives_its_facts() -> None:
    found = find_entities(
        "我在大朗镇永兴毛织厂上班,2026年3月5日入职,老板拖欠我们二十三个人三个月工资共八万六千元",
        TODAY,
    )
    assert found.town == "dalang"
    assert found.employer == "永兴毛织厂"
    assert found.dates == (Range.exactly(date(2026, 3, 5)),)
    assert found.people == Range.exactly(23)
    assert found.duration_months == Decimal("3.00")
    assert found.amount == Range.exactly(Decimal(86000))


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("三个半月", "3.50"),
        ("半年", "6.00"),
        ("两年半", "30.00"),
        ("15天", "0.50"),
        ("一年零八个月", "20.00"),
        ("三个礼拜没发钱", "0.70"),
        ("they owed me for two years", "24.00"),
    ],
)
def test_spans_are_given_in_months(text: str, months: str) -> None:
    assert find_entities(text, TODAY).duration_months == Decimal(months)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("查询 DG202611230001 7", "DG2026112300017"),
        ("D G 二零二六幺幺二三零零零一七", "DG2026112300017"),
        ("dg-20261123-00017", "DG2026112300017"),
        ("我没有编号", None),
        ("DG12", None),
    ],
)
def test_case_numbers_are_read_also_when_spoken(text: str, number: str | None) -> None:
    assert find_case_number(text) == number


def test_a_law_is_named_by_its_usual_title() -> None:
    assert find_law("劳动合同法第三十八条怎么说") == NamedLaw("劳动合同法", 38)
    assert find_law("按《社保法》规定") == NamedLaw("社会保险法", None)
    assert find_law("老板说的不算") is None


@pytest.mark.parametrize("text", ["我们公司不签合同", "这家工厂不发工资", "老板的店倒闭了"])
def test_our_company_is_no_name_of_an_employer(text: str) -> None:
    assert find_employer(text) is None


@pytest.mark.parametrize("text", ["", "。", "🙂" * 50, "年月日" * 200, "万" * 50, "零" * 300])
def test_any_text_is_taken(text: str) -> None:
    assert isinstance(find_entities(text, TODAY), type(NO_ENTITIES))


def test_a_calendar_day_is_no_span() -> None:
    assert find_entities("二零二四年十月一日入职", TODAY).duration_months is None


@pytest.mark.parametrize(
    ("text", "employer"),
    [
        ("我在那个厚街镇的嗯永兴鞋厂上班", "永兴鞋厂"),
        ("My company is Fuli Electronics Co., Ltd", "Fuli Electronics Co., Ltd"),
        ("I work in a factory", None),
    ],
)
def test_employers_are_found_in_speech_and_in_english(text: str, employer: str | None) -> None:
    assert find_employer(text) == employer


def test_a_law_is_named_in_english_too() -> None:
    assert find_law("article 38 of the Labour Contract Law") == NamedLaw("劳动合同法", 38)
    assert find_law("the labor law, article 44") == NamedLaw("劳动法", 44)
