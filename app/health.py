"""/health for load balancers and /metrics for Prometheus."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    generate_latest,
)
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.metrics import Counted, count_ever, measure
from app.wiring import Parts


def make_blueprint(parts: Parts) -> Blueprint:
    """The two routes. Neither shows personal data; both are open to the monitoring."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/health")
    def health() -> tuple[Response, int]:
        checks = {"database": _database_answers(parts), "state": parts.state.is_alive()}
        # Without the state store the service goes on slower; without the database it cannot.
        is_well = checks["database"]
        return jsonify(status="ok" if all(checks.values()) else "impaired", **checks), (
            200 if is_well else 503
        )

    @blueprint.get("/metrics")
    def metrics() -> Response:
        registry = CollectorRegistry()
        for name, help_text, value in measure(parts):
            Gauge(f"hotline_{name}", help_text, registry=registry).set(value)
        for counted in count_ever(parts):
            _add_counter(registry, counted)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return blueprint


def _add_counter(registry: CollectorRegistry, counted: Counted) -> None:
    labels = (counted.label,) if counted.label else ()
    counter = Counter(f"hotline_{counted.name}", counted.what, labels, registry=registry)
    for value, count in counted.values.items():
        (counter.labels(value) if labels else counter).inc(count)


def _database_answers(parts: Parts) -> bool:
    try:
        with parts.database.read() as db:
            db.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True
