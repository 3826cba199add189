"""How long to wait before the next attempt. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BackOff:
    """Waits that double with each failure in a row, from ``first_seconds`` to ``max_seconds``."""

    first_seconds: float
    max_seconds: float

    def delay(self, failures: int) -> float:
        """Seconds to wait after so many failures in a row; 0 after none."""
        if failures <= 0:
            return 0.0
        # Past this exponent every delay is the longest; larger ones would only overflow.
        return min(self.first_seconds * 2.0 ** min(failures - 1, 60), self.max_seconds)
