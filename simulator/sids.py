"""Sids: how Twilio names things."""

from __future__ import annotations

import secrets


def new_sid(prefix: str) -> str:
    """A sid: two letters and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)
