"""Correcting what was taken down wrongly."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework.case_services import Actor, CaseServices
from casework.models import Case, CaseEvent
from casework.operations.lodging import set_employer
from casework.transition import apply_transition
from core.errors import InputError

_CORRECTABLE = frozenset(
    {
        "employer",
        "town",
        "topic",
        "people",
        "people_max",
        "amount_yuan",
        "amount_max_yuan",
        "since_on",
        "since_until",
        "citizen_name",
    }
)


def correct_details(
    db: Session,
    case_services: CaseServices,
    case: Case,
    actor: Actor,
    fields: Mapping[str, Any],
    reason: str,
    now: datetime,
) -> CaseEvent:
    """Correct what was taken down wrongly; old and new values stay in the record.

    A lower end that is corrected alone is the exact value. Raises InputError for a field that
    cannot be corrected, and for ends that are the wrong way round.
    """
    fields = _with_upper_ends(fields)
    _check_ends(case, fields)
    if fields.get("town") and case_services.offices.find_town(fields["town"]) is None:
        raise InputError("Choose one of the list.", "town")
    if odd := sorted(set(fields) - _CORRECTABLE):
        raise InputError(f"{odd[0]} cannot be corrected.", odd[0])
    detail = {
        name: {"from": _plain(getattr(case, name)), "to": _plain(value)}
        for name, value in fields.items()
    }
    changes = {name: value for name, value in fields.items() if name != "employer"}
    if "topic" in fields:
        others = [topic for topic in case.topics[1:] if topic != fields["topic"]]
        changes["topics"] = [fields["topic"], *others] if fields["topic"] else others
    event = apply_transition(
        db,
        case_services,
        case,
        "correct",
        actor,
        now,
        reason=reason,
        detail=detail,
        changes=changes,
    )
    if "employer" in fields:
        set_employer(case_services, case, fields["employer"])
        db.flush()
    return event


_UPPER_ENDS = {
    "people": "people_max",
    "amount_yuan": "amount_max_yuan",
    "since_on": "since_until",
}


def _with_upper_ends(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    exact = {
        upper: fields[lower]
        for lower, upper in _UPPER_ENDS.items()
        if lower in fields and upper not in fields
    }
    return {**fields, **exact}


def _check_ends(case: Case, fields: Mapping[str, Any]) -> None:
    for lower, upper in _UPPER_ENDS.items():
        first, last = (fields.get(name, getattr(case, name)) for name in (lower, upper))
        if first is not None and last is not None and first > last:
            raise InputError("The first end is larger than the last.", lower)


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, str | int) else str(value)
