"""What the monitoring sees: gauges read from the database at each scrape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.learner_status import LearnerState, read_status
from app.wiring import Parts
from casework.danger.queries import count_alerts
from casework.models import Attachment, Case
from casework.notices import Notice
from casework.vocabulary import AttachmentState
from core.clock import SystemClock, local_date
from hotline.calls import count_open_calls
from hotline.models import CallRecording, RecordingState
from knowledge_base.models import UnansweredQuestion
from nlu.loaded_engine import EngineState
from outbox.models import OutgoingText, StaffTask
from outbox.queries import count_refused, list_month_costs
from outbox.states import TextState
from sms.models import IS_WAITING, InboundText

_IS_FAILING = (
    CallRecording.failures > 0,
    CallRecording.state.in_((RecordingState.TAKEN, RecordingState.CLAIMED)),
    exists().where(
        Attachment.provider_sid == CallRecording.sid, Attachment.state == AttachmentState.PENDING
    ),
)
Metric = tuple[str, str, float]


@dataclass(frozen=True)
class Counted:
    """A counter that only grows, by the values of one label (the empty label: without)."""

    name: str
    what: str
    label: str
    values: Mapping[str, float]


def measure(parts: Parts) -> Iterator[Metric]:
    """Name, help and value of each gauge."""
    now = parts.clock.now()
    with parts.database.read() as db:
        yield "calls_open", "Calls that hold a line", count_open_calls(db, now)
        yield (
            "texts_in_waiting",
            "Texts that came in and are not served yet",
            _count(db, InboundText, IS_WAITING),
        )
        yield (
            "texts_set_aside",
            "Texts that came in, could not be served and wait for a person",
            _count(db, StaffTask, StaffTask.inbound_id.is_not(None), StaffTask.done_at.is_(None)),
        )
        by_state = select(OutgoingText.state, func.count()).group_by(OutgoingText.state)
        counts = {row[0]: row[1] for row in db.execute(by_state)}
        for state in TextState:
            yield f"texts_{state}", f"Outgoing texts in state {state}", counts.get(state, 0)
        yield (
            "text_tasks_open",
            "Texts that could not be delivered and wait for a person",
            _count(db, StaffTask, StaffTask.done_at.is_(None)),
        )
        spent = sum(cost.yuan for cost in list_month_costs(db, local_date(now)))
        yield "texts_month_yuan", "What the texts of this month cost", float(spent)
        yield "cases_open", "Open cases", _count(db, Case, Case.is_open)
        yield "cases_breached", "Cases with a breached clock", _count(db, Case, Case.has_breach)
        yield (
            "notices_waiting",
            "Notices not yet sent",
            _count(db, Notice, Notice.taken_at.is_(None)),
        )
        yield (
            "recordings_pending",
            "Recordings still with the provider",
            _count(db, Attachment, Attachment.state == "pending"),
        )
        alerts = count_alerts(db, now)
        yield "danger_alerts_open", "Alerts of danger to life that are open", alerts.open_count
        yield (
            "danger_unacknowledged_seconds",
            "Age of the oldest alert that nobody has acknowledged",
            alerts.oldest_unacknowledged_seconds,
        )
        yield (
            "recordings_failing",
            "Recordings that could not be fetched yet",
            _count(db, CallRecording, *_IS_FAILING),
        )
        yield "questions_unanswered", "Questions kept for editors", _count(db, UnansweredQuestion)
    for outcome, count in asdict(parts.rasa_counters).items():
        yield f"rasa_{outcome}", f"Messages that were {outcome} by the Rasa engine", count
    yield from _measure_engine(parts)
    missing = parts.case_services.calendar.find_missing_year(now.date())
    yield "calendar_year_missing", "Year whose holidays must be entered, or 0", missing or 0


def count_ever(parts: Parts) -> Iterator[Counted]:
    """What was counted since the beginning."""
    with parts.database.read() as db:
        alerts = count_alerts(db, parts.clock.now())
        refused = count_refused(db)
    yield Counted("limits_refused", "Texts and call-backs that a limit refused", "kind", refused)
    yield Counted("danger_alerts", "Alerts of danger to life, by kind", "kind", alerts.raised)
    yield Counted(
        "danger_escalations",
        "Times the bureau was notified again because nobody acted on an alert",
        "",
        {"": alerts.escalations},
    )


def _measure_engine(parts: Parts) -> Iterator[Metric]:
    engine, learner = parts.nlu, read_status(parts.settings.var_dir)
    is_away = learner.state_at(SystemClock().now()) is LearnerState.AWAY
    yield "engine_ready", "1 when this process can answer questions", engine.state.can_answer
    yield (
        "engine_current",
        "1 when it answers with the model of the published content",
        engine.state is EngineState.READY,
    )
    yield "engine_load_failures", "Failed loadings of a model in a row", engine.failures
    yield "learner_running", "1 when a learner is running", not is_away
    yield "learner_failures", "Failed learnings in a row", learner.failures
    yield "learner_seconds", "How long the last learning took", learner.seconds


def _count(db: Session, table: type, *conditions: object) -> int:
    return db.scalar(select(func.count()).select_from(table).where(*conditions)) or 0  # type: ignore[arg-type]
