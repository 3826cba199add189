"""Calls that the service itself makes: to an agent, when somebody in the call queue can be served.

Source: twilio.com/docs/voice/api/call-resource.
"""

from __future__ import annotations

from twilio.rest import Client

from providers.twilio_client import distinguished

RING_SECONDS = 20


class TwilioCalls:
    """Calls placed through Twilio from one number."""

    def __init__(self, client: Client, from_number: str, public_base_url: str) -> None:
        self._client = client
        self._from = from_number
        self._base = public_base_url.rstrip("/")

    def place(self, address: str, path: str, ended_path: str) -> str:
        """Call a number or SIP address; ``path`` of our public host leads the call when it is
        answered, and ``ended_path`` is told when it is over. Returns the call's sid.

        Raises ProviderRefusedError when it was not placed, ProviderUnknownError when nobody can
        say.
        """
        with distinguished():
            call = self._client.calls.create(
                to=address,
                from_=self._from,
                url=self._base + path,
                method="POST",
                timeout=RING_SECONDS,
                status_callback=self._base + ended_path,
                status_callback_method="POST",
            )
        return str(call.sid)

    def redirect(self, sid: str, path: str) -> None:
        """Make a live call go on at ``path`` of our public host.

        Raises ProviderRefusedError when the call is over, else as ``place``.
        """
        with distinguished():
            self._client.calls(sid).update(url=self._base + path, method="POST")

    def caller_of(self, sid: str) -> str:
        """Who made a call, as the provider writes numbers.

        Raises NotFoundError for an unknown call, else as ``place``.
        """
        with distinguished():
            return str(self._client.calls(sid).fetch()._from or "")
