"""Who wants to guess their way to somebody else's case."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from casework.models import Case
from core.reference_numbers import is_case_number
from tests.security.conftest import ATTACKER, VICTIM, WITHHELD, Call, Line


def guess(call: Call, case: Case, digits: str) -> str:
    """One round: the number, then four digits."""
    said = call.say("查进度")
    if "编号" in said:
        said = call.press(case.number.removeprefix("DG") + "#")
    return call.press(digits) if "四位" in said or "后四位" in said else said


def wrong(case: Case) -> list[str]:
    right = (case.phone or "")[-4:]
    return [f"{n:04d}" for n in range(100, 140) if f"{n:04d}" != right]


def test_try_eighteen_wrong_ends_of_a_number_in_one_call_and_then_the_right_one(
    line: Line,
) -> None:
    theirs = line.lodge_as_victim()
    call = line.call(ATTACKER)
    tries = wrong(theirs)[:18]
    heard = [guess(call, theirs, digits) for digits in tries]
    assert all("等待受理" not in said for said in heard)
    assert "工作人员" in heard[2]
    assert "等待受理" not in guess(call, theirs, "9000")


def test_go_on_guessing_in_call_after_call(line: Line) -> None:
    theirs = line.lodge_as_victim()
    for first in range(0, 12, 3):
        call = line.call(ATTACKER)
        for digits in wrong(theirs)[first : first + 3]:
            guess(call, theirs, digits)
        call.hang_up()
    late = line.call(ATTACKER)
    assert "等待受理" not in guess(late, theirs, "9000")
    late.hang_up()
    line.parts.clock.advance(timedelta(days=1, minutes=1))
    assert "等待受理" in guess(line.call(ATTACKER), theirs, "9000")


def test_go_on_guessing_with_the_number_withheld(line: Line) -> None:
    theirs = line.lodge_as_victim()
    for first in range(0, 30, 3):
        call = line.call(WITHHELD)
        for digits in wrong(theirs)[first : first + 3]:
            guess(call, theirs, digits)
        call.hang_up()
    assert "等待受理" not in guess(line.call(WITHHELD), theirs, "9000")
    # Whose number is known asks on.
    assert "等待受理" in guess(line.call(ATTACKER), theirs, "9000")


def test_lock_the_citizen_out_by_guessing_in_their_name(line: Line) -> None:
    theirs = line.lodge_as_victim()
    for first in range(0, 12, 3):
        call = line.call(VICTIM, is_vouched=False)
        for digits in wrong(theirs)[first : first + 3]:
            guess(call, theirs, digits)
        call.hang_up()
    assert "等待受理" in line.call(VICTIM).say("查进度")
    assert "等待受理" in line.text(f"进度 {theirs.number}", VICTIM)


def test_hear_a_case_without_a_phone_by_its_number_alone(line: Line) -> None:
    call = line.call(WITHHELD)
    call.press("9")
    call.record()
    said = call.press("1")
    assert said.count("查询码是") == 1
    code = "".join(said.split("查询码是")[1].split("，")[0].split())
    assert len(code) == 4 and said.count(" ".join(code)) == 2
    call.hang_up()
    case = line.cases()[-1]
    assert case.phone is None and code not in (case.code_hash or "")
    assert "等待受理" not in line.text(f"进度 {case.number}", ATTACKER)
    other = "0000" if code != "0000" else "1111"
    assert "等待受理" not in guess(line.call(ATTACKER), case, other)
    assert "等待受理" in guess(line.call(WITHHELD), case, code)


def test_count_up_from_a_case_number(line: Line) -> None:
    """The number of one case says nothing about those of others."""
    numbers = []
    for _ in range(12):
        call = line.call(WITHHELD)
        call.press("9")
        call.record()
        call.press("1")
        call.hang_up()
        numbers.append(line.cases()[-1].number)
    middles = [int(number[10:-1]) for number in numbers]
    assert len(set(middles)) == len(middles) and all(map(is_case_number, numbers))
    steps = [abs(b - a) for a, b in pairwise(middles)]
    assert max(steps) > 1000 and sorted(middles) != middles
