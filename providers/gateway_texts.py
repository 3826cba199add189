"""Texts by a domestic gateway that is described in a file (see gateway_settings)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from requests import Session
from requests.exceptions import RequestException

from core.clock import Clock
from core.errors import ProviderUnknownError
from core.request_values import read_number
from providers.gateway_settings import GatewaySettings, Request
from providers.gateway_signing import fill, sign
from providers.texts import (
    AcceptedText,
    LookupUnavailableError,
    Refusal,
    TextRefusedError,
    TextToSend,
)
from providers.twilio_client import make_session, was_never_connected

_HOME_PREFIX = "+86"
_CONTENT_TYPES = {"json": "application/json", "form": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class GatewayTexts:
    """The provider. ``keys`` are the gateway's secrets by the names that patterns use."""

    settings: GatewaySettings
    keys: Mapping[str, str] = field(repr=False)
    clock: Clock
    session: Session = field(default_factory=make_session, repr=False)

    @property
    def name(self) -> str:
        """See TextProvider."""
        return self.settings.name

    def send(self, text: TextToSend) -> AcceptedText:
        """See TextProvider."""
        rules = self.settings.send
        answer = self._ask(rules, self._values(text))
        code = str(pick(answer, rules.code))
        if code not in rules.taken_codes:
            meaning = rules.refusals.get(code, Refusal.OTHER)
            if meaning == "unknown":
                raise ProviderUnknownError(f"The gateway answered {code}.")
            raise TextRefusedError(f"The gateway refused the text with {code}.", meaning, code)
        sid = pick(answer, rules.sid)
        if sid in (None, ""):
            raise ProviderUnknownError("The gateway took a text and gave it no name.")
        return AcceptedText(str(sid))

    def find_sent(
        self, text: TextToSend, since: datetime, known_sids: frozenset[str]
    ) -> AcceptedText | None:
        """See TextProvider. Found by our reference, which the gateway keeps with the text."""
        rules = self.settings.find
        if rules is None:
            raise LookupUnavailableError("This gateway cannot be asked for a text.")
        listed = pick(self._ask(rules, self._values(text)), rules.list)
        for item in listed if isinstance(listed, list) else []:
            if str(pick(item, rules.reference)) == text.reference:
                return AcceptedText(str(pick(item, rules.sid)))
        return None

    def is_two_way(self, phone: str) -> bool:
        """See TextProvider. Without an inbound webhook no answer could reach us."""
        if self.settings.inbound is None:
            return False
        prefixes = self.settings.one_way_prefixes
        return not (prefixes and phone.startswith(prefixes))

    def _values(self, text: TextToSend) -> dict[str, str]:
        now = self.clock.now()
        templates = self.settings.templates
        return {
            **self.keys,
            "phone": text.phone,
            "phone_national": text.phone.removeprefix(_HOME_PREFIX),
            "words": text.words,
            "kind": text.kind,
            "language": text.language,
            "reference": text.reference,
            "validity_seconds": str(text.validity_seconds),
            "signature_name": self.settings.signature_name,
            "template_id": templates.get(text.kind, templates.get("default", "")),
            "timestamp": str(int(now.timestamp())),
            "nonce": secrets.token_hex(8),
        }

    def _ask(self, rules: Request, values: dict[str, str]) -> Any:
        """One request; the JSON answer."""
        fields = {name: fill(pattern, values) for name, pattern in rules.fields.items()}
        headers = {name: fill(pattern, values) for name, pattern in rules.headers.items()}
        body = _encode(rules, fields)
        if rules.signature.kind != "none":
            signature = sign(rules.signature, {**values, "body": body})
            if rules.signature.place == "header":
                headers[rules.signature.name] = signature
            else:
                fields[rules.signature.name] = signature
                body = _encode(rules, fields)
        is_get = rules.method == "GET"
        if not is_get:
            headers["Content-Type"] = _CONTENT_TYPES[rules.body]
        try:
            response = self.session.request(
                rules.method,
                rules.url,
                params=fields if is_get else None,
                data=None if is_get else body.encode(),
                headers=headers,
                timeout=rules.timeout_seconds,
                allow_redirects=False,
            )
        except RequestException as error:
            if was_never_connected(error):
                raise TextRefusedError("The gateway cannot be reached.", Refusal.DOWN) from error
            raise ProviderUnknownError(f"No answer: {type(error).__name__}.") from error
        return _read(response.status_code, response.content)


def pick(value: Any, path: str) -> Any:
    """What stands in a JSON value at a path of names and numbers with dots; None when nothing."""
    for step in path.split(".") if path else ():
        place = read_number(step)
        if isinstance(value, list) and place is not None and place < len(value):
            value = value[place]
        elif isinstance(value, Mapping) and step in value:
            value = value[step]
        else:
            return None
    return value


def _encode(rules: Request, fields: Mapping[str, str]) -> str:
    return json.dumps(fields, ensure_ascii=False) if rules.body == "json" else urlencode(fields)


def _read(status: int, content: bytes) -> Any:
    if status == 429:
        raise TextRefusedError("The gateway is busy.", Refusal.BUSY, "429")
    if 400 <= status < 500 and status != 408:
        raise TextRefusedError(f"The gateway refused with {status}.", Refusal.SENDER, str(status))
    if not 200 <= status < 300:
        raise ProviderUnknownError(f"The gateway answered {status}.")
    try:
        return json.loads(content)
    except ValueError as error:
        raise ProviderUnknownError("The gateway's answer is no JSON.") from error
