"""Dates, sums and ranges as the published interfaces write them in JSON."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from core.ranges import Range


def plain_value(value: Any) -> Any:
    """A day as ISO 8601, a whole sum as an integer; anything else as it is."""
    match value:
        case date():
            return value.isoformat()
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
    return value


def ends_of(value: Range[Any] | None) -> list[Any] | None:
    """Both ends of a range, an open one as null; null for none."""
    return None if value is None else [plain_value(value.lower), plain_value(value.upper)]
