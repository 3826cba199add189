"""A domestic gateway's webhooks, and a text that goes out and comes back through one."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core.clock import FixedClock
from core.database import Database
from outbox.models import OutgoingText
from outbox.sending import send_due_texts
from providers.gateway_texts import GatewayTexts
from sms.gateway_blueprint import make_gateway_blueprint
from sms.services import TextServices
from sms.turns import take_text
from tests.providers.gateway_double import ENVIRONMENT, GatewayDouble

TOKEN = {"X-Token": ENVIRONMENT["GATEWAY_WEBHOOK_TOKEN"]}


@pytest.fixture
def double() -> Iterator[GatewayDouble]:
    with GatewayDouble() as running:
        yield running


@pytest.fixture
def client(services: TextServices, double: GatewayDouble) -> FlaskClient:
    app = Flask("gateway-webhooks")
    receive = partial(take_text, services)
    app.register_blueprint(make_gateway_blueprint(services, receive, *double.settings()))
    return app.test_client()


def inbound(words: str, sid: str = "1") -> dict[str, str]:
    return {"message_id": sid, "mobile": "13800138000", "content": words}


def signed(content: Any, at: int) -> dict[str, Any]:
    body = json.dumps(content, ensure_ascii=False)
    key = ENVIRONMENT["GATEWAY_SECRET"].encode()
    signature = hmac.new(key, f"{at}{body}".encode(), hashlib.sha256).hexdigest()
    headers = {"X-Timestamp": str(at), "X-Signature": signature}
    return {"data": body.encode(), "headers": headers, "content_type": "application/json"}


def states(database: Database) -> list[str]:
    with database.read() as db:
        return list(db.scalars(select(OutgoingText.state)))


def test_a_text_comes_in_is_answered_and_reported_through_the_gateway(
    client: FlaskClient, database: Database, double: GatewayDouble, clock: FixedClock
) -> None:
    response = client.post(
        "/sms/gateway/example-gateway/incoming", json=inbound("试用期最长多久"), headers=TOKEN
    )
    assert (response.status_code, response.get_json()) == (200, {"code": 0})
    provider = GatewayTexts(*double.settings(), clock)
    send_due_texts(database, [provider], clock)
    provider.session.close()
    (text,) = double.taken
    assert text["mobile"] == "13800138000"
    assert text["content"].startswith("【劳动热线】")
    assert text["template_id"] == "100001"
    report = {"reports": [{"message_id": "G1", "status": "DELIVRD", "out_id": text["out_id"]}]}
    now = int(clock.now().timestamp())
    for _ in range(2):
        assert (
            client.post("/sms/gateway/example-gateway/status", **signed(report, now)).status_code
            == 200
        )
    assert states(database) == ["delivered"]


def test_a_form_comes_in_as_well_as_json(client: FlaskClient, database: Database) -> None:
    posted = client.post(
        "/sms/gateway/example-gateway/incoming", data=inbound("加班费怎么算"), headers=TOKEN
    )
    assert posted.status_code == 200
    assert states(database) == ["queued"]


def test_the_same_text_twice_is_served_once(client: FlaskClient, database: Database) -> None:
    for _ in range(2):
        client.post(
            "/sms/gateway/example-gateway/incoming", json=inbound("加班费怎么算"), headers=TOKEN
        )
    assert states(database) == ["queued"]


@pytest.mark.parametrize("headers", [{}, {"X-Token": "wrong"}])
def test_a_wrong_token_is_refused(
    client: FlaskClient, database: Database, headers: dict[str, str]
) -> None:
    posted = client.post(
        "/sms/gateway/example-gateway/incoming", json=inbound("你好"), headers=headers
    )
    assert posted.status_code == 403
    assert states(database) == []


@pytest.mark.parametrize("age", [-301, 301])
def test_a_signed_report_of_another_time_is_refused(
    client: FlaskClient, clock: FixedClock, age: int
) -> None:
    at = int(clock.now().timestamp()) - age
    assert (
        client.post(
            "/sms/gateway/example-gateway/status", **signed({"reports": []}, at)
        ).status_code
        == 403
    )


def test_a_changed_report_is_refused(client: FlaskClient, clock: FixedClock) -> None:
    request = signed({"reports": []}, int(clock.now().timestamp()))
    request["data"] += b" "
    assert client.post("/sms/gateway/example-gateway/status", **request).status_code == 403


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"{", b"[]", b"null"])
def test_odd_bodies_are_no_error(client: FlaskClient, body: bytes) -> None:
    posted = client.post(
        "/sms/gateway/example-gateway/incoming",
        data=body,
        headers=TOKEN,
        content_type="application/json",
    )
    assert posted.status_code in (200, 403)
