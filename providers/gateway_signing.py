"""Signing what goes to a gateway, checking what comes from it. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.errors import ConfigurationError
from core.request_values import read_number
from providers.gateway_settings import Signature

# In milliseconds some thousands of years from now.
_MAX_TIME = 10**14
_HASHES = {"hmac-sha1": "sha1", "hmac-sha256": "sha256"}


def fill(pattern: str, values: Mapping[str, str]) -> str:
    """``pattern`` with its {names} filled. Raises ConfigurationError for an unknown name."""
    try:
        return pattern.format_map(values)
    except (KeyError, ValueError, IndexError) as error:
        raise ConfigurationError(f"The gateway pattern {pattern!r} cannot be filled.") from error


def sign(signature: Signature, values: Mapping[str, str]) -> str:
    """The signature over the filled pattern. HMACs are keyed with the value ``secret``."""
    signed = fill(signature.over, values)
    if signature.kind == "token":
        return signed
    if signature.kind == "md5":
        # Gateways ask for it; it guards against nothing but accidents.
        digest = hashlib.md5(_bytes(signed), usedforsecurity=False).digest()
    else:
        digest = hmac.digest(values["secret"].encode(), _bytes(signed), _HASHES[signature.kind])
    return digest.hex() if signature.encoding == "hex" else base64.b64encode(digest).decode()


def is_signed(
    signature: Signature,
    headers: Mapping[str, str],
    fields: Mapping[str, Any],
    body: str,
    secrets: Mapping[str, str],
    now: datetime,
) -> bool:
    """Whether a request to us carries a right and fresh signature (``headers`` in lower case).

    A webhook without any signature is never genuine: a gateway that cannot sign must be given a
    token that it sends along.
    """
    if signature.kind == "none":
        return False
    header_time = headers.get(signature.timestamp.lower())
    timestamp = str(header_time or fields.get(signature.timestamp) or "")
    if signature.timestamp and not _is_fresh(timestamp, signature.max_age_seconds, now):
        return False
    plain = {name: str(value) for name, value in fields.items()}
    values = {**plain, **secrets, "body": body, "timestamp": timestamp}
    try:
        right = sign(signature, values)
    except ConfigurationError:
        # A field that the pattern names is missing from the request.
        return False
    is_header = signature.place == "header"
    given = str(headers.get(signature.name.lower()) if is_header else fields.get(signature.name))
    if signature.encoding == "hex" and signature.kind != "token":
        given = given.lower()
    return hmac.compare_digest(_bytes(given), _bytes(right))


def _bytes(words: str) -> bytes:
    """In UTF-8; halves of pairs, which JSON can hold, as they are."""
    return words.encode("utf-8", "surrogatepass")


def _is_fresh(timestamp: str, max_age_seconds: int, now: datetime) -> bool:
    seconds = read_number(timestamp, _MAX_TIME)
    if seconds is None:
        return False
    # Some gateways count in milliseconds.
    seconds = seconds // 1000 if seconds > 10**11 else seconds
    return abs(now.timestamp() - seconds) <= max_age_seconds
