"""Working on an alert while others may: its rows are held until the transaction ends."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.danger.models import DangerAlert
from casework.models import Case


def lock_alert(db: Session, alert: DangerAlert) -> None:
    """Hold the case and the alert, and read them as they are now.

    The case is held first, always: two transactions never wait for each other. SQLite has one
    writer in any case.
    """
    db.flush()
    for query in (
        select(Case).where(Case.id == alert.case_id),
        select(DangerAlert).where(DangerAlert.id == alert.id),
    ):
        db.scalars(query.with_for_update().execution_options(populate_existing=True)).one()
