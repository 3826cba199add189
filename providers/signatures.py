"""Whether a webhook really comes from the provider (twilio.com/docs/usage/security).

The address is the fixed public base plus the raw request target: a decoded path, or one built from
Host headers, would let forged requests in and keep true ones out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from twilio.request_validator import RequestValidator


class SignatureCheck:
    """Checks webhooks against one token, or two during a rotation. It cannot be switched off."""

    def __init__(self, public_base_url: str, tokens: tuple[str, ...]) -> None:
        if not tokens:
            raise ValueError("a signature check needs a token")
        self._base = public_base_url.rstrip("/")
        self._validators = tuple(RequestValidator(token) for token in tokens)

    def is_genuine(self, environ: Mapping[str, Any], form: Any, raw_body: bytes) -> bool:
        """Whether the request carries a right signature.

        ``environ`` is the WSGI environment, ``form`` the parsed form with its repeated and empty
        parameters. A body that is no form is checked by the hash that stands in the address
        (bodySHA256).
        """
        target = raw_target(environ)
        if not target.startswith("/"):
            return False
        signature = str(environ.get("HTTP_X_TWILIO_SIGNATURE", ""))
        address = self._base + target
        is_form = str(environ.get("CONTENT_TYPE", "")).startswith(
            ("application/x-www-form-urlencoded", "multipart/form-data")
        )
        if not is_form and raw_body:
            # Without its hash in the address the body would not be covered by the signature.
            if "bodySHA256" not in parse_qs(urlsplit(address).query):
                return False
            try:
                form = raw_body.decode("utf-8")
            except UnicodeDecodeError:
                return False
        return any(v.validate(address, form, signature) for v in self._validators)


def raw_target(environ: Mapping[str, Any]) -> str:
    """The request target exactly as it came over the wire, with its query."""
    for name in ("RAW_URI", "REQUEST_URI"):
        if target := environ.get(name):
            return str(target)
    query = environ.get("QUERY_STRING", "")
    return str(environ.get("PATH_INFO", "/")) + (f"?{query}" if query else "")
