"""Who wants to hold the lines, so that nobody else gets through."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hotline.calls import count_open_calls
from hotline.lines import LineRules
from hotline.twilio.attestation import PASSED, read_verdict
from hotline.twilio.failures import message_document
from hotline.vouching import VouchedCallers
from tests.hotline.conftest import Twilio
from tests.security.conftest import ATTACKER, VICTIM, WITHHELD, Line

MakeTwilio = Callable[..., Twilio]


def test_hold_all_lines_with_one_number(line: Line) -> None:
    served = [line.call(ATTACKER).is_served for _ in range(6)]
    assert served == [True, True, False, False, False, False]
    assert line.call(VICTIM).is_served
    with line.parts.database.read() as db:
        assert count_open_calls(db, line.parts.clock.now()) == 3


def test_a_line_is_free_again_when_a_call_ends(line: Line) -> None:
    first, _ = line.call(ATTACKER), line.call(ATTACKER)
    first.hang_up()
    assert line.call(ATTACKER).is_served


def test_hold_all_lines_with_withheld_numbers(line: Line) -> None:
    served = sum(line.call(WITHHELD).is_served for _ in range(60))
    assert served == 15
    assert line.call(VICTIM).is_served


def test_take_up_the_victims_lines_with_their_number(line: Line) -> None:
    spoofed = [line.call(VICTIM, is_vouched=False).is_served for _ in range(3)]
    assert spoofed == [True, True, False]
    assert line.call(VICTIM).is_served


def test_the_third_call_hears_what_the_61st_hears_with_the_emergency_numbers(
    make_twilio: MakeTwilio,
) -> None:
    twilio = make_twilio(line_rules=LineRules(60))
    for n in range(2):
        assert not twilio.call(f"CA{n}").has("Record")
    third = twilio.call("CA2")
    full = make_twilio(line_rules=LineRules(0)).call("CA3", "+8613900139000")
    assert third.text == full.text == message_document("full")
    assert "110" in third.words and "120" in third.words and third.has("Record")


def test_a_listed_switchboard_is_exempt(make_twilio: MakeTwilio) -> None:
    twilio = make_twilio()
    key = twilio.services.database.vault.keyed_hash("+8676988888888")
    rules = LineRules(60, switchboards=frozenset({key}))
    twilio = make_twilio(line_rules=rules)
    assert not any(twilio.call(f"CA{n}", "+8676988888888").has("Record") for n in range(5))


@pytest.mark.parametrize(
    ("line_called", "verdict", "is_vouched"),
    [
        ("+8676912333", "", True),
        ("+8676912345", "", False),
        ("+8676912333", "No-TN-Validation", True),
        ("+8676912333", "TN-Validation-Failed-A", False),
        ("+8676912333", "TN-Validation-Passed-B", False),
        ("+8676912345", PASSED, True),
    ],
)
def test_pass_a_caller_id_off_as_ones_own(line_called: str, verdict: str, is_vouched: bool) -> None:
    callers = VouchedCallers((("+8676912333", "+86"),))
    assert callers.vouches(VICTIM, line_called, read_verdict(verdict)) is is_vouched
    assert not callers.vouches("", line_called, read_verdict(verdict))


def test_by_default_nobody_is_vouched_for() -> None:
    assert not VouchedCallers().vouches(VICTIM, "+8676912333")
