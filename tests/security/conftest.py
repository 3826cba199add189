"""What the attacks are made on: the console, and a record with some history."""

from __future__ import annotations

from tests.privacy.conftest import held
from tests.security.tampering import record
from tests.staff.conftest import console

__all__ = ["console", "held", "record"]
