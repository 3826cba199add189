"""How a domestic text gateway is spoken to: read from a YAML file (config/gateway.example.yaml).

Every gateway has an address to post to, field names of its own, a signature of its own, templates
that it has approved, and its own words for what became of a text. None of that is code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from core.errors import ConfigurationError
from providers.texts import Refusal, TextStatus

SignatureKind = Literal["none", "token", "md5", "hmac-sha1", "hmac-sha256"]

# What the pattern of a field or header of ours may use beside the names under "secrets".
NAMES_TO_SEND = frozenset(
    {
        "phone", "phone_national", "words", "kind", "language", "reference", "validity_seconds",
        "signature_name", "template_id", "timestamp", "nonce",
    }
)  # fmt: skip
_KEY_OF_HMACS = "secret"
_NAME = re.compile(r"\{(\w*)\}")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Signature(_Part):
    """How a request is signed.

    ``over`` is a pattern of what is signed ("{key}{timestamp}{body}"); a token is ``over`` itself.
    It stands in the header or field ``name``. ``max_age_seconds``: older signed requests to us are
    refused (they carry their Unix time in the header or field ``timestamp``).
    Files written for version 0.1 call it ``most_age_seconds``.
    """

    kind: SignatureKind = "none"
    over: str = "{body}"
    encoding: Literal["hex", "base64"] = "hex"
    place: Literal["header", "field"] = "header"
    name: str = "X-Signature"
    timestamp: str = ""
    max_age_seconds: int = Field(
        default=300, ge=1, validation_alias=AliasChoices("max_age_seconds", "most_age_seconds")
    )


class Request(_Part):
    """A request to the gateway; values of ``fields`` and ``headers`` are patterns."""

    url: str
    method: Literal["POST", "GET"] = "POST"
    body: Literal["json", "form"] = "json"
    fields: Mapping[str, str]
    headers: Mapping[str, str] = {}
    signature: Signature = Signature()
    timeout_seconds: float = Field(default=10, gt=0, le=30)

    @field_validator("url")
    @classmethod
    def _is_private(cls, url: str) -> str:
        """Numbers and words go over no network in the clear, but to a forwarder on this machine."""
        if not re.match(r"https://|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/|$)", url):
            raise ValueError("must begin with https://")
        return url


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


class _Webhook(_Part):
    """What the gateway posts to us; without a signature it could come from anybody."""

    signature: Signature

    @field_validator("signature")
    @classmethod
    def _is_some(cls, signature: Signature) -> Signature:
        if signature.kind == "none":
            raise ValueError("kind none would let anybody in; a token is the least")
        return signature


class ReportWebhook(_Webhook):
    """Delivery reports as the gateway posts them to us."""

    list: str = ""
    sid: str
    reference: str = ""
    status: str
    code: str = ""
    statuses: Mapping[str, TextStatus]
    refusals: Mapping[str, Refusal] = {}
    answer: str = '{"code": 0}'


class InboundWebhook(_Webhook):
    """Texts of citizens as the gateway posts them to us."""

    list: str = ""
    sid: str
    phone: str
    words: str
    answer: str = '{"code": 0}'


class GatewaySettings(_Part):
    """One gateway. ``secrets`` names environment variables; their values stand in patterns under
    the names on the left. ``templates`` gives the approved template of each kind of text, by its
    name or ``default``. ``texts_per_second``: the sending rate agreed, else the general one."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")
    secrets: Mapping[str, str] = {}
    signature_name: str = ""
    templates: Mapping[str, str] = {}
    texts_per_second: int | None = Field(default=None, ge=1)
    one_way_prefixes: tuple[str, ...] = ()
    send: SendRequest
    find: FindRequest | None = None
    reports: ReportWebhook | None = None
    inbound: InboundWebhook | None = None

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        if self.name in ("twilio", "file"):
            raise ValueError(f"the name {self.name} is taken")
        known = NAMES_TO_SEND | self.secrets.keys()
        for place, pattern in self._patterns():
            for name in _NAME.findall(pattern):
                if name not in known:
                    raise ValueError(
                        f"{place} uses {{{name}}}, which is neither known nor a secret"
                    )
        for place, signature in self._signatures():
            if signature.kind.startswith("hmac") and _KEY_OF_HMACS not in self.secrets:
                raise ValueError(f"{place} is an HMAC, whose key must stand in secrets as secret")
            if signature.kind == "token" and not _NAME.findall(signature.over):
                raise ValueError(f"{place} has its token in the file; it must be a secret")
        return self

    def _patterns(self) -> Iterator[tuple[str, str]]:
        for place, request in (("send", self.send), ("find", self.find)):
            if request is not None:
                patterns = {**request.fields, **request.headers}
                signed = request.signature.over.replace("{body}", "")
                yield f"{place}.signature.over", signed
                yield from ((f"{place}.{name}", pattern) for name, pattern in patterns.items())

    def _signatures(self) -> Iterator[tuple[str, Signature]]:
        parts = {
            "send": self.send, "find": self.find, "reports": self.reports, "inbound": self.inbound,
        }  # fmt: skip
        for place, part in parts.items():
            if part is not None:
                yield f"{place}.signature", part.signature


def load_gateway(
    path: Path, environment: Mapping[str, str]
) -> tuple[GatewaySettings, Mapping[str, str]]:
    """A gateway and the values of its secrets.

    Raises ConfigurationError, in one sentence, when the file or a secret is missing or wrong.
    """
    try:
        settings = GatewaySettings.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as error:
        why = " ".join(str(error).split()).rstrip(".")
        raise ConfigurationError(f"The gateway file {path} cannot be read: {why}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = "".join(f"{step}: " for step in first["loc"])
        what = first["msg"].removeprefix("Value error, ").rstrip(".")
        raise ConfigurationError(f"The gateway file {path}: {place}{what}.") from error
    missing = [name for name in settings.secrets.values() if not environment.get(name)]
    if missing:
        raise ConfigurationError(
            f"The gateway {settings.name} needs the environment settings {', '.join(missing)}."
        )
    return settings, {key: environment[name] for key, name in settings.secrets.items()}
