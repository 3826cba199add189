"""Case numbers survive being read aloud and typed by people."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.database import Base, Database
from core.errors import InputError
from core.reference_numbers import (
    check_digit,
    find_case_number,
    group_case_number,
    is_case_number,
    make_case_number,
    next_case_number,
    parse_case_number,
)
from core.sealing import Vault

DAY = date(2026, 11, 23)
NUMBER = make_case_number(DAY, 7)
numbers = st.builds(
    make_case_number, st.dates(date(2021, 1, 1), date(2099, 12, 31)), st.integers(1, 999_999)
)


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
        "D G " + "，".join((NUMBER[2:10], NUMBER[10:14], NUMBER[14:])),
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


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/numbers.db", Vault("t" * 32))
    Base.metadata.create_all(database.engine)
    yield database
    database.dispose()


def test_writers_at_the_same_time_never_get_the_same_number(database: Database) -> None:
    def take(_: int) -> str:
        with database.write() as db:
            return next_case_number(db, DAY)

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(take, range(40)))
    assert sorted(taken) == [make_case_number(DAY, n) for n in range(1, 41)]


def test_each_day_counts_from_one(database: Database) -> None:
    with database.write() as db:
        first, second = next_case_number(db, DAY), next_case_number(db, DAY)
        other = next_case_number(db, date(2026, 11, 24))
    assert (first, second) == (make_case_number(DAY, 1), make_case_number(DAY, 2))
    assert other == make_case_number(date(2026, 11, 24), 1)


def test_a_very_busy_day_gets_longer_numbers() -> None:
    number = make_case_number(DAY, 10_000)
    assert is_case_number(number)
    assert len(number) == len(NUMBER) + 1
    assert find_case_number(f"{number[2:]}") == number
