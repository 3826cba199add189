"""What the attacks are made on: the console, and a record with some history."""

from __future__ import annotations

from tests.security.tampering import record
from tests.staff.conftest import console

__all__ = ["console", "record"]
