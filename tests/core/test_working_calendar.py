"""Working days: public holidays, make-up days, years whose arrangement is not known yet."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from config.working_days import WORKING_DAYS_FILE, WorkingDaysFileError, load_working_days
from core.working_calendar import DueDate, WorkingCalendar

CALENDAR = WorkingCalendar.from_config()


def calendar_with(tmp_path: Path, arrangements: str) -> WorkingCalendar:
    """The calendar of a file that has these arrangements and the real festivals."""
    festivals = WORKING_DAYS_FILE.read_text(encoding="utf-8")
    festivals = festivals[festivals.index("\nfestivals:") :]
    path = tmp_path / "working_days.yaml"
    path.write_text(f"arrangements:\n{arrangements}\n{festivals}", encoding="utf-8")
    return WorkingCalendar(load_working_days(path))


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        (date(2026, 1, 1), False),
        (date(2026, 1, 4), True),  # make-up Sunday of New Year
        (date(2026, 2, 14), True),  # make-up Saturday of Spring Festival
        (date(2026, 2, 23), False),
        (date(2026, 2, 28), True),
        (date(2026, 5, 9), True),
        (date(2026, 9, 20), True),  # make-up Sunday of National Day
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),
        (date(2026, 10, 11), False),
        (date(2018, 12, 29), True),  # belongs to the arrangement of 2019
        (date(2018, 12, 31), False),
    ],
)
def test_official_arrangements_are_known(day: date, is_working: bool) -> None:
    assert CALENDAR.is_working_day(day) == is_working


def test_a_period_begins_on_the_day_after_the_event() -> None:
    assert CALENDAR.add_working_days(date(2026, 11, 23), 1) == DueDate(date(2026, 11, 24))
    assert CALENDAR.add_working_days(date(2026, 9, 30), 1) == DueDate(date(2026, 10, 8))
    assert CALENDAR.add_natural_days(date(2026, 11, 23), 15) == DueDate(date(2026, 12, 8))


def test_a_last_rest_day_gives_way_to_the_next_working_day_if_so_configured() -> None:
    start = date(2026, 9, 18)
    assert CALENDAR.add_natural_days(start, 15) == DueDate(date(2026, 10, 8))
    unmoved = CALENDAR.add_natural_days(start, 15, roll_to_working_day=False)
    assert unmoved == DueDate(date(2026, 10, 3))


def test_an_unknown_year_gives_a_provisional_day_by_the_law_on_holidays() -> None:
    assert CALENDAR.add_working_days(date(2027, 2, 4), 1) == DueDate(date(2027, 2, 11), True)
    assert CALENDAR.add_working_days(date(2027, 4, 30), 1) == DueDate(date(2027, 5, 5), True)
    assert CALENDAR.add_working_days(date(2027, 9, 30), 1) == DueDate(date(2027, 10, 6), True)


def test_the_end_of_december_waits_for_the_next_arrangement() -> None:
    assert CALENDAR.add_working_days(date(2026, 12, 23), 1) == DueDate(date(2026, 12, 24))
    assert CALENDAR.add_working_days(date(2026, 12, 24), 1) == DueDate(date(2026, 12, 25), True)


def test_no_year_ever_crashes() -> None:
    for year in (1999, 2003, 2027, 2050, 2051, 2099):
        assert CALENDAR.add_working_days(date(year, 9, 20), 45).is_provisional


def test_an_entered_arrangement_ends_the_provisional_state(tmp_path: Path) -> None:
    entered = calendar_with(
        tmp_path,
        "  2027: {holidays: [2026-12-31, 2027-01-01, 2027-01-02, 2027-01-03],"
        " workdays: [2026-12-27, 2027-01-10]}",
    )
    assert not entered.is_working_day(date(2026, 12, 31))
    assert entered.is_working_day(date(2026, 12, 27))
    assert entered.is_working_day(date(2027, 1, 10))
    assert entered.add_working_days(date(2026, 12, 30), 1) == DueDate(date(2027, 1, 4))
    assert entered.fingerprint != CALENDAR.fingerprint
    assert entered.find_missing_year(date(2026, 11, 23)) is None


@pytest.mark.parametrize(
    "arrangements",
    [
        "  2027: {holidays: [], workdays: []}",
        "  2027: {holidays: [2027-01-01], workdays: [2027-01-01]}",
        "  2027: {holidays: [2027-01-01], workdays: [2027-01-04]}",
        "  2027: {holidays: [2025-01-01], workdays: []}",
        "  2027: {holidays: new year, workdays: []}",
        "  soon: {holidays: [2027-01-01], workdays: []}",
    ],
)
def test_an_odd_arrangement_is_refused(tmp_path: Path, arrangements: str) -> None:
    with pytest.raises(WorkingDaysFileError):
        calendar_with(tmp_path, arrangements)


def test_the_alarm_for_a_missing_arrangement_begins_in_november() -> None:
    assert CALENDAR.find_missing_year(date(2026, 10, 31)) is None
    assert CALENDAR.find_missing_year(date(2026, 11, 1)) == 2027
    assert CALENDAR.find_missing_year(date(2027, 3, 1)) == 2027


def test_working_days_are_counted_and_shifted_both_ways() -> None:
    for start in (date(2026, 9, 18), date(2026, 10, 3), date(2026, 12, 28)):
        for n in (1, 3, 7):
            end = CALENDAR.add_working_days(start, n).on
            assert CALENDAR.working_days_between(start, end) == n
            assert CALENDAR.shift_working_days(start, n) == end
    back = CALENDAR.shift_working_days(date(2026, 10, 8), -1)
    assert back == date(2026, 9, 30)
    assert CALENDAR.working_days_between(date(2026, 10, 8), date(2026, 9, 30)) == -1


def test_a_period_without_days_is_refused() -> None:
    for add in (CALENDAR.add_working_days, CALENDAR.add_natural_days):
        with pytest.raises(ValueError, match="at least one day"):
            add(date(2026, 11, 23), 0)


def test_natural_days_run_through_holidays() -> None:
    for n in range(1, 100):
        due = CALENDAR.add_natural_days(date(2026, 1, 20), n, roll_to_working_day=False)
        assert due.on - date(2026, 1, 20) == timedelta(days=n)
