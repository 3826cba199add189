"""Which days are working days in China, and on what day a period ends.

Known years come from the chinesecalendar library and from ``config/working_days.yaml``, with
public holidays and make-up working days. A year whose official arrangement is not known gives a
provisional answer: weekends plus the holidays of public-holidays-regulations#2, those on a
weekend made up on the next working days (#6). The last week of December may still be touched by
the next year's arrangement (31 December 2018 was a day off, 29 December 2018 a working Saturday),
so it is provisional until that one is known.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from chinese_calendar import constants as library

from config.working_days import WorkingDaysData, YearArrangement, YearFestivals, load_working_days

ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_YEAR_END_FROM_DAY = 25
# The arrangement of a year is announced in the first half of November before it.
_ALARM_FROM_MONTH = 11


@dataclass(frozen=True, order=True)
class DueDate:
    """A local day (Asia/Shanghai) at whose end a period is over."""

    on: date
    is_provisional: bool = False


class WorkingCalendar:
    """Working days and the ends of periods.

    A period's first day is the day after the event, its last day counts whole.
    """

    def __init__(self, data: WorkingDaysData) -> None:
        self._entered = data.arrangements
        self._festivals = data.festivals
        self._holidays = frozenset(library.holidays)
        self._workdays = frozenset(library.workdays)
        self._library_years = frozenset(day.year for day in self._holidays)
        self._provisional: dict[int, frozenset[date]] = {}
        self.fingerprint = _fingerprint(self._library_years, data.arrangements)

    @classmethod
    def from_config(cls) -> WorkingCalendar:
        """The calendar of the installation. Raises config's WorkingDaysFileError."""
        return cls(load_working_days())

    def is_known_year(self, year: int) -> bool:
        """Whether the official arrangement of ``year`` is known."""
        return year in self._library_years or year in self._entered

    def is_provisional(self, day: date) -> bool:
        """Whether it may still be announced that ``day`` is (or is not) a working day."""
        if not self.is_known_year(day.year):
            return True
        is_year_end = (day.month, day.day) >= (12, _YEAR_END_FROM_DAY)
        return is_year_end and not self.is_known_year(day.year + 1)

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on ``day``; provisional in a year that is not known."""
        for year in (day.year + 1, day.year):
            arrangement = self._entered.get(year)
            if arrangement is not None and day in arrangement.workdays:
                return True
            if arrangement is not None and day in arrangement.holidays:
                return False
        if day in self._workdays:
            return True
        if day in self._holidays or day.weekday() >= _SATURDAY:
            return False
        return self.is_known_year(day.year) or day not in self._provisional_holidays(day.year)

    def add_working_days(self, start: date, length: int) -> DueDate:
        """The ``length``-th working day after ``start`` (``length`` of at least 1)."""
        if length < 1:
            raise ValueError("a period has at least one day")
        day, left, is_provisional = start, length, False
        while left:
            day += ONE_DAY
            is_provisional = is_provisional or self.is_provisional(day)
            left -= self.is_working_day(day)
        return DueDate(day, is_provisional)

    def add_natural_days(
        self, start: date, length: int, *, roll_to_working_day: bool = True
    ) -> DueDate:
        """The ``length``-th day after ``start``; with the roll, a rest day gives way to the next
        working day."""
        if length < 1:
            raise ValueError("a period has at least one day")
        end = start + timedelta(days=length)
        return self.roll_to_working_day(end) if roll_to_working_day else DueDate(end)

    def roll_to_working_day(self, day: date) -> DueDate:
        """``day`` itself when offices work on it, else the next working day."""
        is_provisional = self.is_provisional(day)
        while not self.is_working_day(day):
            day += ONE_DAY
            is_provisional = is_provisional or self.is_provisional(day)
        return DueDate(day, is_provisional)

    def shift_working_days(self, day: date, by: int) -> date:
        """The ``by``-th working day after ``day``, or before it when negative; 0 is ``day``."""
        step = ONE_DAY if by > 0 else -ONE_DAY
        left = abs(by)
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; negative when it is before."""
        if end < start:
            return -self.working_days_between(end, start)
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(self.is_working_day(day) for day in days)

    def find_missing_year(self, today: date) -> int | None:
        """The year whose arrangement should be entered by ``today``, or None.

        The present year always; the next one from 1 November on.
        """
        if not self.is_known_year(today.year):
            return today.year
        is_due = today.month >= _ALARM_FROM_MONTH and not self.is_known_year(today.year + 1)
        return today.year + 1 if is_due else None

    def _provisional_holidays(self, year: int) -> frozenset[date]:
        if year not in self._provisional:
            self._provisional[year] = _statutory_days_off(year, self._festivals.get(year))
        return self._provisional[year]


def _statutory_days_off(year: int, festivals: YearFestivals | None) -> frozenset[date]:
    """Weekdays off in ``year`` by public-holidays-regulations#2 and #6."""
    off: set[date] = set()
    for holiday in _statutory_holidays(year, festivals):
        off.update(holiday)
        substitute = holiday[-1]
        for _ in [day for day in holiday if day.weekday() >= _SATURDAY]:
            while substitute.weekday() >= _SATURDAY or substitute in off:
                substitute += ONE_DAY
            off.add(substitute)
    return frozenset(off)


def _statutory_holidays(year: int, festivals: YearFestivals | None) -> list[list[date]]:
    holidays = [
        _run(date(year, 1, 1), 1),
        _run(date(year, 5, 1), 2),
        _run(date(year, 10, 1), 3),
    ]
    if festivals is not None:
        holidays += [
            _run(festivals.spring_festival - ONE_DAY, 4),
            _run(festivals.qingming, 1),
            _run(festivals.dragon_boat, 1),
            _run(festivals.mid_autumn, 1),
        ]
    return sorted(holidays)


def _run(first: date, length: int) -> list[date]:
    return [first + timedelta(days=n) for n in range(length)]


def _fingerprint(years: frozenset[int], entered: Mapping[int, YearArrangement]) -> str:
    lines = [f"library to {max(years)}"]
    for year in sorted(entered):
        days = (sorted(entered[year].holidays), sorted(entered[year].workdays))
        lines.append(f"{year} {days}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]
