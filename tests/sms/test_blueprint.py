"""The text channel's webhooks: only genuine ones, each once, never an error to the provider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from core.clock import FixedClock
from core.database import Database
from outbox.models import DeliveryReport, OutgoingText
from outbox.operations import TextOrder, enqueue_text
from outbox.sending import send_due_texts
from providers.signatures import SignatureCheck
from sms.blueprint import make_blueprint
from sms.line import TextLine
from sms.models import InboundText
from sms.services import TextServices
from sms.turns import take_text
from tests.outbox.providers import PlayedProvider

PUBLIC = "https://hotline.example"
TOKENS = ("the-present-token-1", "the-former-token-22")
WANG = "+8613800138000"


@pytest.fixture
def app(services: TextServices) -> Flask:
    app = Flask("texts")
    receive = partial(take_text, services)
    app.register_blueprint(make_blueprint(services, receive, SignatureCheck(PUBLIC, TOKENS)))
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def post(
    client: FlaskClient, target: str, form: Mapping[str, str], token: str = TOKENS[0]
) -> TestResponse:
    signature = RequestValidator(token).compute_signature(PUBLIC + target, dict(form))
    return client.post(target, data=form, headers={"X-Twilio-Signature": signature})


def text(words: str, sid: str = "SM1") -> dict[str, str]:
    return {"MessageSid": sid, "From": WANG, "To": "12333", "Body": words, "NumMedia": "0"}


def count(database: Database, table: type[InboundText | OutgoingText | DeliveryReport]) -> int:
    with database.read() as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def test_a_genuine_text_is_taken_and_answered_by_the_outbox_only(
    client: FlaskClient, database: Database
) -> None:
    response = post(client, "/sms/incoming", text("试用期最长多久"))
    assert (response.status_code, response.mimetype) == (200, "text/xml")
    assert response.get_data(as_text=True).endswith("<Response/>")
    assert count(database, OutgoingText) == 1


def test_during_a_rotation_both_tokens_are_good(client: FlaskClient) -> None:
    assert post(client, "/sms/incoming", text("你好"), TOKENS[1]).status_code == 200


@pytest.mark.parametrize("path", ["/sms/incoming", "/sms/status"])
def test_a_wrong_or_missing_signature_is_refused_and_nothing_else_happens(
    client: FlaskClient, database: Database, path: str
) -> None:
    assert post(client, path, text("你好"), "another-token").status_code == 403
    assert client.post(path, data=text("你好")).status_code == 403
    assert client.get(path).status_code == 405
    assert count(database, InboundText) == 0


def test_a_webhook_sent_twice_changes_nothing_the_second_time(
    client: FlaskClient, database: Database
) -> None:
    for _ in range(2):
        assert post(client, "/sms/incoming", text("试用期最长多久")).status_code == 200
    assert (count(database, InboundText), count(database, OutgoingText)) == (1, 1)


def test_a_text_without_a_name_is_a_bad_request(client: FlaskClient) -> None:
    assert post(client, "/sms/incoming", {"From": WANG, "Body": "你好"}).status_code == 400


def test_what_cannot_even_be_stored_is_refused_so_that_it_comes_again(
    app: Flask, services: TextServices, tmp_path: object
) -> None:
    broken = Database(f"sqlite:///{tmp_path}/missing/none.db", services.database.vault)
    app = Flask("broken")
    parts = replace(services, database=broken)
    receive = TextLine(parts).receive
    app.register_blueprint(make_blueprint(parts, receive, SignatureCheck(PUBLIC, TOKENS)))
    assert post(app.test_client(), "/sms/incoming", text("你好")).status_code == 503


class Sent:
    """A text that was taken by a provider."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database = database
        key = database.vault.keyed_hash(WANG)
        with database.write() as db:
            order = TextOrder(WANG, key, "您的诉求已答复", "case_answer", "zh", "k", "DG1")
            enqueue_text(db, order, clock.now())
        provider = PlayedProvider("twilio")
        send_due_texts(database, [provider], clock)
        self.reference = provider.asked[0].reference

    @property
    def state(self) -> str:
        with self.database.read() as db:
            return db.scalars(select(OutgoingText.state)).one()


@pytest.fixture
def sent(database: Database, clock: FixedClock) -> Sent:
    return Sent(database, clock)


def report(client: FlaskClient, status: str, code: str = "", target: str = "/sms/status") -> None:
    form = {"MessageSid": "twilio-1", "MessageStatus": status}
    if code:
        form["ErrorCode"] = code
    assert post(client, target, form).status_code == 200


@pytest.mark.parametrize(
    "order",
    [
        ["queued", "sent", "delivered"],
        ["delivered", "sent", "queued"],
        ["sent", "delivered", "delivered", "sent"],
    ],
)
def test_reports_in_any_order_end_in_delivered(
    client: FlaskClient, sent: Sent, order: list[str]
) -> None:
    for status in order:
        report(client, status)
    assert sent.state == "delivered"


def test_each_report_is_kept_once(client: FlaskClient, sent: Sent, database: Database) -> None:
    for status in ("sent", "sent", "delivered", "delivered", "receiving"):
        report(client, status)
    assert count(database, DeliveryReport) == 2


def test_an_unreachable_phone_is_tried_again_later(client: FlaskClient, sent: Sent) -> None:
    report(client, "undelivered", "30003")
    assert sent.state == "waiting"


def test_a_late_delivery_stops_the_next_try(client: FlaskClient, sent: Sent) -> None:
    report(client, "undelivered", "30008")
    report(client, "delivered")
    assert sent.state == "delivered"


def test_a_filtered_text_is_not_sent_again_by_the_same_provider(
    client: FlaskClient, sent: Sent, database: Database, clock: FixedClock
) -> None:
    report(client, "undelivered", "30007")
    provider = PlayedProvider("twilio")
    send_due_texts(database, [provider], clock)
    assert provider.asked == []
    assert sent.state == "undelivered"


def test_the_reference_in_the_address_is_part_of_what_is_signed(
    client: FlaskClient, sent: Sent
) -> None:
    report(client, "delivered", target=f"/sms/status?ref={sent.reference}")
    assert sent.state == "delivered"
