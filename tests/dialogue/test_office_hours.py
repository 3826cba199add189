"""When a person can be reached: several periods a day, holidays, and make-up working days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from core.clock import LOCAL_ZONE
from core.database import Database
from dialogue.services import DialogueServices, Facilities


@pytest.fixture
def db(database: Database) -> Session:
    with database.read() as db:
        return db


@pytest.mark.parametrize(
    ("what", "at", "is_open"),
    [
        ("a working morning", "2026-11-23T10:00", True),
        ("before it begins", "2026-11-23T08:29", False),
        ("noon", "2026-11-23T13:00", False),
        ("the afternoon", "2026-11-23T14:00", True),
        ("closing time", "2026-11-23T17:30", False),
        ("a Saturday", "2026-11-28T10:00", False),
        ("National Day", "2026-10-01T10:00", False),
        ("a Saturday that is worked for a holiday", "2026-10-10T10:00", True),
        ("a Sunday that is worked for a holiday", "2026-01-04T10:00", True),
    ],
)
def test_a_person_can_be_reached_in_office_hours_only(
    make_facilities: Callable[..., Facilities], db: Session, what: str, at: str, is_open: bool
) -> None:
    now = datetime.fromisoformat(at).replace(tzinfo=LOCAL_ZONE)
    assert DialogueServices(make_facilities(), db, now).is_office_open is is_open, what
