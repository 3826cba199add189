"""Since when, how many people and how much are read from what citizens say."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from core.ranges import Range
from dialogue.flows.petition.fields import read_field, since_of
from dialogue.flows.petition.slots import Field
from nlu.embedded.normalising import simplify
from nlu.entities.extraction import find_entities

TODAY = date(2026, 11, 30)
THREE_MONTHS = Range(date(2026, 8, 15), date(2026, 9, 14))
OCTOBER_15 = Range.exactly(date(2026, 10, 15))


def read(field: Field, said: str) -> object | None:
    plain = simplify(said)
    return read_field(field, plain, find_entities(plain, TODAY), TODAY)


def since(said: str) -> Range[date] | None:
    return since_of(find_entities(simplify(said), TODAY), TODAY)


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("我们厂八十个人三个月没发工资 大家明天去堵政府大门", THREE_MONTHS),
        ("三个月没发工资 下周一我们去劳动局", THREE_MONTHS),
        ("今天打电话来投诉 三个月没发工资", THREE_MONTHS),
        ("三个月没发工资 15号再不发我们就去堵门", THREE_MONTHS),
        ("not paid for three months, tomorrow we will go to the government", THREE_MONTHS),
        ("干了八年 老板三个月没发工资", THREE_MONTHS),
        ("2020年3月入职 三个月没发工资", THREE_MONTHS),
        ("做了三个月没发工资", THREE_MONTHS),
        ("我在长安永盛五金干了两年了 上个月15号突然把我开了一分钱没给", OCTOBER_15),
        ("2020年3月入职 上个月15号被开除", OCTOBER_15),
        ("2023年签的合同 上月十五被辞退", OCTOBER_15),
        ("上个月15号开除我 我要投诉", OCTOBER_15),
        ("明年退休 上个月15号开除我", OCTOBER_15),
        (
            "上周五去劳动局投诉没人管 从8月开始没发工资",
            Range(date(2026, 8, 1), date(2026, 8, 31)),
        ),
        ("they have not paid since March", Range(date(2026, 3, 1), date(2026, 3, 31))),
        (
            "I came today because they have not paid since March",
            Range(date(2026, 3, 1), date(2026, 3, 31)),
        ),
        ("for the last 3 months", THREE_MONTHS),
        ("老板说年底给 三个月没给了", THREE_MONTHS),
        ("噚日去搵劳动局冇人理 三个月冇出粮", THREE_MONTHS),
        ("we will go to city hall on Friday, no wages for three months", THREE_MONTHS),
        ("they will pay next month, not paid for three months", THREE_MONTHS),
        ("我2019年4月到公司 上个月15号把我辞了", OCTOBER_15),
        ("2020年入的职 上个月15号公司解散", OCTOBER_15),
        ("昨天来公司发现倒闭了", Range.exactly(date(2026, 11, 29))),
        ("8月3号在厂里摔了", Range.exactly(date(2026, 8, 3))),
        ("说好上个月15号发工资没发", OCTOBER_15),
        ("2026年3月没发工资", Range(date(2026, 3, 1), date(2026, 3, 31))),
    ],
)
def test_since_is_a_day_on_which_something_happened(said: str, days: Range[date]) -> None:
    assert since(said) == days


@pytest.mark.parametrize(
    "said",
    [
        "我要投诉老板拖欠工资 明天我去你们那里",
        "星期五大家去市政府",
        "2027年3月",
        "下个月",
        "15号再不发我们就去堵门",
        "今天我去你们那里",
        "干了两年了",
        "入职五年了",
        "工作了8年",
        "been working there for two years",
        "since I started two years ago",
        "2020年3月入职",
        "签了三年合同",
        "还有半年退休",
        "怀孕五个月",
        "今年35",
        "老板说明年一月发",
        "说好下个月15号发",
        "they promised to pay in March",
    ],
)
def test_days_to_come_plans_and_service_are_no_since(said: str) -> None:
    assert since(said) is None


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("拖欠两年", Range(date(2024, 5, 30), date(2025, 5, 30))),
        ("一年多没交社保", Range(date(2024, 5, 30), date(2026, 5, 30))),
        ("半年没发", Range(date(2026, 5, 15), date(2026, 6, 14))),
        ("十天没发", Range(date(2026, 11, 6), TODAY)),
        ("超过半年没发", Range(None, date(2026, 6, 14))),
        ("不到两年没发", Range(date(2024, 5, 30), TODAY)),
        ("今年", Range(date(2026, 1, 1), TODAY)),
    ],
)
def test_since_keeps_the_precision_said_and_ends_by_today(said: str, days: Range[date]) -> None:
    assert since(said) == days
    assert read(Field.SINCE, said) == days


@pytest.mark.parametrize(
    ("said", "people"),
    [
        ("问到了 六个", (6, 6)),
        ("大概六个吧", (6, 6)),
        ("七八个吧 也可能九个", (7, 9)),
        ("七八个吧也可能九个", (7, 9)),
        ("大概十几个或者二十个", (11, 20)),
        ("三个人 不对 四个人", (4, 4)),
        ("就我和我老婆", (2, 2)),
        ("我们一家三口", (3, 3)),
        ("整个车间二十几号人", (21, 29)),
        ("全班组", (2, None)),
        ("全厂都没发", (2, None)),
        ("the whole workshop", (2, None)),
        ("seven or eight, maybe nine", (7, 9)),
        ("I asked, six", (6, 6)),
        ("六", (6, 6)),
        ("我不太清楚 大概五六十", (50, 60)),
        ("a dozen or so", (12, 12)),
        ("maybe 20, maybe 30", (20, 30)),
        ("成個車間三十幾人", (31, 39)),
        ("就我自己", (1, 1)),
        ("12", (12, 12)),
    ],
)
def test_an_answer_to_how_many_keeps_both_ends(said: str, people: tuple[int, int | None]) -> None:
    assert read(Field.PEOPLE, said) == Range(*people)


@pytest.mark.parametrize("said", ["很多", "好多人", "不知道多少", "a lot", "三个月"])
def test_no_number_of_people_is_made_up(said: str) -> None:
    assert read(Field.PEOPLE, said) is None


@pytest.mark.parametrize(
    ("said", "yuan"),
    [
        ("每人5000 三个人 总共15000", 15000),
        ("找到了 一共18600", 18600),
        ("一共18600", 18600),
        ("总共两万三", 23000),
        ("问到了 两万三", 23000),
        ("工资5000 押金800", 5000),
        ("18600", 18600),
        ("it is 18600 in total, 6200 each", 18600),
    ],
)
def test_an_answer_to_how_much_is_the_total(said: str, yuan: int) -> None:
    assert read(Field.AMOUNT, said) == Range.exactly(Decimal(yuan))


@pytest.mark.parametrize("said", ["很多", "不知道", "一共三个人"])
def test_no_amount_is_made_up(said: str) -> None:
    assert read(Field.AMOUNT, said) is None
