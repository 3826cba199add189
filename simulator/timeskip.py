"""Skipping ahead in time: an offset in seconds in a file that the service's clock reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.clock import Clock, read_offset_seconds
from core.errors import ConflictError


class TimeSkip:
    """Writes the offset file. Without one, time cannot be skipped."""

    def __init__(self, offset_file: Path | None, clock: Clock) -> None:
        self._offset_file = offset_file
        self._clock = clock

    def skip(self, seconds: float) -> None:
        """Move the service's clock on (or back). Raises ConflictError without a file."""
        self._write(self._offset() + seconds)

    def reset(self) -> None:
        """Go back to the machine's own time. Raises ConflictError without a file."""
        self._write(0)

    def as_json(self) -> dict[str, Any]:
        """The present moment and the offset."""
        return {
            "can_skip": self._offset_file is not None,
            "offset_seconds": self._offset(),
            "now": self._clock.now().isoformat(),
        }

    def _offset(self) -> float:
        return read_offset_seconds(self._offset_file) if self._offset_file else 0.0

    def _write(self, seconds: float) -> None:
        if self._offset_file is None:
            raise ConflictError("Time cannot be skipped: CLOCK_OFFSET_FILE is not set.")
        fresh = self._offset_file.with_suffix(".new")
        fresh.write_text(f"{seconds:g}\n", encoding="ascii")
        fresh.replace(self._offset_file)
