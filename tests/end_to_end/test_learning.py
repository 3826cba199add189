"""The first minute, and a publication that is learnt while questions are answered."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from core.clock import SystemClock
from core.database import Database
from core.encryption import Vault
from knowledge_base.editing import publish_text
from nlu.engine import NluEngine
from simulator.driver import PhoneCaller
from tests.end_to_end.service import ROOT, Service

TOPIC = "probation-period-length"
ENTRY = ROOT / "knowledge_base" / "entries" / "labour-contract" / f"{TOPIC}.yaml"
QUESTION = "试用期最长多久"
PATIENCE_SECONDS = 240


@pytest.fixture
def fresh(tmp_path: Path, nlu: NluEngine) -> Iterator[Service]:
    """A service of this test's own (``nlu``: its first model is learnt by then)."""
    service = Service(tmp_path / "var")
    service.prepare()
    service.start()
    yield service
    if service.process is not None and service.process.poll() is None:
        service.stop()


def health_of(service: Service) -> dict[str, Any]:
    found: dict[str, Any] = requests.get(f"{service.url}/health", timeout=10).json()
    return found


def answer(service: Service, question: str) -> str:
    caller = PhoneCaller(service.simulator_url, "+8613900139055")
    caller.call()
    words = "".join(str(getattr(heard, "text", "")) for heard in caller.say(question))
    caller.hang_up()
    return words


def publish(service: Service) -> None:
    """Publish an entry with a new sample, as the console does."""
    lines = (service.var / "secrets.env").read_text(encoding="ascii").splitlines()
    secrets = dict(line.split("=", 1) for line in lines)
    text = ENTRY.read_text(encoding="utf-8").replace("试用期上限", "试用期的上限")
    changed = text.replace("  short: [", f"  short: [试用多久算到头{time.time():.0f}, ", 1)
    assert changed != text
    database = Database(f"sqlite:///{service.var / 'hotline.sqlite3'}", Vault(secrets["DATA_KEY"]))
    with database.write() as db:
        publish_text(
            db, TOPIC, changed, author="lin", reviewer="mei", reason="r", now=SystemClock().now()
        )
    database.dispose()


def wait_for(is_there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_there():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def processes_of(service: Service, *ending: str) -> list[int]:
    """The service's processes whose command ends so."""
    tail = b"\0" + "\0".join(ending).encode() + b"\0"
    return [
        pid
        for pid in service.processes()
        if Path(f"/proc/{pid}/cmdline").read_bytes().endswith(tail)
    ]


def test_the_first_question_is_answered_as_soon_as_the_addresses_are_there(
    fresh: Service,
) -> None:
    begun = time.monotonic()
    assert "试用期" in answer(fresh, QUESTION)
    assert time.monotonic() - begun < 3
    assert health_of(fresh)["engine"] == "ready"


def test_a_publication_is_learnt_though_learners_are_killed_and_answers_go_on(
    fresh: Service,
) -> None:
    publish(fresh)
    wait_for(lambda: health_of(fresh)["engine"] == "renewing")
    wait_for(lambda: bool(processes_of(fresh, "learn", "--once", "--gently")))
    (learning,) = processes_of(fresh, "learn", "--once", "--gently")
    os.kill(learning, signal.SIGKILL)
    wait_for(lambda: health_of(fresh)["learner"] == "failed")
    # The published answer is told at once, found by the model of before.
    assert "试用期" in answer(fresh, QUESTION)
    wait_for(lambda: health_of(fresh)["learner"] == "learning")
    (learner,) = processes_of(fresh, "app", "learn")
    os.kill(learner, signal.SIGKILL)
    assert "试用期" in answer(fresh, QUESTION)
    wait_for(lambda: processes_of(fresh, "app", "learn") not in ([], [learner]))
    wait_for(lambda: health_of(fresh)["engine"] == "ready")
    wait_for(lambda: health_of(fresh)["learner"] == "idle")
    assert "试用期" in answer(fresh, QUESTION)
    assert fresh.stop() == 0 and fresh.processes() == []
