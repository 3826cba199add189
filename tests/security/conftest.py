"""The console and its staff, as an attacker finds them."""

from __future__ import annotations

from tests.staff.conftest import clock, console, content, database, desk

__all__ = ["clock", "console", "content", "database", "desk"]
