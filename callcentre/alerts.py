"""What the alert of a caller in danger is to know: an agent took the call, or was not connected.

Nothing here keeps the two from being connected: what fails is logged.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from casework.case_services import CaseServices
from casework.danger import note_person_lost, note_person_reached
from core.database import Database
from core.errors import HotlineError

log = structlog.get_logger()


def note_reached(
    database: Database, case_services: CaseServices, conversation_id: str, now: datetime
) -> None:
    """Note on the alert that an agent took the call."""
    with _logged(conversation_id), database.write() as db:
        note_person_reached(db, case_services, conversation_id, now)


def note_lost(
    database: Database, case_services: CaseServices, conversation_id: str, now: datetime
) -> None:
    """Note on the alert that agent and caller were not connected after all."""
    with _logged(conversation_id), database.write() as db:
        note_person_lost(db, case_services, conversation_id, now)


@contextmanager
def _logged(conversation_id: str) -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, HotlineError):
        log.exception("the alert of a call could not be brought up to date", call=conversation_id)
