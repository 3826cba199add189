"""STIR/SHAKEN as Twilio reports it (``StirVerstat``). Pure.

Only attestation A says that the caller may use this number; B and C say less. Source:
twilio.com/docs/voice/trusted-calling-with-shakenstir.
"""

from __future__ import annotations

PASSED = "TN-Validation-Passed-A"
_NO_VERDICT = frozenset({"", "No-TN-Validation"})


def read_verdict(stir_verstat: str) -> bool | None:
    """Whether the carrier says that the number is the caller's; None when it says nothing."""
    return None if stir_verstat in _NO_VERDICT else stir_verstat == PASSED
