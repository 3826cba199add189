"""Our requests are what Twilio's published OpenAPI description asks for (mock server: Prism).

The description is not kept here: tests/tools/fetch_description.sh fetches the pinned one. Prism's
``--errors`` would refuse Twilio's own examples of answers (paths where the description says URIs);
requests are judged without it. A misspelt parameter would pass, because the description forbids
none: the names are compared with the description here.
"""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from twilio.base import values
from twilio.base.exceptions import TwilioRestException

from core.errors import NotFoundError
from providers.calls import TwilioCalls
from providers.recordings import TwilioRecordings
from providers.texts import TextToSend
from providers.twilio_client import make_client
from providers.twilio_texts import TwilioTexts
from tests.conftest import missing

TOOLS = Path(__file__).parents[1] / "tools"
PRISM = TOOLS / "node_modules/@stoplight/prism-cli/dist/index.js"
DESCRIPTION = TOOLS / "node_modules/.twilio/twilio_api_v2010.json"
ACCOUNT, TOKEN, WANG = "AC" + "0" * 31 + "7", "a-token-for-tests", "+8613800138000"
HOTLINE, BASE = "+15551234567", "https://hotline.example"
CALL, RECORDING = "CA" + "0" * 32, "RE" + "0" * 32
PATIENCE = 900  # tenths of a second: the description is large


@pytest.fixture(scope="module")
def prism() -> Iterator[str]:
    """The address of the mock server."""
    node = shutil.which("node")
    if node is None or not PRISM.is_file():
        missing("Prism (npm ci in tests/tools)")
    if not DESCRIPTION.is_file():
        missing("Twilio's description of its API (tests/tools/fetch_description.sh)")
    assert node is not None
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    process = subprocess.Popen(
        [node, str(PRISM), "mock", "-p", str(port), str(DESCRIPTION)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(PATIENCE):
        with suppress(requests.ConnectionError):
            requests.get(url, timeout=5)
            return
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
            break
    pytest.fail("Prism did not start")


@dataclass
class Names:
    """What the description calls its operations and their parameters; what was asked for."""

    operations: dict[tuple[str, str], frozenset[str]]
    """Names that may be sent, by method and path."""
    asked: list[tuple[str, str]] = field(default_factory=list)

    def note(self, response: requests.Response, *_args: Any, **_more: Any) -> None:
        """A hook for sessions: the request is described, and so is every name in it."""
        method, address = str(response.request.method), urlsplit(str(response.request.url))
        body = response.request.body or ""
        assert isinstance(body, str)
        sent = {name for part in (address.query, body) for name, _value in parse_qsl(part)}
        operation = (method, self.path_of(address.path))
        assert sent - self.operations[operation] == set()
        self.asked.append(operation)

    def path_of(self, path: str) -> str:
        """The description's path of a real one."""
        for _method, described in self.operations:
            if re.fullmatch(re.sub(r"\\?\{\w+\\?\}", "[^/]+", re.escape(described)), path):
                return described
        raise AssertionError(f"{path} is not described")


@pytest.fixture(scope="module")
def operations() -> dict[tuple[str, str], frozenset[str]]:
    """Every operation of the description with the names of what may be sent."""
    if not DESCRIPTION.is_file():
        missing("Twilio's description of its API (tests/tools/fetch_description.sh)")
    described = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    found = {}
    for path, item in described["paths"].items():
        for method in {"get", "post", "delete"} & item.keys():
            parameters = {
                p["name"] for p in item[method].get("parameters", []) if p["in"] == "query"
            }
            content = item[method].get("requestBody", {}).get("content", {})
            for form in content.values():
                parameters |= form["schema"].get("properties", {}).keys()
            found[method.upper(), path] = frozenset(parameters)
    return found


@pytest.fixture
def names(operations: dict[tuple[str, str], frozenset[str]]) -> Names:
    return Names(operations)


@pytest.fixture
def client(prism: str, names: Names) -> Iterator[Any]:
    """The client that the service uses, whose requests are noted."""
    client = make_client(ACCOUNT, TOKEN, prism)
    client.http_client.session.hooks["response"].append(names.note)
    yield client
    client.http_client.close()


def described(method: str, path: str) -> tuple[str, str]:
    return method, f"/2010-04-01/Accounts/{{AccountSid}}/{path}.json"


def test_texts_are_sent_and_looked_up_as_described(client: Any, names: Names) -> None:
    provider = TwilioTexts(client, HOTLINE, f"{BASE}/sms/status")
    text = TextToSend(WANG, "试用期最长6个月。100%的 & +工资=?", "reply", "zh", 3600, "r1")
    assert provider.send(text).provider_sid.startswith("SM")
    assert provider.find_sent(text, datetime.now(UTC), frozenset()) is None
    # The mock's example of a list always names a next page, so it is asked for many.
    assert set(names.asked) == {described("POST", "Messages"), described("GET", "Messages")}


def test_calls_are_placed_and_fetched_as_described(client: Any, names: Names) -> None:
    calls = TwilioCalls(client, HOTLINE, BASE)
    assert calls.place(
        "+8676922000000", "/voice/offer?seat=1", "/voice/offer-ended?seat=1"
    ).startswith("CA")
    assert calls.caller_of(CALL).startswith("+")
    assert names.asked == [described("POST", "Calls"), described("GET", "Calls/{Sid}")]


def test_recordings_are_listed_and_removed_as_described(
    client: Any, names: Names, prism: str
) -> None:
    recordings = TwilioRecordings(client, ACCOUNT, TOKEN, prism)
    (listed,) = recordings.list_since(date(2026, 11, 23))
    assert (listed.sid[:2], listed.call_sid[:2], listed.seconds) == ("RE", "CA", 4)
    recordings.delete(RECORDING)
    assert names.asked == [described("GET", "Recordings"), described("DELETE", "Recordings/{Sid}")]


def test_the_sound_of_a_recording_is_not_described(client: Any, prism: str) -> None:
    # Once it is, this fails and the request belongs into the test above.
    with pytest.raises(NotFoundError):
        TwilioRecordings(client, ACCOUNT, TOKEN, prism).fetch(RECORDING)


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": values.unset},
        {"validity_period": "an hour"},
        {"status_callback": "no address"},
        {"messaging_service_sid": "none"},
    ],
    ids=["no number", "no seconds", "no address", "no sid"],
)
def test_a_wrong_value_would_be_refused(client: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(TwilioRestException) as caught:
        client.messages.create(**{"to": WANG, "from_": HOTLINE, "body": "x", **wrong})
    assert caught.value.status == 422


@pytest.mark.parametrize("misspelt", ["ValidtyPeriod", "validityPeriod"])
def test_a_misspelt_name_would_be_noticed(client: Any, misspelt: str) -> None:
    address = f"{client.api.base_url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    with pytest.raises(AssertionError, match=misspelt):
        client.request("POST", address, data={"To": WANG, "Body": "x", misspelt: "60"})


def test_a_wrong_account_or_none_would_be_refused(prism: str, client: Any) -> None:
    stranger = make_client("AC7", TOKEN, prism)
    with pytest.raises(TwilioRestException) as caught:
        stranger.messages.create(to=WANG, from_=HOTLINE, body="x")
    stranger.http_client.close()
    assert caught.value.status == 422
    address = f"{prism}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert requests.post(address, data={"To": WANG, "Body": "x"}, timeout=20).status_code == 401
