"""How a domestic text gateway is spoken to: read from a YAML file (config/gateway.example.yaml).

Every gateway has an address to post to, field names of its own, a signature of its own, templates
that it has approved, and its own words for what became of a text. None of that is code.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import ConfigurationError
from providers.texts import Refusal, TextStatus

SignatureKind = Literal["none", "token", "md5", "hmac-sha1", "hmac-sha256"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Signature(_Part):
    """How a request is signed.

    ``over`` is a pattern of what is signed ("{key}{timestamp}{body}"); a token is ``over`` itself.
    It stands in the header or field ``name``. ``most_age_seconds``: older signed requests to us are
    refused (they carry their Unix time in the header or field ``timestamp``).
    """

    kind: SignatureKind = "none"
    over: str = "{body}"
    encoding: Literal["hex", "base64"] = "hex"
    place: Literal["header", "field"] = "header"
    name: str = "X-Signature"
    timestamp: str = ""
    most_age_seconds: int = Field(default=300, ge=1)


class Request(_Part):
    """A request to the gateway; values of ``fields`` and ``headers`` are patterns."""

    url: str = Field(pattern=r"^https?://")
    method: Literal["POST", "GET"] = "POST"
    body: Literal["json", "form"] = "json"
    fields: Mapping[str, str]
    headers: Mapping[str, str] = {}
    signature: Signature = Signature()
    timeout_seconds: float = Field(default=10, gt=0, le=30)


class SendRequest(Request):
    """Handing over a text: what answer means taken, and where its name and errors are.

    Paths are names with dots ("data.0.id"). ``refusals`` names what an error code means; the word
    ``unknown`` stands for errors after which the text may have been taken.
    """

    code: str
    taken_codes: tuple[str, ...]
    sid: str
    refusals: Mapping[str, Refusal | Literal["unknown"]] = {}


class FindRequest(Request):
    """Asking for a text by our reference: where the list is, and the names within it."""

    list: str
    sid: str
    reference: str


class ReportWebhook(_Part):
    """Delivery reports as the gateway posts them to us."""

    signature: Signature
    list: str = ""
    sid: str
    reference: str = ""
    status: str
    code: str = ""
    statuses: Mapping[str, TextStatus]
    refusals: Mapping[str, Refusal] = {}
    answer: str = '{"code": 0}'


class InboundWebhook(_Part):
    """Texts of citizens as the gateway posts them to us."""

    signature: Signature
    list: str = ""
    sid: str
    phone: str
    words: str
    answer: str = '{"code": 0}'


class GatewaySettings(_Part):
    """One gateway. ``secrets`` names environment variables; their values stand in patterns under
    the names on the left. ``templates`` gives the approved template of each kind of text."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")
    secrets: Mapping[str, str] = {}
    signature_name: str = ""
    templates: Mapping[str, str] = {}
    one_way_prefixes: tuple[str, ...] = ()
    send: SendRequest
    find: FindRequest | None = None
    reports: ReportWebhook | None = None
    inbound: InboundWebhook | None = None


def load_gateway(
    path: Path, environment: Mapping[str, str]
) -> tuple[GatewaySettings, Mapping[str, str]]:
    """A gateway and the values of its secrets.

    Raises ConfigurationError, in one sentence, when the file or a secret is missing or wrong.
    """
    try:
        settings = GatewaySettings.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as error:
        raise ConfigurationError(f"The gateway file {path} cannot be read: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        raise ConfigurationError(f"The gateway file {path}: {place}: {first['msg']}.") from error
    missing = [name for name in settings.secrets.values() if not environment.get(name)]
    if missing:
        raise ConfigurationError(f"The gateway {settings.name} needs {', '.join(missing)}.")
    return settings, {key: environment[name] for key, name in settings.secrets.items()}
