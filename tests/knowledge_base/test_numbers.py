"""Numbers in sentences: found when checked, spoken when read aloud."""

from __future__ import annotations

from decimal import Decimal

import pytest

from knowledge_base.numbers import numbers_in, numbers_in_law
from knowledge_base.spoken_numbers import speak_numbers


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("试用期不超过六个月", {6}),
        ("加付50%以上的赔偿金", {50}),
        ("百分之八十", {80}),
        ("双倍工资", {2}),
        ("两个月工资", {2}),
        ("每月2,080元", {2080}),
        ("一千五百元", {1500}),
        ("半个月工资", {"0.5"}),
        ("１９．８元", {"19.8"}),
        ("二十二点五倍", {"22.5"}),
        ("二〇二五年", {2025}),
        ("within thirty days", {30}),
        ("double pay", {2}),
        ("单位一次付清，十分清楚", set()),
        ("请拨打12333", set()),
        ("第三人侵权", set()),
        ("五险一金", set()),
    ],
)
def test_the_numbers_of_a_sentence(sentence: str, expected: set[object]) -> None:
    assert numbers_in(sentence) == {Decimal(str(number)) for number in expected}


def test_a_law_counts_its_years_also_in_months_and_its_multiples_in_percent() -> None:
    assert Decimal(12) in numbers_in_law("满一年的")
    assert Decimal(300) in numbers_in_law("工资的三倍")


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("每月2080元", "每月两千零八十元"),
        ("19.8元", "十九点八元"),
        ("15天", "十五天"),
        ("2个月", "两个月"),
        ("12个月", "十二个月"),
        ("200元", "两百元"),
        ("2025年3月1日", "二零二五年三月一日"),
        ("工资的80%", "工资的百分之八十"),
        ("请拨打12333", "请拨打幺二三三三"),
        ("20000元", "两万元"),
    ],
)
def test_digits_are_spoken_in_chinese_as_people_say_them(written: str, spoken: str) -> None:
    assert speak_numbers(written, "zh") == spoken


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("2080 yuan", "two thousand and eighty yuan"),
        ("19.8 yuan", "nineteen point eight yuan"),
        ("80%", "eighty percent"),
        ("2,080 yuan", "two thousand and eighty yuan"),
        ("call 12333", "call one two three three three"),
    ],
)
def test_digits_are_spoken_in_english(written: str, spoken: str) -> None:
    assert speak_numbers(written, "en") == spoken
