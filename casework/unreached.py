"""Recording on a case that a text which the law demands cannot reach its citizen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, cast, exists, literal, select

from casework.case_services import CaseServices
from casework.models import CaseEvent
from casework.operations import record_not_texted
from casework.queries import find_case_by_number
from casework.vocabulary import EventKind
from core.database import Database
from outbox.kinds import STATUTORY_KINDS
from outbox.models import OutgoingText, StaffTask

_BATCH = 100
_KEY_PREFIX = (
    literal("text:") + cast(StaffTask.text_id, String) + literal(f":{EventKind.NOT_TEXTED}")
)
_UNRECORDED = (
    select(StaffTask.id)
    .join(OutgoingText, OutgoingText.id == StaffTask.text_id)
    .where(
        StaffTask.done_at.is_(None),
        StaffTask.case_number.is_not(None),
        OutgoingText.kind.in_(STATUTORY_KINDS),
        ~exists().where(CaseEvent.idempotency_key == _KEY_PREFIX),
    )
    .order_by(StaffTask.id)
    .limit(_BATCH)
)


def record_unreached(database: Database, case_services: CaseServices, now: datetime) -> int:
    """Record each open task for a notice that the law demands on its case, once; how many.

    It does not matter when the text was given up: at once because the number is opted out, later
    because it opted out while the text waited, or after the last attempt.
    """
    with database.read() as db:
        task_ids = list(db.scalars(_UNRECORDED))
    recorded = 0
    for task_id in task_ids:
        with database.write() as db:
            task = db.get_one(StaffTask, task_id)
            case = find_case_by_number(db, task.case_number or "")
            if case is not None and task.text_id is not None and task.done_at is None:
                event = record_not_texted(db, case_services, case, task.text_id, task.reason, now)
                recorded += event is not None
    return recorded
