"""Moments as they are written for a trial."""

from __future__ import annotations

from datetime import datetime

from core.clock import LOCAL_ZONE
from core.errors import InputError


def parse_moment(written: str) -> datetime:
    """A moment as ISO 8601; one without an offset is local. Raises InputError."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise InputError(f"{written} is no ISO time.", "now") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL_ZONE)
