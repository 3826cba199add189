"""Phone numbers as people write them and providers send them."""

from __future__ import annotations

import pytest

from core.errors import InputError
from core.phones import digits_apart, find_caller, mask, parse_phone


@pytest.mark.parametrize(
    ("raw", "e164", "textable"),
    [
        ("13800138000", "+8613800138000", True),
        ("+86 138 0013 8000", "+8613800138000", True),
        ("0769-22222222", "+8676922222222", False),
        ("+85261234567", "+85261234567", True),
    ],
)
def test_numbers_are_read_and_judged(raw: str, e164: str, textable: bool) -> None:
    phone = parse_phone(raw)
    assert (phone.e164, phone.can_receive_texts) == (e164, textable)


@pytest.mark.parametrize("raw", ["", "12345", "abc", "1380013800"])
def test_what_is_no_number_is_refused_naming_the_field(raw: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_phone(raw)
    assert caught.value.field == "phone"


@pytest.mark.parametrize("raw", ["", "anonymous", "Restricted", "+266696687"])
def test_a_withheld_number_is_no_number(raw: str) -> None:
    assert find_caller(raw) is None


def test_masking_leaves_the_last_four_digits() -> None:
    assert mask("+8613800138000") == "+86138****8000"
    assert mask("12345") == "*****"
    assert digits_apart("DG12") == "D G 1 2"
