"""/health for load balancers and /metrics for Prometheus."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, abort, jsonify, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    generate_latest,
)
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.learner_status import LearnerState, read_status
from app.metrics import Counted, count_ever, measure
from app.wiring import Parts
from core.clock import SystemClock
from nlu.loaded_engine import EngineState

_WELL = frozenset({LearnerState.IDLE, LearnerState.LEARNING, LearnerState.WAITING})


def make_blueprint(parts: Parts) -> Blueprint:
    """The two routes. Neither shows personal data.

    ``/health`` is open. ``/metrics`` asks for ``METRICS_TOKEN`` as a bearer token; where none is
    set, there are no metrics in production.
    """
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/health")
    def health() -> tuple[Response, int]:
        checks = {"database": _database_answers(parts), "state": parts.state.is_alive()}
        engine, learner = engine_state(parts), learner_state(parts)
        is_ok = all(checks.values()) and engine.can_answer and learner in _WELL
        # Without the state store or a learner the service goes on; without the database it cannot,
        # and without an engine it answers no question yet: only keys, messages and people.
        can_answer = checks["database"] and engine.can_answer
        body = {"status": "ok" if is_ok else "impaired", **checks}
        return jsonify(**body, engine=engine, learner=learner), 200 if can_answer else 503

    @blueprint.get("/metrics")
    def metrics() -> Response:
        if not _may_measure(parts):
            # What is not for everybody does not say that it is there.
            abort(404)
        registry = CollectorRegistry()
        for name, help_text, value in measure(parts):
            Gauge(f"hotline_{name}", help_text, registry=registry).set(value)
        for counted in count_ever(parts):
            _add_counter(registry, counted)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return blueprint


def _may_measure(parts: Parts) -> bool:
    token = parts.settings.metrics_token
    if not token:
        return not parts.settings.is_production
    shown = request.headers.get("Authorization", "").encode()
    return secrets.compare_digest(shown, f"Bearer {token}".encode())


def _add_counter(registry: CollectorRegistry, counted: Counted) -> None:
    labels = (counted.label,) if counted.label else ()
    counter = Counter(f"hotline_{counted.name}", counted.what, labels, registry=registry)
    for value, count in counted.values.items():
        (counter.labels(value) if labels else counter).inc(count)


def engine_state(parts: Parts) -> EngineState:
    """What the engine of this process can do; while there is none, whether one is coming."""
    state = parts.nlu.state
    if state is EngineState.LEARNING and learner_state(parts) is LearnerState.FAILED:
        return EngineState.FAILED
    return state


def learner_state(parts: Parts) -> LearnerState:
    """What the learner of this machine does."""
    return read_status(parts.settings.var_dir).state_at(SystemClock().now())


def _database_answers(parts: Parts) -> bool:
    try:
        with parts.database.read() as db:
            db.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True
