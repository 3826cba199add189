"""Citizens, drafts and staff users of the tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework.case_services import Actor, CaseServices
from casework.drafts import Contact, ContactDraft, IdempotencyKey, MessageDraft, PetitionDraft
from casework.models import Case
from casework.operations import lodge_petition, take_message
from casework.transition_table import PERMISSIONS
from core.phones import parse_phone

PHONE = parse_phone("13800138000")
OTHER_PHONE = parse_phone("13900139000")
CONTACT = Contact(phone=PHONE, channel="voice", name="王小明", is_proved=True)
ALL_POWERFUL = Actor("staff:1", PERMISSIONS)


def staff_of(
    case_services: CaseServices, office_id: str, *permissions: str, staff_id: str = "staff:2"
) -> Actor:
    """A staff user of one office (and those below it), with all permissions unless some given."""
    return Actor(
        staff_id, frozenset(permissions) or PERMISSIONS, case_services.offices.subtree(office_id)
    )


def message_draft(step: str = "1", **fields: Any) -> MessageDraft:
    """A message that asks to be called back."""
    values = {"text": "请回电话给我", "contact": CONTACT, **fields}
    return MessageDraft(idempotency_key=IdempotencyKey("call-1", step), **values)


def petition_draft(step: str = "1", **fields: Any) -> PetitionDraft:
    """A petition about wages owed by a factory in Chang'an."""
    values = {
        "contact": CONTACT,
        "issue": "老板拖欠三个月工资",
        "employer": "东莞市鸿达电子有限公司",
        "town": "changan",
        "topics": ("wage-arrears-what-to-do",),
        **fields,
    }
    return PetitionDraft(idempotency_key=IdempotencyKey("call-1", step), **values)


def contact_draft(step: str = "c", **fields: Any) -> ContactDraft:
    """What somebody told of a factory in Chang'an before the call broke off."""
    values = {
        "contact": CONTACT,
        "issue": "老板拖欠工资，还没说完就断线了",
        "employer": "东莞市鸿达电子有限公司",
        "town": "changan",
        **fields,
    }
    return ContactDraft(idempotency_key=IdempotencyKey("call-1", step), **values)


def a_petition(
    db: Session, case_services: CaseServices, now: datetime, step: str = "1", **fields: Any
) -> Case:
    """A petition, lodged."""
    return lodge_petition(db, case_services, petition_draft(step, **fields), now).case


def a_message(
    db: Session, case_services: CaseServices, now: datetime, step: str = "m1", **fields: Any
) -> Case:
    """A message, taken."""
    return take_message(db, case_services, message_draft(step, **fields), now).case
