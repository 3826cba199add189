"""Our requests are what Twilio's published OpenAPI description asks for (mock server: Prism).

The description is not kept here: TWILIO_OPENAPI names the file, which is
spec/json/twilio_api_v2010.json of github.com/twilio/twilio-oai.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from providers.texts import TextToSend
from providers.twilio_client import make_client
from providers.twilio_texts import TwilioTexts
from tests.conftest import missing

PRISM = Path(__file__).parents[1] / "tools/node_modules/@stoplight/prism-cli/dist/index.js"
ACCOUNT, TOKEN, WANG = "AC" + "0" * 31 + "7", "a-token-for-tests", "+8613800138000"
PATIENCE = 600  # tenths of a second: the description is large


@pytest.fixture
def prism() -> Iterator[str]:
    node, described = shutil.which("node"), Path(os.environ.get("TWILIO_OPENAPI", ""))
    if node is None or not PRISM.is_file():
        missing("Prism (npm ci in tests/tools)")
    if not described.is_file():
        # Twilio publishes it, the project may not carry it: whoever has it names it.
        pytest.skip("TWILIO_OPENAPI names no description of Twilio's interface")
    assert node is not None
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    process = subprocess.Popen(
        [node, str(PRISM), "mock", "--errors", "-p", str(port), str(described)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(PATIENCE):
            with suppress(requests.ConnectionError):
                requests.get(url, timeout=5)
                break
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.1)
                pytest.fail("Prism did not start")
        yield url
    finally:
        process.terminate()
        process.wait(10)


def test_sending_and_looking_up_are_as_described(prism: str) -> None:
    client = make_client(ACCOUNT, TOKEN, prism)
    provider = TwilioTexts(client, "+15551234567", "https://hotline.example/sms/status")
    text = TextToSend(WANG, "试用期最长6个月。", "reply", "zh", 3600, "r1")
    assert provider.send(text).provider_sid
    assert provider.find_sent(text, datetime.now(UTC), frozenset()) is None
    client.http_client.close()
