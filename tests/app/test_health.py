"""Health says what the service can do at this moment, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.health import make_blueprint
from app.learner_status import LearnerState, LearnerStatus, write_status
from app.metrics import measure
from app.tables import metadata
from app.wiring import Parts
from config.settings import load_settings
from core.clock import SystemClock
from core.embedded_valkey import EmbeddedValkey
from core.state_store import StateStore
from nlu.engine import NluEngine
from nlu.loaded_engine import LoadedEngine, ModelSource
from tests.app.test_settings import COMPLETE


class Service:
    """The parts of a process with an engine of the test's choosing."""

    def __init__(self, parts: Parts, nlu: NluEngine) -> None:
        self.parts, self.nlu = parts, nlu
        self.models: dict[str, NluEngine] = {}
        self.wanted = "first"
        source = ModelSource(lambda: self.wanted, self._load)
        vars(parts)["nlu"] = LoadedEngine(source)
        app = Flask("health")
        app.register_blueprint(make_blueprint(parts))
        self.client: FlaskClient = app.test_client()

    def _load(self, name: str) -> NluEngine | None:
        return self.models.get(name)

    def learner_says(self, state: LearnerState, *, ago: int = 0, **more: Any) -> None:
        said_at = SystemClock().now() - timedelta(seconds=ago)
        write_status(self.parts.settings.var_dir, LearnerStatus(state, said_at=said_at, **more))

    def health(self) -> tuple[int, dict[str, Any]]:
        self.parts.nlu.look()
        response = self.client.get("/health")
        body = response.get_json()
        return response.status_code, {k: body[k] for k in ("status", "engine", "learner")}

    def gauges(self) -> dict[str, float]:
        return {name: value for name, _, value in measure(self.parts)}


@pytest.fixture
def service(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    valkey: EmbeddedValkey,
    state: StateStore,
    nlu: NluEngine,
) -> Iterator[Service]:
    settings = {
        **COMPLETE,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'test.sqlite3'}",
        "REDIS_URL": valkey.url,
        "VAR_DIR": str(tmp_path),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    parts = Parts(load_settings())
    metadata.create_all(parts.database.engine)
    yield Service(parts, nlu)
    parts.state.close()
    parts.database.dispose()


def test_from_no_model_to_the_first_and_a_newer_one(service: Service) -> None:
    service.learner_says(LearnerState.LEARNING)
    assert service.health() == (
        503, {"status": "impaired", "engine": "learning", "learner": "learning"},
    )  # fmt: skip
    assert service.gauges()["engine_ready"] == 0
    service.models["first"] = service.nlu
    service.learner_says(LearnerState.IDLE, seconds=21.5)
    assert service.health() == (200, {"status": "ok", "engine": "ready", "learner": "idle"})
    service.wanted = "second"
    service.learner_says(LearnerState.LEARNING)
    assert service.health() == (200, {"status": "ok", "engine": "renewing", "learner": "learning"})
    gauges = service.gauges()
    assert (gauges["engine_ready"], gauges["engine_current"]) == (1, 0)


def test_a_failed_learning_is_seen_with_and_without_a_model(service: Service) -> None:
    service.learner_says(LearnerState.FAILED, failures=3, fault="killed by signal 9")
    assert service.health() == (
        503, {"status": "impaired", "engine": "failed", "learner": "failed"},
    )  # fmt: skip
    assert service.gauges()["learner_failures"] == 3
    service.models["first"] = service.nlu
    assert service.health() == (
        200, {"status": "impaired", "engine": "ready", "learner": "failed"},
    )  # fmt: skip


def test_a_learner_that_is_gone_impairs_the_service_and_no_more(service: Service) -> None:
    service.models["first"] = service.nlu
    service.learner_says(LearnerState.IDLE, ago=60)
    assert service.health() == (200, {"status": "impaired", "engine": "ready", "learner": "away"})
    assert service.gauges()["learner_running"] == 0
