"""Working-day arrangements and festival dates from ``working_days.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from config.yaml_files import read_yaml

WORKING_DAYS_FILE = Path(__file__).with_name("working_days.yaml")
_FESTIVALS = ("spring_festival", "qingming", "dragon_boat", "mid_autumn")


class WorkingDaysFileError(ValueError):
    """``working_days.yaml`` is not acceptable. The message names the year and the reason."""


@dataclass(frozen=True)
class YearArrangement:
    """The official days off and make-up working days of one year's announcement."""

    year: int
    holidays: frozenset[date]
    workdays: frozenset[date]


@dataclass(frozen=True)
class YearFestivals:
    """The movable festivals of one year (public-holidays-regulations#2)."""

    spring_festival: date
    qingming: date
    dragon_boat: date
    mid_autumn: date


@dataclass(frozen=True)
class WorkingDaysData:
    """Everything in the file, by year."""

    arrangements: Mapping[int, YearArrangement]
    festivals: Mapping[int, YearFestivals]


def load_working_days(path: Path = WORKING_DAYS_FILE) -> WorkingDaysData:
    """The data of ``path``. Raises WorkingDaysFileError when it is not acceptable."""
    try:
        raw = read_yaml(path) or {}
    except (OSError, yaml.YAMLError) as error:
        raise WorkingDaysFileError(f"{path.name} cannot be read: {error}") from error
    arrangements = (raw.get("arrangements") or {}).items()
    festivals = (raw.get("festivals") or {}).items()
    return WorkingDaysData(
        arrangements=MappingProxyType({y: _arrangement(y, entry) for y, entry in arrangements}),
        festivals=MappingProxyType({y: _festivals(y, entry) for y, entry in festivals}),
    )


def _arrangement(year: object, entry: Any) -> YearArrangement:
    if not isinstance(year, int) or not isinstance(entry, dict):
        raise WorkingDaysFileError(f"arrangements: {year!r} is not a year with its days.")
    holidays, workdays = (_days(year, name, entry.get(name)) for name in ("holidays", "workdays"))
    if not holidays:
        raise WorkingDaysFileError(f"arrangements {year}: there are no holidays.")
    if holidays & workdays:
        raise WorkingDaysFileError(f"arrangements {year}: a day is both holiday and working day.")
    if odd := sorted(day for day in workdays if day.weekday() < 5):
        raise WorkingDaysFileError(f"arrangements {year}: {odd[0]} is no Saturday or Sunday.")
    return YearArrangement(year, holidays, workdays)


def _days(year: int, name: str, values: object) -> frozenset[date]:
    days = values or []
    if not isinstance(days, list) or not all(type(day) is date for day in days):
        raise WorkingDaysFileError(f"arrangements {year}: {name} is not a list of dates.")
    if odd := [day for day in days if not date(year - 1, 12, 1) <= day <= date(year, 12, 31)]:
        raise WorkingDaysFileError(f"arrangements {year}: {odd[0]} is in another year.")
    return frozenset(days)


def _festivals(year: object, entry: Any) -> YearFestivals:
    if not isinstance(entry, dict) or set(entry) != set(_FESTIVALS):
        raise WorkingDaysFileError(f"festivals {year}: needs exactly {', '.join(_FESTIVALS)}.")
    if odd := [name for name, day in entry.items() if type(day) is not date or day.year != year]:
        raise WorkingDaysFileError(f"festivals {year}: {odd[0]} is no date of that year.")
    return YearFestivals(**entry)
