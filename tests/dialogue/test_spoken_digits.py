"""What is a number, and what only has digits in it."""

from __future__ import annotations

import pytest

from dialogue.spoken_digits import digits_of, is_number


@pytest.mark.parametrize(
    ("words", "digits"),
    [
        ("二零二六一一三零五五九三五九四六", "2026113055935946"),
        ("我的编号是DG2026113055935946，谢谢", "2026113055935946"),
        ("尾号是八零零零", "8000"),
        ("幺三八零零幺三八零零零", "13800138000"),
        ("it's one two three four", "1234"),
        ("my case number is 2026 1130", "20261130"),
        ("验证码123456", "123456"),
    ],
)
def test_a_number_is_said_digit_by_digit(words: str, digits: str) -> None:
    assert is_number(words) and digits_of(words) == digits


@pytest.mark.parametrize(
    "words",
    [
        "老板拖欠工资三个月怎么办",
        "2026年11月的那个投诉到哪了",
        "我有两个问题想问",
        "拖欠3个月工资",
        "can I ask one question",
        "算了",
        "",
    ],
)
def test_words_with_digits_in_them_are_no_number(words: str) -> None:
    assert not is_number(words)
