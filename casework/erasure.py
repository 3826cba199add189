"""Lawful erasure of what a citizen said: the value and its salt go, a signed tombstone stays.

Who decides that, and when, is not decided here (``docs/privacy.md``). Personal Information
Protection Law, article 47.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from casework.chain import ERASED, hash_tombstone
from casework.models import Case, CaseEvent
from core.errors import ConflictError, InputError
from core.ledger import note_erasure
from core.record_key import record_mac

ERASABLE = frozenset(
    {"phone", "phone_key", "citizen_name", "employer", "employer_key", "issue", "wanted"}
    | {"evidence", "contact_words"}
)
"""Columns of a case that can be erased; the others are no personal data."""


def erase_event_words(db: Session, event: CaseEvent, by: str, why: str, now: datetime) -> CaseEvent:
    """Erase the detail of an event; the chain stays valid.

    ``by`` names who decided (one or two actors), ``why`` the ground; both are signed. Raises
    ConflictError when it was erased before.
    """
    if event.tombstone is not None:
        raise ConflictError("This was erased before.")
    event.detail, event.detail_salt = ERASED, None
    event.erased_at, event.erased_by, event.erased_for = now, by[:64], why[:64]
    event.tombstone = hash_tombstone(record_mac(db), event.case.number, event)
    db.flush()
    return event


def erase_case_values(
    db: Session, case: Case, names: frozenset[str], by: str, why: str, now: datetime
) -> None:
    """Erase values of a case (``ERASABLE``) and the words of all its events.

    Raises InputError for another column.
    """
    if not names <= ERASABLE:
        raise InputError("Choose one of the list.", "names")
    for name in names:
        setattr(case, name, None)
    note_erasure(db, case, by, why)
    for event in case.events:
        if event.tombstone is None:
            erase_event_words(db, event, by, why, now)
    db.flush()
