"""What the monitoring sees of dangers to life, as Prometheus reads it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from app.health import make_blueprint
from app.wiring import Parts
from casework.case_services import CaseServices
from casework.danger import DangerReport, escalate_alerts, raise_danger_alert
from casework.drafts import Contact, IdempotencyKey
from core.clock import FixedClock
from core.database import Database
from core.phones import parse_phone
from nlu.loaded_engine import LoadedEngine, ModelSource
from nlu.rasa_engine import RasaCounters


def scrape(database: Database, case_services: CaseServices, clock: FixedClock) -> dict[str, float]:
    """Every sample by its name and labels."""
    parts = SimpleNamespace(
        database=database,
        case_services=case_services,
        clock=clock,
        rasa_counters=RasaCounters(),
        nlu=LoadedEngine(ModelSource(lambda: "", lambda _name: None, lambda: "")),
        settings=SimpleNamespace(
            var_dir=Path("no-such-folder"), metrics_token="", is_production=False
        ),
    )
    application = Flask("metrics")
    application.register_blueprint(make_blueprint(cast(Parts, parts)))
    text = application.test_client().get("/metrics").get_data(as_text=True)
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_alerts_are_counted_by_kind_and_the_oldest_is_known(
    database: Database, case_services: CaseServices, clock: FixedClock
) -> None:
    before = scrape(database, case_services, clock)
    assert before["hotline_danger_alerts_total fire"] == 0
    assert before["hotline_danger_unacknowledged_seconds"] == 0
    report = DangerReport(
        idempotency_key=IdempotencyKey("CA1", "1"),
        kind="fire",
        words="着火了",
        town=None,
        can_call_back=True,
        contact=Contact(phone=parse_phone("13800138000"), channel="voice", is_proved=True),
        conversation_id="CA1",
    )
    with database.write() as db:
        raise_danger_alert(db, case_services, report, clock.now())
    clock.advance(timedelta(minutes=6))
    with database.write() as db:
        escalate_alerts(db, case_services, clock.now())
    after = scrape(database, case_services, clock)
    assert after["hotline_danger_alerts_total fire"] == 1
    assert after["hotline_danger_alerts_total violence"] == 0
    assert after["hotline_danger_escalations_total"] == 1
    assert after["hotline_danger_alerts_open"] == 1
    assert after["hotline_danger_unacknowledged_seconds"] == 360
