"""Clocks worked out by hand (``worked_examples.yaml``), the law article beside each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from casework.deadline_rules import CLOCK_RULES
from casework.deadlines import CaseFacts, DeadlineState, EventFact, deadlines_of
from casework.vocabulary import CaseKind, Remedy
from config.yaml_files import read_yaml
from core.working_calendar import WorkingCalendar

CALENDAR = WorkingCalendar.from_config()
EXAMPLES_FILE = Path(__file__).with_name("worked_examples.yaml")
GDI = "gd-labour-inspection-regulations"


@dataclass(frozen=True)
class Example:
    """One entry of the file, which explains the fields."""

    clock: str
    what: str
    law: str
    of: str
    events: str
    seen_on: str
    gives: str


EXAMPLES = [
    Example(clock=clock, **fields)
    for clock, examples in read_yaml(EXAMPLES_FILE).items()
    for fields in examples
]


def clock_in(case: Example) -> DeadlineState | None:
    """The last run of the example's clock."""
    is_petition = case.of in set(Remedy)
    facts = CaseFacts(
        CaseKind.PETITION if is_petition else CaseKind(case.of),
        Remedy(case.of) if is_petition else None,
    )
    events = [event_in(words) for words in case.events.split(", ")]
    noon = datetime.fromisoformat(case.seen_on).replace(hour=4, tzinfo=UTC)
    runs = [c for c in deadlines_of(facts, events, CALENDAR, noon) if c.id == case.clock]
    return runs[-1] if runs else None


def event_in(words: str) -> EventFact:
    day, name = words.split(" ")
    kind, about, days = (*name.split(":"), "", "0")[:3]
    return EventFact(date.fromisoformat(day), kind, about, int(days or 0))


def described(clock: DeadlineState | None) -> str:
    if clock is None:
        return "absent"
    due = "-" if clock.due is None else f"{clock.due.on}{'?' * clock.due.is_provisional}"
    words = {
        "paused": clock.is_paused,
        "lapsed": clock.has_lapsed,
        "overdue": clock.is_overdue,
        "running": clock.is_running,
        "late": clock.is_late,
        "done": True,
    }
    return f"{due} {next(word for word, is_so in words.items() if is_so)}"


@pytest.mark.parametrize("case", EXAMPLES, ids=lambda case: f"{case.clock}: {case.what}")
def test_a_clock_worked_out_by_hand(case: Example) -> None:
    assert described(clock_in(case)) == case.gives


def test_there_are_at_least_sixty_and_every_clock_has_one() -> None:
    assert len(EXAMPLES) >= 60
    assert {case.clock for case in EXAMPLES} == set(CLOCK_RULES)


def test_every_example_cites_the_source_of_its_clock() -> None:
    pauses = {f"{GDI}#45", f"{GDI}#39"}
    for case in EXAMPLES:
        rule = CLOCK_RULES[case.clock]
        extension = {rule.extension.source} if rule.extension else set()
        assert case.law in {*rule.source, *extension, *pauses}
