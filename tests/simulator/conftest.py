from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from core.clock import FixedClock
from simulator.application import SimulatorServer
from simulator.driver import PhoneCaller, SimulatorClient, Texter
from simulator.settings import SimulatorSettings
from tests.simulator.service_double import ServiceDouble

ACCOUNT = "AC" + "0" * 31 + "1"
TOKEN = "a-token-for-tests"
HOTLINE = "+867691233300"
CITIZEN = "+8613800138000"
PUBLIC = "https://hotline.example"


class RewritingHttpClient(TwilioHttpClient):
    """The SDK's HTTP client with another base address."""

    def __init__(self, base: str, timeout: float = 5) -> None:
        super().__init__(timeout=timeout)
        self._base = urlsplit(base)

    def request(self, method, url, **more):  # type: ignore[no-untyped-def]
        parts = urlsplit(url)
        rewritten = urlunsplit(parts._replace(scheme=self._base.scheme, netloc=self._base.netloc))
        return super().request(method, rewritten, **more)


@pytest.fixture
def service() -> Iterator[ServiceDouble]:
    with ServiceDouble(TOKEN, PUBLIC) as double:
        yield double


@pytest.fixture
def settings(tmp_path: Path, service: ServiceDouble) -> SimulatorSettings:
    return SimulatorSettings(
        port=0,
        service_url=service.url,
        public_base_url=PUBLIC,
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        from_number=HOTLINE,
        directory=tmp_path / "simulator",
        clock_offset_file=tmp_path / "offset",
        status_delay_seconds=0,
        webhook_timeout_seconds=2,
    )


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))


@pytest.fixture
def server(settings: SimulatorSettings, clock: FixedClock) -> Iterator[SimulatorServer]:
    with SimulatorServer(settings, clock) as running:
        yield running


@pytest.fixture
def control(server: SimulatorServer) -> SimulatorClient:
    return SimulatorClient(server.url)


@pytest.fixture
def caller(server: SimulatorServer) -> PhoneCaller:
    return PhoneCaller(server.url, CITIZEN)


@pytest.fixture
def texter(server: SimulatorServer) -> Texter:
    return Texter(server.url, CITIZEN)


@pytest.fixture
def twilio(server: SimulatorServer) -> Iterator[Client]:
    http_client = RewritingHttpClient(server.url)
    yield Client(ACCOUNT, TOKEN, http_client=http_client)
    http_client.session.close()
