"""Calls to agents through Twilio."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from hotline.twilio.paths import OFFER, OFFER_ENDED, offer_path


class PlaceCall(Protocol):
    """Calls an address (number or SIP) and lets a path on the public host lead the call; its end is
    reported to another path. Returns the call's sid. Raises ProviderError."""

    def __call__(self, address: str, path: str, ended_path: str, /) -> str: ...


@dataclass(frozen=True)
class AgentCalls:
    """Calls agents for callers in the queue (``callcentre.jobs.CallAgent``)."""

    place: PlaceCall

    def __call__(self, address: str, agent_id: int, caller_id: int, /) -> str:
        """Call an agent's address. Returns the call's sid. Raises ProviderError."""
        return self.place(
            address,
            offer_path(OFFER, agent_id, caller_id),
            offer_path(OFFER_ENDED, agent_id, caller_id),
        )
