"""A whole service in this process that strangers and staff throw things at."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from unittest import mock

import yaml
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from accounts.operations import create_user
from app.factory import create_app
from app.tables import metadata
from app.wiring import Parts
from config.settings import load_settings
from core.clock import FixedClock
from nlu.engine import NluEngine
from sms.inbound import InboundMessage
from sms.turns import take_text
from staff.services import get_services
from tests.app.timed_parts import TimedParts
from tests.providers.gateway_double import ENVIRONMENT, EXAMPLE
from tests.staff.browser import StaffBrowser

BASE, TOKEN = "https://hotline.example", "a-token-for-the-fuzzer"
PASSWORD = "Long-Enough-2026"
GATEWAY = "/sms/gateway/example-gateway"


class LineInThread:
    """The text line, serving in the thread that received: its faults are the sender's."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def receive(self, message: InboundMessage) -> None:
        """Store and serve a text."""
        take_text(self._parts.text_services, message)


@dataclass(frozen=True)
class FuzzedParts(TimedParts):
    """The same, serving texts in the request itself."""

    @cached_property
    def text_line(self) -> LineInThread:  # type: ignore[override]
        return LineInThread(self)


@dataclass
class Service:
    """The application, a client that nobody knows, and a browser that an administrator signed in
    with."""

    parts: FuzzedParts
    application: Flask
    client: FlaskClient
    staff: StaffBrowser

    def post_signed(self, target: str, form: Mapping[str, str]) -> TestResponse:
        """A webhook as the provider signs it."""
        signature = RequestValidator(TOKEN).compute_signature(BASE + target, dict(form))
        return self.client.post(target, data=form, headers={"X-Twilio-Signature": signature})

    def post_gateway(self, path: str, body: bytes) -> TestResponse:
        """A webhook as the gateway signs it."""
        at = str(int(self.parts.at.now().timestamp()))
        key = ENVIRONMENT["GATEWAY_SECRET"].encode()
        signature = hmac.new(key, at.encode() + body, hashlib.sha256).hexdigest()
        headers = {
            "X-Timestamp": at,
            "X-Signature": signature,
            "X-Token": ENVIRONMENT["GATEWAY_WEBHOOK_TOKEN"],
        }
        return self.client.post(
            GATEWAY + path, data=body, headers=headers, content_type="application/json"
        )


@contextmanager
def no_fault() -> Iterator[None]:
    """Nothing within logs an error: what a view catches to answer in words counts as well."""
    with capture_logs() as logs:
        yield
    faults = [entry for entry in logs if entry["log_level"] in {"error", "critical"}]
    assert not faults, [(entry["event"], entry.get("kind"), entry.get("path")) for entry in faults]


@contextmanager
def fuzzed_service(
    folder: Path, database_url: str, redis_url: str, at: FixedClock, engine: NluEngine
) -> Iterator[Service]:
    """A service on a database, which gets its tables."""
    described = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    gateway = folder / "gateway.yaml"
    gateway.write_text(yaml.safe_dump(described, allow_unicode=True), encoding="utf-8")
    environment = {
        **ENVIRONMENT,
        "HOTLINE_ENV": "production",
        "PUBLIC_BASE_URL": BASE,
        "SECRET_KEY": "s" * 32,
        "DATA_KEY": "d" * 32,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "VAR_DIR": str(folder),
        "TEXT_PROVIDERS": f"twilio,{gateway}",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM": "+8676912333",
    }
    with mock.patch.dict(os.environ, environment):
        parts = FuzzedParts(load_settings(), at, engine)
        metadata.create_all(parts.database.engine)
        application = create_app(parts)
        application.config["SESSION_COOKIE_SECURE"] = False
        staff = _signed_in(application)
        yield Service(parts, application, application.test_client(), staff)
        parts.content_source.stop()
        parts.state.close()
        parts.database.dispose()
        for provider in parts.text_providers.providers:
            session = getattr(provider, "session", None)
            if session is not None:
                session.close()


def _signed_in(application: Flask) -> StaffBrowser:
    with application.app_context():
        services = get_services()
    password_hash = services.passwords.hash(PASSWORD)
    with services.database.write() as db:
        create_user(
            db, "system", services.clock.now(), login="fuzzer", name="Fuzzer",
            role="administrator", office_id="dg-bureau", password_hash=password_hash,
        )  # fmt: skip
    browser = StaffBrowser(application)
    browser.sign_in("fuzzer", PASSWORD)
    return browser
