"""What the learner last said of itself, in a file that the other processes read."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

_AWAY_AFTER = timedelta(seconds=15)
_FILE = "learner.json"


class LearnerState(StrEnum):
    """IDLE: all is learnt. LEARNING: this one learns. WAITING: another learner learns.
    FAILED: learning has failed and is tried again. AWAY: no learner is running."""

    IDLE = "idle"
    LEARNING = "learning"
    WAITING = "waiting"
    FAILED = "failed"
    AWAY = "away"


@dataclass(frozen=True)
class LearnerStatus:
    """``model`` is the newest model that was ready for this service, ``seconds`` how long the last
    learning took, ``failures`` how many failed in a row and ``fault`` why the last did."""

    state: LearnerState = LearnerState.AWAY
    model: str = ""
    seconds: float = 0.0
    failures: int = 0
    fault: str = ""
    said_at: datetime | None = None

    def state_at(self, now: datetime) -> LearnerState:
        """The state as of now: a learner that says nothing for long is away."""
        is_away = self.said_at is None or now - self.said_at > _AWAY_AFTER
        return LearnerState.AWAY if is_away else self.state


def write_status(var_dir: Path, status: LearnerStatus) -> None:
    """Replace the file as a whole."""
    row = {**asdict(status), "said_at": status.said_at and status.said_at.isoformat()}
    unfinished = var_dir / f"{_FILE}.unfinished"
    unfinished.write_text(json.dumps(row), encoding="utf-8")
    unfinished.replace(var_dir / _FILE)


def read_status(var_dir: Path) -> LearnerStatus:
    """The last status; that of an absent learner where there is none that can be read."""
    try:
        row = json.loads((var_dir / _FILE).read_text(encoding="utf-8"))
        said_at = datetime.fromisoformat(row.pop("said_at"))
        return LearnerStatus(**{**row, "state": LearnerState(row["state"])}, said_at=said_at)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return LearnerStatus()
