"""When a case's clocks run out: computed from its events, never counted down.

Pure: events and calendar in, clock states out. The first day of a period is the day after the
event. A pause leaves out the days after the one on which it began, up to and including the one on
which it ended. An extension counts when it was approved before the clock ran out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from casework.deadline_rules import CLOCK_RULES, DeadlineRule
from casework.vocabulary import CaseKind, Remedy
from core.clock import local_date
from core.working_calendar import ONE_DAY, DueDate, WorkingCalendar


@dataclass(frozen=True)
class CaseFacts:
    """What the clocks must know of a case besides its events."""

    kind: CaseKind
    remedy: Remedy | None = None
    rolls_natural_days: bool = True


@dataclass(frozen=True)
class EventFact:
    """An event as the clocks see it: local day, kind, what about, and days of an extension."""

    on: date
    kind: str
    about: str = ""
    days: int = 0

    def is_any_of(self, names: frozenset[str]) -> bool:
        """Whether a rule's names cover this event."""
        return self.kind in names or f"{self.kind}:{self.about}" in names


@dataclass(frozen=True)
class Pause:
    """Days left out: after ``began_on`` up to and including ``ended_on`` (None: still on)."""

    began_on: date
    ended_on: date | None

    def covers(self, day: date) -> bool:
        """Whether ``day`` is left out."""
        return self.began_on < day and (self.ended_on is None or day <= self.ended_on)


@dataclass(frozen=True)
class DeadlineState:
    """One clock of one case on one day.

    ``due`` is None while a pause without an end keeps it from being known. ``ended_on`` is the
    day of the event that stopped the clock.
    """

    rule: DeadlineRule
    started_on: date
    due: DueDate | None
    ended_on: date | None
    is_paused: bool
    extended_by: int
    today: date

    @property
    def id(self) -> str:
        """The rule's id."""
        return self.rule.id

    @property
    def is_running(self) -> bool:
        """Whether the event that stops it has not happened."""
        return self.ended_on is None

    @property
    def is_late(self) -> bool:
        """Whether it was stopped after its due day, or is past it and still runs."""
        return self.due is not None and (self.ended_on or self.today) > self.due.on

    @property
    def is_overdue(self) -> bool:
        """Whether a duty of ours is past due and not done."""
        return self.rule.is_duty and self.is_running and self.is_late

    @property
    def is_breached(self) -> bool:
        """Whether a duty of ours was not done in time, done since or not. Never by a provisional
        day: an arrangement still to come may move it."""
        return self.rule.is_duty and self.is_late and not (self.due and self.due.is_provisional)

    @property
    def has_lapsed(self) -> bool:
        """Whether a right was not used in time."""
        return not self.rule.is_duty and self.is_running and self.is_late


def deadlines_of(
    facts: CaseFacts,
    events: Iterable[EventFact],
    calendar: WorkingCalendar,
    now: datetime,
) -> list[DeadlineState]:
    """Every clock that ever ran for the case, in the order of their start.

    ``events`` may come in any order; those of one day keep the order in which they are given.
    Events after ``now`` are not looked at.
    """
    today = local_date(now)
    known = sorted((event for event in events if event.on <= today), key=lambda event: event.on)
    known = list(_with_deemed_acceptance(facts, known, calendar, today))
    deadlines = [
        _state_of(rule, started_on, ended_on, known, facts, calendar, today)
        for rule in CLOCK_RULES.values()
        if _applies(rule, facts)
        for started_on, ended_on in _runs(rule, known)
    ]
    return sorted(deadlines, key=lambda clock: clock.started_on)


def _applies(rule: DeadlineRule, facts: CaseFacts) -> bool:
    return facts.kind in rule.kinds and (rule.remedies is None or facts.remedy in rule.remedies)


def _runs(rule: DeadlineRule, events: Sequence[EventFact]) -> Iterator[tuple[date, date | None]]:
    """Start and end of each time the clock ran. A second start while it runs changes nothing."""
    started_on: date | None = None
    for event in events:
        if started_on is None and event.is_any_of(rule.starts):
            started_on = event.on
        elif started_on is not None and event.is_any_of(rule.ends):
            yield started_on, event.on
            started_on = None
    if started_on is not None:
        yield started_on, None


def _state_of(
    rule: DeadlineRule,
    started_on: date,
    ended_on: date | None,
    events: Sequence[EventFact],
    facts: CaseFacts,
    calendar: WorkingCalendar,
    today: date,
) -> DeadlineState:
    window = [e for e in events if e.on >= started_on and (ended_on is None or e.on <= ended_on)]
    pauses = _pauses(rule, window)
    due = _due(rule, started_on, rule.length, pauses, calendar, facts.rolls_natural_days)
    extended_by = _extension(rule, due, window)
    if extended_by:
        length = rule.length + extended_by
        due = _due(rule, started_on, length, pauses, calendar, facts.rolls_natural_days)
    is_open_pause = any(pause.ended_on is None for pause in pauses)
    return DeadlineState(
        rule=rule,
        started_on=started_on,
        due=due,
        ended_on=ended_on,
        is_paused=ended_on is None and due is None and is_open_pause,
        extended_by=extended_by,
        today=today,
    )


def _pauses(rule: DeadlineRule, events: Sequence[EventFact]) -> list[Pause]:
    began: dict[str, date] = {}
    pauses = []
    for event in events:
        if event.kind == "paused" and event.about in rule.pauses:
            began.setdefault(event.about, event.on)
        elif event.kind == "resumed" and event.about in began:
            pauses.append(Pause(began.pop(event.about), event.on))
    return pauses + [Pause(began_on, None) for began_on in began.values()]


def _due(
    rule: DeadlineRule,
    started_on: date,
    length: int,
    pauses: Sequence[Pause],
    calendar: WorkingCalendar,
    rolls: bool,
) -> DueDate | None:
    """The due day, or None when a pause that goes on keeps the count from reaching it."""
    endless = min((p.began_on for p in pauses if p.ended_on is None), default=None)
    day, left, is_provisional = started_on, length, False
    while left:
        day += ONE_DAY
        if endless is not None and day > endless:
            return None
        if any(pause.covers(day) for pause in pauses):
            continue
        if rule.unit == "natural":
            left -= 1
        else:
            is_provisional = is_provisional or calendar.is_provisional(day)
            left -= calendar.is_working_day(day)
    if rule.unit == "natural" and rolls:
        return calendar.roll_to_working_day(day)
    return DueDate(day, is_provisional)


def _extension(rule: DeadlineRule, due: DueDate | None, events: Sequence[EventFact]) -> int:
    """Days by which the clock was lengthened: the first approval in time, no more than allowed."""
    if rule.extension is None:
        return 0
    approvals = (
        event
        for event in events
        if event.kind == "extension_approved"
        and event.about == rule.id
        and (due is None or event.on <= due.on)
    )
    first = next(approvals, None)
    return 0 if first is None else min(first.days, rule.extension.days)


def _with_deemed_acceptance(
    facts: CaseFacts, events: Sequence[EventFact], calendar: WorkingCalendar, today: date
) -> Iterator[EventFact]:
    """The events, with the acceptance that the law supposes.

    An inspection complaint whose papers were received and that is neither accepted nor refused
    within five working days counts as accepted on the day of receipt
    (gd-labour-inspection-regulations#39, last paragraph).
    """
    rule = CLOCK_RULES["accept-inspection"]
    decisions = frozenset({"inspection_accepted", "inspection_refused"})
    for event in events:
        yield event
        if facts.remedy != Remedy.INSPECTION or event.kind != "complaint_received":
            continue
        last_day = calendar.add_working_days(event.on, rule.length).on
        is_decided = any(e.is_any_of(decisions) and event.on <= e.on <= last_day for e in events)
        if not is_decided and today > last_day:
            yield EventFact(event.on, "inspection_accepted", "deemed")


def days_left(clock: DeadlineState, calendar: WorkingCalendar) -> int | None:
    """Days to the due day in the clock's own unit, negative when it is past; None when unknown."""
    if clock.due is None:
        return None
    if clock.rule.unit == "natural":
        return (clock.due.on - clock.today) // timedelta(days=1)
    return calendar.working_days_between(clock.today, clock.due.on)
