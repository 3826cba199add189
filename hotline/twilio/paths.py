"""The paths of the voice channel on the public host, as documents give them to Twilio. Pure."""

from __future__ import annotations

TURN, TRANSCRIPT = "/voice/turn", "/voice/transcript"
RECORDING, STORED = "/voice/recording", "/voice/kept"
WAIT, WAITED = "/voice/wait", "/voice/waited"
WHISPER, TAKEN = "/voice/whisper", "/voice/taken"
OFFER, OFFER_TAKEN, OFFERED = "/voice/offer", "/voice/offer-taken", "/voice/offered"
OFFER_ENDED = "/voice/offer-ended"


def offer_path(of: str, agent_id: int, caller_id: int) -> str:
    """A path of the offer of a caller in the queue to an agent: ``OFFER`` leads the agent's call,
    ``OFFER_TAKEN`` takes the key, ``OFFER_ENDED`` hears of its end."""
    return f"{of}?seat={agent_id}&waiting={caller_id}"


def call_path(of: str, sid: str) -> str:
    """A path at a telephone that was picked up for a call."""
    return f"{of}?call={sid}" if sid else of
