"""The log of everything that went over the wire, and of every rule that was broken."""

from __future__ import annotations

import itertools
import threading
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any

_KEPT = 4000
"""How many entries of each kind are kept; older ones are forgotten."""


@dataclass(frozen=True)
class Exchange:
    """One HTTP request and its answer."""

    number: int
    at: str
    """ISO 8601, UTC."""
    kind: str
    """``webhook`` (to the service) or ``rest`` (from the service)."""
    method: str
    url: str
    parameters: dict[str, str]
    status: int
    """HTTP status; 0 when there was no answer."""
    answer: str
    milliseconds: int
    about: str = ""
    """Sid of the call or message that it belongs to."""
    error: str = ""

    def as_json(self) -> dict[str, Any]:
        """The entry as plain values."""
        return asdict(self)


@dataclass(frozen=True)
class Violation:
    """A document or answer that breaks a rule of Twilio's."""

    at: str
    code: int
    """Twilio's own number for the error or warning (twilio.com/docs/api/errors)."""
    message: str
    about: str
    url: str
    document: str = field(repr=False, default="")

    def as_json(self) -> dict[str, Any]:
        """The entry as plain values."""
        return asdict(self)


class ExchangeLog:
    """Keeps the last exchanges and violations; safe to use from several threads."""

    def __init__(self) -> None:
        self._exchanges: deque[Exchange] = deque(maxlen=_KEPT)
        self._violations: deque[Violation] = deque(maxlen=_KEPT)
        self._violation_count = 0
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def add(self, **entry: Any) -> Exchange:
        """Note one exchange; all fields of ``Exchange`` but its number."""
        with self._lock:
            exchange = Exchange(number=next(self._numbers), **entry)
            self._exchanges.append(exchange)
        return exchange

    def add_violation(self, violation: Violation) -> None:
        """Note a broken rule."""
        with self._lock:
            self._violations.append(violation)
            self._violation_count += 1

    def exchanges(self, about: str = "", limit: int = 200) -> list[Exchange]:
        """The last ``limit`` exchanges, oldest first, of one sid or of all."""
        with self._lock:
            chosen = [one for one in self._exchanges if not about or one.about == about]
        return chosen[-limit:]

    def violations(self, about: str = "") -> list[Violation]:
        """The kept violations, oldest first, of one sid or of all."""
        with self._lock:
            return [one for one in self._violations if not about or one.about == about]

    @property
    def violation_count(self) -> int:
        """How many rules were broken since the start or the last ``clear``."""
        return self._violation_count

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._exchanges.clear()
            self._violations.clear()
            self._violation_count = 0
