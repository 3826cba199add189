"""What a gateway posts to us: checked, and translated into values. Pure but for the clock."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from core.request_values import as_name, storable
from providers.gateway_settings import GatewaySettings, InboundWebhook, ReportWebhook
from providers.gateway_signing import is_signed
from providers.gateway_texts import pick
from providers.texts import Refusal, TextStatus
from providers.webhook_limits import MAX_NAME, MAX_PARAMETERS, MAX_STATUS


@dataclass(frozen=True)
class Posted:
    """A request as it came: headers (names in lower case), the body as text, and what is in it."""

    headers: Mapping[str, str]
    body: str = field(repr=False)
    content: Any = field(repr=False)

    @property
    def fields(self) -> Mapping[str, Any]:
        """Fields at the top of the body; none when it is a list."""
        return self.content if isinstance(self.content, Mapping) else {}


@dataclass(frozen=True)
class GatewayReport:
    """What became of a text. ``reference`` is ours, or empty."""

    provider_sid: str
    status: str
    meaning: TextStatus
    reference: str
    refusal: Refusal | None
    code: str | None


@dataclass(frozen=True)
class GatewayText:
    """A text of a citizen."""

    sid: str
    phone: str = field(repr=False)
    words: str = field(repr=False)


def read_posted(headers: Iterable[tuple[str, str]], raw: bytes) -> Posted | None:
    """A request in JSON or as a form; None when it is neither."""
    named = {name.lower(): value for name, value in headers}
    try:
        body = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if "json" in named.get("content-type", ""):
        try:
            return Posted(named, body, json.loads(body))
        except (ValueError, RecursionError):
            # Brackets in brackets without end, or a number of more digits than are read.
            return None
    try:
        pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=MAX_PARAMETERS)
    except ValueError:
        return None
    return Posted(named, body, dict(pairs))


def is_genuine(
    rules: ReportWebhook | InboundWebhook,
    posted: Posted,
    keys: Mapping[str, str],
    now: datetime,
) -> bool:
    """Whether the gateway sent this, lately."""
    return is_signed(rules.signature, posted.headers, posted.fields, posted.body, keys, now)


def read_reports(settings: GatewaySettings, posted: Posted) -> list[GatewayReport]:
    """The delivery reports in a request; statuses that say nothing about delivery are left out."""
    rules = settings.reports
    if rules is None:
        return []
    reports = []
    for item in _items(posted, rules.list):
        status, sid = str(pick(item, rules.status)), pick(item, rules.sid)
        meaning = rules.statuses.get(status)
        if meaning is None or sid in (None, ""):
            continue
        code = pick(item, rules.code) if rules.code else None
        is_bad = meaning is TextStatus.UNDELIVERED
        reports.append(
            GatewayReport(
                provider_sid=as_name(str(sid), MAX_NAME),
                status=status,
                meaning=meaning,
                reference=storable(str(pick(item, rules.reference) or ""))[:MAX_NAME]
                if rules.reference
                else "",
                refusal=rules.refusals.get(str(code), Refusal.OTHER) if is_bad else None,
                code=storable(str(code))[:MAX_STATUS] if is_bad and code is not None else None,
            )
        )
    return reports


def read_texts(settings: GatewaySettings, posted: Posted) -> list[GatewayText]:
    """The citizens' texts in a request."""
    rules = settings.inbound
    if rules is None:
        return []
    return [
        GatewayText(
            str(sid), str(pick(item, rules.phone) or ""), str(pick(item, rules.words) or "")
        )
        for item in _items(posted, rules.list)
        if (sid := pick(item, rules.sid)) not in (None, "")
    ]


def _items(posted: Posted, path: str) -> list[Any]:
    found = pick(posted.content, path)
    return found if isinstance(found, list) else [found]
