"""What ratings need to know of a service that was given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from casework.models import Case
from core.errors import InputError
from core.phones import Phone, parse_phone
from ratings.vocabulary import ServiceKind


@dataclass(frozen=True, kw_only=True)
class ServiceEnded:
    """One service that ended.

    ``key`` names it once: the conversation's id, or case number and closing. ``phone`` (E.164) and
    ``phone_key`` are empty when withheld; ``is_proved``: the number is the citizen's, and no mere
    claim. ``office_id`` is who served: the bureau for the hotline itself, the responsible office
    for a case.
    """

    key: str
    office_id: str
    channel: str
    kind: ServiceKind
    phone: str
    phone_key: str
    can_text: bool
    language: str
    ended_at: datetime
    case_number: str | None = None
    is_test: bool = False
    is_proved: bool = False


def service_of_case(case: Case) -> ServiceEnded:
    """The service that a closed case was; closed again after being reopened, it is another.

    Raises ValueError for a case that is not closed.
    """
    if case.closed_at is None:
        raise ValueError("the case is not closed")
    return ServiceEnded(
        key=f"case:{case.number}:{case.closed_at.isoformat()}",
        office_id=case.office_id,
        channel=case.channel,
        kind=ServiceKind.CASE,
        phone=case.phone or "",
        phone_key=case.phone_key or "",
        can_text=can_receive_texts(case.phone),
        language=case.language,
        ended_at=case.closed_at,
        case_number=case.number,
        is_proved=case.is_phone_proved,
    )


def can_receive_texts(e164: str | None) -> bool:
    """Whether a number, as it was stored, can be sent texts."""
    phone = phone_of(e164)
    return phone is not None and phone.can_receive_texts


def phone_of(e164: str | None) -> Phone | None:
    """The phone of a stored number, or None when there is none."""
    try:
        return parse_phone(e164) if e164 else None
    except InputError:
        return None
