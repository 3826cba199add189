"""The daily deletion of what has been kept long enough."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Date, inspect, select
from sqlalchemy.orm import Session

from casework.models import Case
from config.retention import RetainedKind, RetentionPolicy, policy_on
from core.clock import local_date
from core.database import Database
from core.jobs import Counts
from privacy.deleting import Ground, delete_rows
from privacy.holdings import CASE_KINDS, HOLDINGS, Holding
from privacy.operations import RemoveFile, erase_case

BATCH = 500
_BY = "system"


def delete_expired(
    database: Database,
    policies: tuple[RetentionPolicy, ...],
    remove_file: RemoveFile,
    now: datetime,
    batch: int = BATCH,
) -> Counts:
    """Delete, empty or erase everything whose time is over; counts by table.

    One transaction a batch, its proof in it: whatever stops the job, what is gone is proved, and
    the next run goes on. Nothing happens before the first policy's day.
    """
    policy = policy_on(policies, local_date(now))
    if policy is None:
        return {}
    ground = Ground("retention", _BY, policy.from_on)
    counts: dict[str, int] = {}
    for holding in HOLDINGS:
        kind = policy.kinds[holding.kind]
        while True:
            with database.write() as db:
                rows = _expired(db, holding, kind, now, batch)
                delete_rows(db, holding, rows, ground, now)
            counts[holding.table] = counts.get(holding.table, 0) + len(rows)
            if len(rows) < batch:
                break
    counts["cases"] = _erase_cases(database, policy, remove_file, ground, now)
    return {table: count for table, count in counts.items() if count}


def _expired(
    db: Session, holding: Holding, kind: RetainedKind, now: datetime, batch: int
) -> Sequence[Any]:
    if kind.keeps_for is None:
        return []
    model = holding.model
    dated_by, end = getattr(model, holding.dated_by), now - kind.keeps_for
    is_date = isinstance(dated_by.type, Date)
    query = select(model).where(dated_by < (local_date(end) if is_date else end))
    if holding.blanks:
        mark = getattr(model, holding.marks)
        query = query.where(mark.is_not(None), mark != "")
    if holding.without:
        query = query.where(getattr(model, holding.without).is_(None))
    if holding.table == "question_groups":
        # A group goes when its questions have gone.
        query = query.where(~_has_questions(model))
    return db.scalars(query.order_by(*inspect(model).primary_key).limit(batch)).all()


def _has_questions(groups: Any) -> Any:
    questions = next(h for h in HOLDINGS if h.table == "unanswered_questions").model
    return select(questions.id).where(questions.group_id == groups.id).exists()


def _erase_cases(
    database: Database,
    policy: RetentionPolicy,
    remove_file: RemoveFile,
    ground: Ground,
    now: datetime,
) -> int:
    count = 0
    for case_kind, name in CASE_KINDS.items():
        keeps_for = policy.kinds[name].keeps_for
        if keeps_for is None:
            continue
        expired = (
            select(Case.id)
            .where(
                Case.kind == case_kind,
                Case.closed_at < now - keeps_for,
                Case.is_open.is_(False),
                Case.erased_at.is_(None),
            )
            .order_by(Case.id)
        )
        with database.read() as db:
            ids = list(db.scalars(expired))
        for case_id in ids:
            with database.write() as db:
                erase_case(db, db.get_one(Case, case_id), remove_file, ground, now)
            count += 1
    return count
