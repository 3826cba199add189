"""Ten thousand random histories: the clocks agree with the slow calculation, and keep promises."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from casework.deadline_rules import CLOCK_RULES, PAUSE_GROUNDS
from casework.deadlines import CaseFacts, EventFact, deadlines_of
from casework.vocabulary import CaseKind, Remedy
from core.working_calendar import WorkingCalendar
from tests.casework.slow_clock import SlowClock, slow_clocks

CALENDAR = WorkingCalendar.from_config()
HISTORIES = 10_000
PARTS = 4
# Histories begin around the days on which calendars go wrong.
TURNS = [
    date(2024, 12, 28),
    date(2025, 1, 24),
    date(2025, 4, 25),
    date(2025, 9, 26),
    date(2025, 12, 29),
    date(2026, 2, 11),
    date(2026, 4, 30),
    date(2026, 9, 17),
    date(2026, 9, 28),
    date(2026, 11, 23),
]
ABOUT = {
    "told": ["path", "forwarding", "suspension", "missing"],
    "sorted": [str(remedy) for remedy in Remedy],
    "paused": sorted(PAUSE_GROUNDS),
    "resumed": sorted(PAUSE_GROUNDS),
    "extension_approved": sorted(CLOCK_RULES),
}
KINDS = [
    "told",
    "sorted",
    "paused",
    "paused",
    "paused",
    "resumed",
    "resumed",
    "extension_approved",
    "extension_approved",
    "accepted",
    "forwarded",
    "objected",
    "objection_agreed",
    "answered",
    "closed",
    "reopened",
    "review_requested",
    "review_answered",
    "recheck_requested",
    "recheck_answered",
    "complaint_received",
    "inspection_accepted",
    "inspection_refused",
    "inspection_decided",
    "arbitration_applied",
    "arbitration_accepted",
    "arbitration_decided",
    "contacted",
    "mended",
    "withdrawn",
]


def random_history(chance: random.Random) -> tuple[CaseFacts, list[EventFact], date]:
    """A case, events in the order of entering (some entered late), and the day of looking."""
    kind = chance.choice([CaseKind.PETITION] * 6 + [CaseKind.MESSAGE, CaseKind.BAD_RATING])
    remedy = chance.choice(
        [Remedy.PETITION, Remedy.INSPECTION, Remedy.INSPECTION, Remedy.ARBITRATION]
    )
    start = chance.choice(TURNS) + timedelta(days=chance.randrange(-3, 12))
    events, day = [EventFact(start, "registered")], start
    for _ in range(chance.randrange(2, 16)):
        day += timedelta(days=chance.choice([0, 0, 1, 1, 2, 3, 5, 8, 14, 30]))
        name = chance.choice(KINDS)
        about = chance.choice(ABOUT[name]) if name in ABOUT else ""
        days = chance.randrange(1, 40) if name == "extension_approved" else 0
        happened = day - timedelta(days=chance.choice([0, 0, 0, 0, 1, 3, 9]))
        events.append(EventFact(max(start, happened), name, about, days))
    today = day + timedelta(days=chance.choice([0, 1, 10, 60]))
    return CaseFacts(kind, remedy if kind == CaseKind.PETITION else None), events, today


def at_noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize("part", range(PARTS))
def test_clocks_agree_with_the_slow_calculation(part: int) -> None:
    chance = random.Random(f"clocks {part}")
    runs = 0
    for _ in range(HISTORIES // PARTS):
        facts, events, today = random_history(chance)
        deadlines = deadlines_of(facts, events, CALENDAR, at_noon(today))
        quick = {
            SlowClock(
                clock.id,
                clock.started_on,
                clock.due.on if clock.due else None,
                clock.due.is_provisional if clock.due else False,
                clock.ended_on,
                clock.extended_by,
            )
            for clock in deadlines
        }
        assert quick == slow_clocks(facts.kind, facts.remedy, events, today), (facts, events, today)
        runs += len(quick)
    assert runs > HISTORIES // PARTS


def test_late_is_late_for_ever() -> None:
    chance = random.Random("late")
    late = 0
    for _ in range(500):
        facts, events, today = random_history(chance)
        before = deadlines_of(facts, events, CALENDAR, at_noon(today))
        after = deadlines_of(facts, events, CALENDAR, at_noon(today + timedelta(days=400)))
        breached = {(c.id, c.started_on) for c in before if c.is_breached and not c.is_running}
        late += len(breached)
        assert breached <= {(c.id, c.started_on) for c in after if c.is_breached}
    assert late > 20


def test_the_order_of_entering_does_not_matter_across_days() -> None:
    chance = random.Random("order")
    for _ in range(500):
        facts, events, today = random_history(chance)
        by_day: dict[date, list[EventFact]] = {}
        for event in events:
            by_day.setdefault(event.on, []).append(event)
        days = list(by_day)
        chance.shuffle(days)
        shuffled = [event for day in days for event in by_day[day]]
        now = at_noon(today)
        assert deadlines_of(facts, shuffled, CALENDAR, now) == deadlines_of(
            facts, events, CALENDAR, now
        )
