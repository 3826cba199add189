"""Starting, settings, the log and skipping time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from core.errors import ConfigurationError
from simulator.application import SimulatorServer
from simulator.driver import PhoneCaller, SimulatorClient
from simulator.settings import SimulatorSettings
from tests.simulator.conftest import ACCOUNT, HOTLINE, TOKEN
from tests.simulator.service_double import ServiceDouble

ROOT = Path(__file__).parents[2]


def environment(tmp_path: Path, **changes: str) -> dict[str, str]:
    return {
        "SIMULATOR_PORT": "0",
        "SERVICE_URL": "http://127.0.0.1:9",
        "PUBLIC_BASE_URL": "https://hotline.example/",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM": HOTLINE,
        "SIMULATOR_DIR": str(tmp_path / "simulator"),
        **changes,
    }


def start(variables: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "simulator"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_process_serves_the_phone_and_ends_on_sigterm(tmp_path: Path) -> None:
    with start(environment(tmp_path)) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().split()[-1]
            assert "12333" in requests.get(address, timeout=5).text
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=10)
        finally:
            process.kill()
    assert (process.returncode, said) == (0, "")


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"HOTLINE_ENV": "production"}, "does not run with HOTLINE_ENV=production"),
        ({"SERVICE_URL": ""}, "needs SERVICE_URL"),
        ({"TWILIO_ACCOUNT_SID": "AC1"}, "TWILIO_ACCOUNT_SID does not have the form"),
        ({"PUBLIC_BASE_URL": "hotline.example"}, "PUBLIC_BASE_URL must be"),
        ({"SIMULATOR_PORT": "70000"}, "SIMULATOR_PORT must be a number"),
    ],
)
def test_wrong_settings_are_refused_by_name(
    tmp_path: Path, changes: dict[str, str], part: str
) -> None:
    with pytest.raises(ConfigurationError, match=part):
        SimulatorSettings.from_environment(environment(tmp_path, **changes))


def test_in_production_it_ends_with_one_sentence(tmp_path: Path) -> None:
    with start(environment(tmp_path, HOTLINE_ENV="production")) as process:
        _, said = process.communicate(timeout=20)
    assert process.returncode == 2
    assert len(said.strip().splitlines()) == 1


def test_a_busy_port_is_said(server: SimulatorServer, tmp_path: Path) -> None:
    port = str(server.simulator.settings.port)
    settings = SimulatorSettings.from_environment(environment(tmp_path, SIMULATOR_PORT=port))
    with pytest.raises(ConfigurationError, match="SIMULATOR_PORT"):
        SimulatorServer(settings)


def test_the_log_shows_both_sides_of_an_exchange(
    service: ServiceDouble, caller: PhoneCaller, control: SimulatorClient
) -> None:
    service.answers("/voice/incoming", "<Say>您好</Say>")
    caller.call()
    first = control.exchanges(about=caller.sid)[0]
    assert (first["kind"], first["method"], first["status"]) == ("webhook", "POST", 200)
    assert first["parameters"]["CallSid"] == caller.sid
    assert first["answer"] == "<Response><Say>您好</Say></Response>"


def test_time_is_skipped_in_the_file_that_the_service_reads(
    control: SimulatorClient, settings: SimulatorSettings
) -> None:
    control.skip_time(3600)
    control.skip_time(86400)
    assert settings.clock_offset_file is not None
    assert float(settings.clock_offset_file.read_text()) == 90000


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/calls/CA0/press", {"digits": "1"}, 404),
        ("POST", "/clock", {"seconds": "soon"}, 400),
        ("POST", "/people", {"outcome": "asleep"}, 400),
        ("POST", "/messages", {"from": "withheld", "body": "a"}, 400),
    ],
)
def test_what_cannot_be_done_is_said(
    server: SimulatorServer, method: str, path: str, body: dict[str, object], status: int
) -> None:
    answer = requests.request(method, f"{server.url}/simulator{path}", json=body, timeout=5)
    assert answer.status_code == status
    assert answer.json()["error"]
