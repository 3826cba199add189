"""What the attacks are made on: the console and its staff, and a record with some history."""

from __future__ import annotations

from tests.privacy.conftest import held
from tests.security.tampering import record
from tests.staff.conftest import clock, console, content, database, desk

__all__ = ["clock", "console", "content", "database", "desk", "held", "record"]
