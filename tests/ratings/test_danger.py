"""Nobody is asked to rate how a danger to their life was handled."""

from __future__ import annotations

from sqlalchemy import func, select

from casework.case_services import Actor, CaseServices
from casework.danger import (
    AlertOutcome,
    DangerReport,
    Handling,
    close_alert,
    raise_danger_alert,
)
from casework.drafts import Contact, IdempotencyKey
from core.clock import FixedClock
from core.database import Database
from core.phones import parse_phone
from ratings.asking import note_closed_cases
from ratings.models import Service


def test_a_closed_alert_is_no_service_that_is_rated(
    database: Database, case_services: CaseServices, clock: FixedClock
) -> None:
    report = DangerReport(
        idempotency_key=IdempotencyKey("CA1", "1"), kind="self_harm", words="不想活了", town=None,
        contact=Contact(phone=parse_phone("13800138000"), channel="voice", is_proved=True),
        can_call_back=True, conversation_id="CA1",
    )  # fmt: skip
    handling = Handling(case_services, Actor("staff:1", frozenset({"danger.handle"})), clock.now())
    with database.write() as db:
        alert = raise_danger_alert(db, case_services, report, clock.now())
        close_alert(db, alert, handling, AlertOutcome.SAFE, "已平安")
    assert note_closed_cases(database, clock) == {"services": 0}
    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(Service)) == 0
