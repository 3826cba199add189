"""Office hours: several periods a day, on the calendar's working days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from pathlib import Path

from config.yaml_files import read_yaml

OFFICE_HOURS_FILE = Path(__file__).with_name("office_hours.yaml")


@dataclass(frozen=True)
class Period:
    """From its first moment until before its last, local time."""

    from_: time
    to: time


@dataclass(frozen=True)
class OfficeHours:
    """The periods of a working day."""

    periods: tuple[Period, ...]

    def covers(self, at: time) -> bool:
        """Whether a local time of a working day lies in a period."""
        return any(period.from_ <= at < period.to for period in self.periods)


def load_office_hours(path: Path = OFFICE_HOURS_FILE) -> OfficeHours:
    """The office hours in ``path``. Raises ValueError when a period is not acceptable."""
    raw = read_yaml(path)
    periods = tuple(
        Period(time.fromisoformat(row["from"]), time.fromisoformat(row["to"]))
        for row in raw["periods"]
    )
    if not periods or any(period.from_ >= period.to for period in periods):
        raise ValueError(f"{path.name}: a period must end after it begins.")
    return OfficeHours(periods)
