"""Whether a message asks something, and which of two ways it asks about."""

from __future__ import annotations

import pytest

from nlu.asking import asks_which, is_asking


@pytest.mark.parametrize("plain", ["你们管不管", "得唔得", "先投诉还是先仲裁", "要多久"])
def test_questions_ask(plain: str) -> None:
    assert is_asking(plain)


@pytest.mark.parametrize("plain", ["动不动就罚款", "时不时加班", "不不不", "老板不发工资", "3000"])
def test_tellings_do_not(plain: str) -> None:
    assert not is_asking(plain)


@pytest.mark.parametrize(
    ("plain", "is_which"),
    [
        ("先投诉还是先仲裁", True),
        ("我该投诉还是去仲裁", True),
        ("should i go to arbitration first or complain first", True),
        ("还是没发工资我要投诉", False),
        ("先投诉", False),
    ],
)
def test_two_ways_are_asked_about(plain: str, is_which: bool) -> None:
    assert asks_which(plain) is is_which
