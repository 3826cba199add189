"""The voice webhooks of a service in the test's own process, and a Twilio that signs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from twilio.request_validator import RequestValidator

from core.clock import FixedClock
from core.database import Database
from dialogue.conversation import Conversation
from dialogue.services import Facilities
from hotline.lines import LineRules
from hotline.turns import CallServices
from hotline.twilio.blueprint import make_blueprint
from hotline.twilio.twiml_rules import Kind, find_violation
from hotline.vouching import VouchedCallers
from providers.signatures import SignatureCheck

BASE = "https://hotline.example"
CALLER = "+8613800138000"
TOKEN = "0123456789abcdef0123456789abcdef"


@dataclass
class Document:
    """A TwiML answer."""

    status: int
    text: str

    @property
    def words(self) -> str:
        return "".join(ElementTree.fromstring(self.text).itertext())

    def attribute(self, verb: str, name: str) -> str:
        found = ElementTree.fromstring(self.text).find(f".//{verb}")
        assert found is not None, self.text
        return found.attrib[name]

    def has(self, verb: str) -> bool:
        return ElementTree.fromstring(self.text).find(f".//{verb}") is not None


@dataclass
class Twilio:
    """Sends signed webhooks as Twilio does."""

    client: FlaskClient
    services: CallServices
    ended: list[Conversation] = field(default_factory=list)

    def post(
        self, path: str, *, signature: str | None = None, kind: Kind = "call", **form: str
    ) -> Document:
        if signature is None:
            signature = RequestValidator(TOKEN).compute_signature(BASE + path, form)
        response = self.client.post(path, data=form, headers={"X-Twilio-Signature": signature})
        document = Document(response.status_code, response.get_data(as_text=True))
        if response.status_code == 200:
            assert find_violation(document.text, kind) is None, document.text
        return document

    def call(self, sid: str = "CA1", caller: str = CALLER) -> Document:
        return self.post("/voice/incoming", CallSid=sid, From=caller, CallStatus="ringing")

    def turn(self, number: int, sid: str = "CA1", **form: str) -> Document:
        return self.post(f"/voice/turn?turn={number}", CallSid=sid, **form)

    def status(self, sid: str = "CA1", status: str = "completed", seconds: int = 30) -> Document:
        return self.post("/voice/status", CallSid=sid, CallStatus=status, CallDuration=str(seconds))


@pytest.fixture
def make_twilio(
    database: Database, clock: FixedClock, make_facilities: Callable[..., Facilities]
) -> Callable[..., Twilio]:
    def make(*, max_calls: int = 60, **changes: Any) -> Twilio:
        ended: list[Conversation] = []

        def note_ended(_db: Session, conversation: Conversation, _now: datetime) -> None:
            ended.append(conversation)

        services = CallServices(
            database=changes.get("database", database),
            facilities=changes.get("facilities", make_facilities()),
            clock=clock,
            max_calls=max_calls,
            note_call_ended=note_ended,
            can_understand=changes.get("can_understand", lambda: True),
            redirect_call=changes.get("redirect_call"),
            transcribes_recordings=changes.get("transcribes_recordings", False),
            vouched=changes.get("vouched", VouchedCallers((("*", "+86"),))),
            # Many calls of these tests come from one number, as from a switchboard.
            line_rules=changes.get(
                "line_rules",
                LineRules(max_calls, switchboards=frozenset({database.vault.keyed_hash(CALLER)})),
            ),
        )
        app = Flask(__name__)
        app.register_blueprint(make_blueprint(services, SignatureCheck(BASE, (TOKEN,))))
        return Twilio(app.test_client(), services, ended)

    return make


@pytest.fixture
def twilio(make_twilio: Callable[..., Twilio]) -> Twilio:
    return make_twilio()
