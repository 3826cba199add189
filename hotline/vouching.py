"""Whether the carrier vouches for a caller ID: otherwise it is a claim that anybody can make. Pure.

A verdict that travels with the call outranks the setting; each provider reads its own form of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_EVERY_LINE = "*"


@dataclass(frozen=True)
class VouchedCallers:
    """For which callers the carriers vouch: pairs of a line (the number called, or a trunk; ``*``
    for all) and the beginning of callers' numbers (E.164). Without pairs, for none."""

    pairs: Sequence[tuple[str, str]] = ()

    def vouches(self, phone: str, line: str, verdict: bool | None = None) -> bool:
        """Whether a caller ID is the caller's. ``phone`` is E.164, ``line`` where the call came in,
        ``verdict`` what the carrier says of this call, None when it says nothing."""
        if not phone:
            return False
        if verdict is not None:
            return verdict
        return any(
            of_line in (_EVERY_LINE, line) and phone.startswith(prefix)
            for of_line, prefix in self.pairs
        )
