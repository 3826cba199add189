"""Case numbers survive being read aloud and typed by people."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConflictError, InputError
from core.reference_numbers import (
    RANDOM_DIGITS,
    check_digit,
    draw_case_number,
    draw_digits,
    find_case_number,
    group_case_number,
    is_case_number,
    make_case_number,
    parse_case_number,
)

DAY = date(2026, 11, 23)
NUMBER = make_case_number(DAY, "4821037")
OLD_NUMBER = "DG2026112300076"
_days = st.dates(date(2021, 1, 1), date(2099, 12, 31))
# As they are given now, and as they were while they had a sequence.
numbers = st.builds(
    make_case_number, _days, st.from_regex(r"[0-9]{7}", fullmatch=True)
) | st.builds(make_case_number, _days, st.integers(1, 999_999).map("{:04d}".format))


def test_the_check_digit_is_damms() -> None:
    assert check_digit("572") == "4"
    assert check_digit("5724") == "0"


@given(numbers)
def test_a_number_is_understood_as_it_is_written(number: str) -> None:
    assert is_case_number(number)
    assert find_case_number(number) == number
    assert find_case_number(group_case_number(number)) == number


@given(numbers, st.data())
def test_every_wrong_digit_is_found(number: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(2, len(number) - 1))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != number[place]]))
    assert not is_case_number(number[:place] + digit + number[place + 1 :])


@given(numbers, st.data())
def test_every_swap_of_neighbours_is_found(number: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(2, len(number) - 2))
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert swapped == number or not is_case_number(swapped)


@pytest.mark.parametrize(
    "said",
    [
        NUMBER.lower(),
        NUMBER.removeprefix("DG"),
        "查询 " + NUMBER + " 谢谢",
        "ＤＧ" + NUMBER[2:].translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        " - ".join(NUMBER[2:]),
        NUMBER[2:].translate(str.maketrans("0123456789", "零一二三四五六七八九")),
        NUMBER[2:].translate(str.maketrans("0123456789", "洞幺两三四五六拐八勾")),
        "D G " + "，".join((NUMBER[2:10], NUMBER[10:17], NUMBER[17:])),
        NUMBER + " 5678",
        "my number is " + NUMBER[2:].replace("0", " zero ").replace("1", " one "),
    ],
)
def test_a_number_is_understood_as_people_say_it(said: str) -> None:
    assert find_case_number(said) == NUMBER


@pytest.mark.parametrize("said", ["", "你好", "13800138000", "DG20261323" + "00070", NUMBER[:-1]])
def test_what_is_no_number_is_refused(said: str) -> None:
    assert find_case_number(said) is None
    with pytest.raises(InputError) as refused:
        parse_case_number(said)
    assert refused.value.field == "case_number"


def test_numbers_given_before_stay_valid() -> None:
    assert is_case_number(OLD_NUMBER)
    for said in (OLD_NUMBER, OLD_NUMBER + " 5678", group_case_number(OLD_NUMBER)):
        assert find_case_number(said) == OLD_NUMBER


def test_numbers_of_a_day_are_drawn_by_chance_and_given_once() -> None:
    taken: set[str] = set()
    for _ in range(200):
        taken.add(draw_case_number(DAY, draw_digits, taken.__contains__))
    assert len(taken) == 200
    assert all(is_case_number(number) for number in taken)
    middles = sorted(int(number[10:-1]) for number in taken)
    # Neighbours in time are none in number: two hundred in a row would lie within two hundred.
    assert middles[-1] - middles[0] > 10**RANDOM_DIGITS // 10


def test_a_number_that_a_case_has_is_not_given_again() -> None:
    drawn = iter(["0000001", "0000001", "0000002"])
    taken = {make_case_number(DAY, "0000001")}
    number = draw_case_number(DAY, lambda _: next(drawn), taken.__contains__)
    assert number == make_case_number(DAY, "0000002")
    with pytest.raises(ConflictError):
        draw_case_number(DAY, lambda _: "0000001", taken.__contains__)
