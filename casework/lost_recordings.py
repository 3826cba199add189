"""What follows when a recording cannot be had: staff are asked, the citizen is notified."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from casework.case_services import CaseServices
from casework.contact_wishes import wish_of
from casework.models import Attachment, Case
from casework.operations import note_recording, reject_recording
from casework.wordings import wordings
from core.phones import parse_phone
from outbox.operations import TextOrder, ask_staff_about_case, enqueue_text


class Trouble(StrEnum):
    """What is the matter; the value is the reason of the staff task."""

    LOST = "recording_lost"
    SILENT = "recording_silent"


def notify_of(
    db: Session,
    case_services: CaseServices,
    attachment: Attachment,
    trouble: Trouble,
    fault: str,
    now: datetime,
) -> None:
    """Ask staff to call back, note it on the case, and text the citizen; once for each case and
    trouble, however often this is called."""
    case = attachment.case
    if not ask_staff_about_case(db, case.number, trouble, now):
        return
    words = wordings("zh", "recording")["lost" if trouble is Trouble.LOST else "silent"]
    note_recording(db, case_services, attachment, words.format(fault=fault), now)
    _text_citizen(db, case_services, case, attachment, now)


def give_up(
    db: Session, case_services: CaseServices, attachment: Attachment, fault: str, now: datetime
) -> None:
    """Note for good that a recording cannot be had; staff and citizen were notified."""
    words = wordings("zh", "recording")["lost"].format(fault=fault)
    reject_recording(db, case_services, attachment, words, now)


def _text_citizen(
    db: Session, case_services: CaseServices, case: Case, attachment: Attachment, now: datetime
) -> None:
    if case.phone is None or not parse_phone(case.phone).can_receive_texts:
        return
    language = "en" if case.language == "en" else "zh"
    order = TextOrder(
        phone=case.phone,
        phone_key=case_services.vault.keyed_hash(case.phone),
        words=wordings(language, "recording")["citizen"].format(number=case.number),
        kind="case_notice",
        language=language,
        key=f"recording-lost/{attachment.provider_sid}",
        case_number=case.number,
        wish=wish_of(case),
        is_claimed=not case.is_phone_proved,
    )
    enqueue_text(db, order, now)
