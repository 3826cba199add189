"""Faults that can be switched on, so that the service's answers to them can be tried.

Codes and texts follow twilio.com/docs/api/errors; the magic numbers are those that Twilio's test
credentials know (twilio.com/docs/iam/test-credentials).
"""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from typing import Any

from core.errors import InputError


@dataclass(frozen=True)
class Refusal:
    """An error answer of the REST interface."""

    status: int
    code: int
    message: str

    def as_json(self) -> dict[str, Any]:
        """Twilio's error body."""
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


REFUSALS: dict[str, Refusal] = {
    "refuse-21211": Refusal(400, 21211, "Invalid 'To' Phone Number"),
    "refuse-21408": Refusal(400, 21408, "Permission to send an SMS has not been enabled"),
    "refuse-21610": Refusal(400, 21610, "Attempt to send to unsubscribed recipient"),
    "refuse-21612": Refusal(400, 21612, "The 'To' number is not currently reachable"),
    "refuse-21614": Refusal(400, 21614, "'To' number is not a valid mobile number"),
    "refuse-21635": Refusal(400, 21635, "'To' number cannot be a landline"),
    "rate-limit": Refusal(429, 20429, "Too Many Requests"),
    "error-500": Refusal(500, 20500, "Internal Server Error"),
    "error-503": Refusal(503, 20503, "Service Unavailable"),
}
"""Texts refused before they are accepted."""

UNDELIVERABLE: dict[str, int] = {
    f"undelivered-{code}": code for code in (30003, 30004, 30005, 30006, 30007, 30008)
}
"""Texts accepted, but reported as ``undelivered`` with this code."""

OTHER_FAULTS: dict[str, str] = {
    "accept-then-500": "A text is accepted, but the answer is a 500.",
    "accept-then-timeout": "A text is accepted, but the answer never comes.",
    "statuses-out-of-order": "Delivered is reported before sent and queued.",
    "statuses-lost": "No delivery state is reported.",
    "webhooks-twice": "Every webhook is sent twice.",
    "webhooks-badly-signed": "Webhooks carry a wrong signature.",
    "recording-absent": "A recording is reported as absent and cannot be fetched.",
    "media-missing": "A recording's media answers 404.",
    "carrier-opt-outs": "STOP and START are kept by the provider, which then refuses with 21610.",
}

MAGIC_NUMBERS: dict[str, str] = {
    "+15005550001": "refuse-21211",
    "+15005550002": "refuse-21612",
    "+15005550003": "refuse-21408",
    "+15005550004": "refuse-21610",
    "+15005550009": "refuse-21614",
}

FAULT_NAMES: tuple[str, ...] = (*REFUSALS, *UNDELIVERABLE, *OTHER_FAULTS)


@dataclass
class Fault:
    """A fault that is switched on."""

    name: str
    left: int | None
    """How often it still strikes; None is for ever."""
    phone: str
    """The number it is for; empty is for all."""


class Faults:
    """The switched-on faults; safe to use from several threads."""

    def __init__(self) -> None:
        self._active: list[Fault] = []
        self._lock = threading.Lock()

    def switch_on(self, name: str, count: int | None = None, phone: str = "") -> None:
        """Let ``name`` strike ``count`` times (or always), for one number or for all.

        Raises InputError for an unknown name or a count below 1.
        """
        if name not in FAULT_NAMES:
            raise InputError(f"There is no fault {name!r}; there are {', '.join(FAULT_NAMES)}.")
        if count is not None and count < 1:
            raise InputError("A fault strikes at least once.", "count")
        with self._lock:
            self._active = [one for one in self._active if (one.name, one.phone) != (name, phone)]
            self._active.append(Fault(name, count, phone))

    def switch_off(self, name: str = "") -> None:
        """Switch off one fault, or all."""
        with self._lock:
            self._active = [one for one in self._active if name and one.name != name]

    def strikes(self, name: str, *phones: str) -> bool:
        """Whether the fault strikes now, what it is for being one of ``phones``; counts it."""
        with self._lock:
            for fault in self._active:
                if fault.name == name and fault.phone in ("", *phones):
                    if fault.left is not None:
                        fault.left -= 1
                        if fault.left == 0:
                            self._active.remove(fault)
                    return True
        return False

    def first_of(self, names: tuple[str, ...], phone: str) -> str | None:
        """The first of ``names`` that strikes now."""
        return next((name for name in names if self.strikes(name, phone)), None)

    def active(self) -> list[dict[str, Any]]:
        """What is switched on, as plain values."""
        with self._lock:
            return [asdict(fault) for fault in self._active]
