"""The clocks once more, reckoned slowly and in another way, to hold the real ones against.

Walks through the days one at a time with a counter, knows the working days from the library's
public function and from a hand-made list, and has its own table of the law's lengths.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import chinese_calendar

from casework.deadlines import EventFact

ONE_DAY = timedelta(days=1)
FIRST_UNKNOWN_YEAR = 2027
# public-holidays-regulations#2, #6, reckoned by hand for 2027: New Year's Day is a Friday, the
# eve of the Spring Festival Friday 5 February, Qingming a Monday, 1 May a Saturday, 1 October a
# Friday; a holiday on a weekend is made up on the next working days.
OFF_IN_2027 = {
    date(2027, month, day)
    for month, days in {
        1: [1],
        2: [5, 8, 9, 10],
        4: [5],
        5: [3, 4],
        6: [9],
        9: [15],
        10: [1, 4, 5],
    }.items()
    for day in days
}


@dataclass(frozen=True)
class SlowRule:
    """A clock as the law has it: length, unit, and what starts, stops, pauses and extends it."""

    length: int
    unit: str
    starts: tuple[str, ...]
    stops: tuple[str, ...]
    grounds: tuple[str, ...] = ()
    extension: int = 0


OVER = ("withdrawn", "merged", "voided", "closed")
INSPECTION_GROUNDS = (
    "announcement",
    "audit",
    "appraisal",
    "awaiting_conclusion",
    "force_majeure",
    "unreachable",
)
OWN_GROUNDS = ("citizen_asked_to_wait", "unreachable")

PETITION_RULES = {
    "tell-path": SlowRule(
        15, "natural", ("registered",), ("told:path", "told:forwarding", "answered", *OVER)
    ),
    "tell-path-forwarded": SlowRule(
        15, "natural", ("forwarded",), ("told:path", "answered", "objection_agreed", *OVER)
    ),
    "object": SlowRule(
        5, "working", ("forwarded",), ("objected", "accepted", "objection_agreed", *OVER)
    ),
    "accept-case": SlowRule(15, "natural", ("registered", "objection_agreed"), ("accepted", *OVER)),
    "request-review": SlowRule(
        30, "natural", ("answered",), ("review_requested", "withdrawn", "merged")
    ),
    "answer-review": SlowRule(30, "natural", ("review_requested",), ("review_answered", *OVER)),
    "request-recheck": SlowRule(
        30, "natural", ("review_answered",), ("recheck_requested", "withdrawn", "merged")
    ),
    "answer-recheck": SlowRule(
        30, "natural", ("recheck_requested",), ("recheck_answered", *OVER), ("hearing",)
    ),
    "arbitration-accept": SlowRule(
        5, "natural", ("arbitration_applied",), ("arbitration_accepted", "arbitration_refused")
    ),
    "arbitration-decide": SlowRule(
        45, "natural", ("arbitration_accepted",), ("arbitration_decided",), (), 15
    ),
}
FINISH = (("accepted", "reopened"), ("answered", *OVER))
REMEDY_RULES = {
    "petition": {"finish-petition": SlowRule(60, "natural", *FINISH, (), 30)},
    "arbitration": {"finish-other-road": SlowRule(60, "natural", *FINISH, OWN_GROUNDS, 30)},
    "inspection": {
        "accept-inspection": SlowRule(
            5,
            "working",
            ("sorted:inspection", "complaint_received"),
            ("inspection_accepted", "inspection_refused", *OVER),
        ),
        "finish-inspection": SlowRule(
            45,
            "working",
            ("inspection_accepted", "reopened"),
            ("inspection_decided", *OVER),
            INSPECTION_GROUNDS,
            30,
        ),
        "answer-decision": SlowRule(
            5,
            "working",
            ("inspection_decided", "inspection_refused"),
            ("answered", *OVER),
        ),
        "tell-suspension": SlowRule(
            3,
            "working",
            ("paused:awaiting_conclusion", "paused:force_majeure"),
            ("told:suspension", *OVER),
        ),
    },
}
OTHER_KINDS = {
    "message": {
        "answer-message": SlowRule(
            1, "working", ("registered", "reopened"), ("answered", *OVER), OWN_GROUNDS
        ),
        "object": PETITION_RULES["object"],
    },
    "bad_rating": {
        "contact-bad-rating": SlowRule(
            1, "working", ("registered",), ("contacted", "answered", *OVER), OWN_GROUNDS
        ),
        "mend-bad-rating": SlowRule(
            15, "working", ("registered", "reopened"), ("mended", *OVER), OWN_GROUNDS
        ),
        "answer-mended": SlowRule(5, "working", ("mended",), ("answered", *OVER)),
        "object": PETITION_RULES["object"],
    },
}


@dataclass(frozen=True)
class SlowClock:
    """What is compared: one run of one clock."""

    id: str
    started_on: date
    due_on: date | None
    is_provisional: bool
    ended_on: date | None
    extended_by: int


def slow_clocks(
    kind: str, remedy: str | None, events: Sequence[EventFact], today: date
) -> set[SlowClock]:
    """Every run of every clock, reckoned day by day."""
    rules = OTHER_KINDS.get(kind) or {**PETITION_RULES, **REMEDY_RULES.get(remedy or "", {})}
    known = sorted((e for e in events if e.on <= today), key=lambda e: e.on)
    if remedy == "inspection":
        known = _deem(known, today)
    return {clock for id_, rule in rules.items() for clock in _runs(id_, rule, known)}


def _deem(events: list[EventFact], today: date) -> list[EventFact]:
    """Silence for five working days after the papers means acceptance on the day of receipt."""
    deemed: list[EventFact] = []
    for event in events:
        deemed.append(event)
        if event.kind != "complaint_received":
            continue
        day, counted = event.on, 0
        while counted < 5:
            day += ONE_DAY
            counted += works(day)
        decisions = [
            e
            for e in events
            if e.kind in {"inspection_accepted", "inspection_refused"} and event.on <= e.on <= day
        ]
        if not decisions and today > day:
            deemed.append(EventFact(event.on, "inspection_accepted"))
    return deemed


def _runs(id_: str, rule: SlowRule, events: Sequence[EventFact]) -> list[SlowClock]:
    deadlines = []
    started: int | None = None
    for place, event in enumerate(events):
        names = {event.kind, f"{event.kind}:{event.about}"}
        if started is None:
            if names & set(rule.starts):
                started = place
        elif names & set(rule.stops):
            deadlines.append(_reckon(id_, rule, events, events[started].on, event.on))
            started = None
    if started is not None:
        deadlines.append(_reckon(id_, rule, events, events[started].on, None))
    return deadlines


def _reckon(
    id_: str, rule: SlowRule, events: Sequence[EventFact], start: date, end: date | None
) -> SlowClock:
    during = [e for e in events if e.on >= start and (end is None or e.on <= end)]
    due, is_provisional = _walk(rule, during, start, rule.length)
    extended_by = 0
    for event in during:
        if event.kind == "extension_approved" and event.about == id_ and rule.extension:
            if due is None or event.on <= due:
                extended_by = min(event.days, rule.extension)
                due, is_provisional = _walk(rule, during, start, rule.length + extended_by)
            break
    return SlowClock(id_, start, due, is_provisional, end, extended_by)


def _walk(
    rule: SlowRule, during: Sequence[EventFact], start: date, length: int
) -> tuple[date | None, bool]:
    day, left, is_provisional = start, length, False
    paused: set[str] = set()
    by_day: dict[date, list[EventFact]] = {}
    for event in during:
        by_day.setdefault(event.on, []).append(event)
    last_event = max(by_day, default=start)
    _switch(paused, by_day.get(day, []), rule)
    while left:
        day += ONE_DAY
        if not paused:
            if rule.unit == "working":
                is_provisional |= unsure(day)
            left -= 1 if rule.unit == "natural" else works(day)
        elif day > last_event:
            return None, False
        _switch(paused, by_day.get(day, []), rule)
    if rule.unit == "natural":
        is_provisional = unsure(day)
        while not works(day):
            day += ONE_DAY
            is_provisional |= unsure(day)
    return day, is_provisional


def _switch(paused: set[str], events: Sequence[EventFact], rule: SlowRule) -> None:
    for event in events:
        if event.kind == "paused" and event.about in rule.grounds:
            paused.add(event.about)
        elif event.kind == "resumed":
            paused.discard(event.about)


@cache
def works(day: date) -> bool:
    """Whether offices work on ``day``."""
    if day.year < FIRST_UNKNOWN_YEAR:
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5 and day not in OFF_IN_2027


def unsure(day: date) -> bool:
    """Whether the arrangement of 2027 may still change ``day``."""
    return day >= date(2026, 12, 25)
