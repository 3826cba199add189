"""The text channel against an independent emulation of Twilio (npm ``emulate``), both ways."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Thread

import pytest
import requests
from flask import Flask
from sqlalchemy import select
from werkzeug.serving import make_server

from core.clock import FixedClock
from core.database import Database
from outbox.models import OutgoingText
from outbox.sending import send_due_texts
from providers.signatures import SignatureCheck
from providers.twilio_client import make_client
from providers.twilio_texts import TwilioTexts
from sms.blueprint import make_blueprint
from sms.services import TextServices
from sms.turns import take_text
from tests.conftest import missing

TOOLS = Path(__file__).parents[1] / "tools"
ACCOUNT, TOKEN = "AC" + "0" * 31 + "7", "a-token-for-tests"
HOTLINE, WANG = "+15551234567", "+8613800138000"


@dataclass(frozen=True)
class Emulator:
    """The running emulation and the service that it calls."""

    url: str
    service_url: str

    def simulate(self, what: str, **form: str) -> requests.Response:
        """Let something happen at the other end."""
        url = f"{self.url}/_twilio/simulate/{what}"
        return requests.post(url, data=form, auth=(ACCOUNT, TOKEN), timeout=20)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def emulator(services: TextServices, tmp_path: Path) -> Iterator[Emulator]:
    node, program = shutil.which("node"), TOOLS / "node_modules" / "emulate" / "dist" / "index.js"
    if node is None or not program.is_file():
        missing("emulate (npm ci in tests/tools)")
    assert node is not None
    port = free_port()
    service_url = f"http://127.0.0.1:{port}"
    app = Flask("texts")
    receive = partial(take_text, services)
    signatures = SignatureCheck(service_url, (TOKEN,))
    app.register_blueprint(make_blueprint(services, receive, signatures))
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    seed = {
        "twilio": {
            "account": {"sid": ACCOUNT, "auth_token": TOKEN},
            "phone_numbers": [
                {"phone_number": HOTLINE, "sms_url": f"{service_url}/sms/incoming"},
            ],
        }
    }
    seed_file = tmp_path / "seed.json"
    seed_file.write_text(json.dumps(seed), encoding="utf-8")
    emulator_port = free_port()
    arguments = ["-s", "twilio", "-p", str(emulator_port), "--seed", str(seed_file)]
    process = subprocess.Popen(
        [node, str(program), "start", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        running = Emulator(f"http://127.0.0.1:{emulator_port}", service_url)
        wait_for(running.url, process)
        yield running
    finally:
        process.terminate()
        process.wait(10)
        server.shutdown()
        thread.join()
        server.server_close()


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the emulation answers; an error when it ends or takes half a minute."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(requests.ConnectionError):
            requests.get(url, timeout=2)
            return
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
    pytest.fail("emulate did not start")


def test_signed_webhooks_are_accepted_and_requests_understood(
    emulator: Emulator, database: Database, clock: FixedClock
) -> None:
    taken = emulator.simulate(
        "inbound-message", To=HOTLINE, From=WANG, Body="试用期最长多久？100%的 & +=?"
    )
    assert taken.ok
    client = make_client(ACCOUNT, TOKEN, emulator.url)
    provider = TwilioTexts(client, HOTLINE, f"{emulator.service_url}/sms/status")
    assert send_due_texts(database, [provider], clock) == {"taken": 1}
    (sent,) = client.messages.list(to=WANG)
    client.http_client.close()
    assert "《劳动合同法》" in str(sent.body)
    for status in ("sent", "delivered"):
        assert emulator.simulate("message-status", MessageSid=str(sent.sid), Status=status).ok
    with database.read() as db:
        assert db.scalars(select(OutgoingText.state)).one() == "delivered"
