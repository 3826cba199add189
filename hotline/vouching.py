"""Whether the carrier vouches for a caller ID: otherwise it is a claim that anybody can make. Pure.

A verdict that travels with the call (STIR/SHAKEN, Twilio's ``StirVerstat``) outranks the setting.
Only attestation A says that the caller may use this number; B and C say less. Source:
twilio.com/docs/voice/trusted-calling-with-shakenstir.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

PASSED = "TN-Validation-Passed-A"
_NO_VERDICT = frozenset({"", "No-TN-Validation"})
_EVERY_LINE = "*"


@dataclass(frozen=True)
class VouchedCallers:
    """For which callers the carriers vouch: pairs of a line (the number called, or a trunk; ``*``
    for all) and the beginning of callers' numbers (E.164). Without pairs, for none."""

    pairs: Sequence[tuple[str, str]] = ()

    def vouches(self, phone: str, line: str, verdict: str = "") -> bool:
        """Whether a caller ID is the caller's. ``phone`` is E.164, ``line`` where the call came in,
        ``verdict`` the value of ``StirVerstat``."""
        if not phone:
            return False
        if verdict not in _NO_VERDICT:
            return verdict == PASSED
        return any(
            of_line in (_EVERY_LINE, line) and phone.startswith(prefix)
            for of_line, prefix in self.pairs
        )
