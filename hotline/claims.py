"""Making the message case of a recording that the call's own turn has not made one of."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from functools import cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.case_services import CaseServices
from casework.drafts import Contact, IdempotencyKey, MessageDraft, Recording
from casework.models import Case
from casework.operations import Lodging, take_message
from casework.queries import find_attachment
from core.callers import caller_key
from core.phones import Phone, parse_phone
from dialogue.store import find_conversation
from hotline.calls import find_call
from hotline.models import CallRecording, RecordingState
from outbox.operations import TextOrder, enqueue_text


def claim_recording(
    db: Session, case_services: CaseServices, recording: CallRecording, now: datetime
) -> Case | None:
    """Make a message case of a recording, of the time of its call, and text its number to the
    caller; None when a case holds it already, however often this is asked."""
    recording.state = RecordingState.CLAIMED
    if find_attachment(db, recording.sid) is not None:
        db.flush()
        return None
    call = find_call(db, recording.call_sid)
    conversation = find_conversation(db, recording.call_sid)
    phone = parse_phone(call.phone) if call is not None and call.phone else None
    language = call.language if call is not None else "zh"
    draft = MessageDraft(
        idempotency_key=IdempotencyKey(recording.call_sid, f"recording{recording.id}"),
        contact=Contact(
            phone=phone,
            channel="voice",
            language=language,
            is_proved=call is not None and call.is_vouched,
        ),
        recording=Recording(provider_sid=recording.sid, seconds=max(recording.seconds, 1)),
        topic=conversation.topic if conversation is not None else None,
        received_at=call.started_at if call is not None else recording.reported_at,
    )
    lodging = take_message(db, case_services, draft, now)
    is_in_danger = conversation is not None and bool(conversation.danger)
    # A text about a message is no help, and could be read by who holds the caller.
    if phone is not None and phone.can_receive_texts and not is_in_danger:
        _text_number(db, case_services, recording, lodging, phone, now)
    return lodging.case


def claim_recordings_of(
    db: Session, case_services: CaseServices, call_sid: str, now: datetime
) -> int:
    """Claim every recording of a call that is over and whose turn has not come; how many."""
    waiting = select(CallRecording).where(
        CallRecording.call_sid == call_sid, CallRecording.state == RecordingState.REPORTED
    )
    rows = db.scalars(waiting.order_by(CallRecording.id)).all()
    return sum(claim_recording(db, case_services, row, now) is not None for row in rows)


def _text_number(
    db: Session,
    case_services: CaseServices,
    recording: CallRecording,
    lodging: Lodging,
    phone: Phone,
    now: datetime,
) -> None:
    case = lodging.case
    language = "en" if case.language == "en" else "zh"
    due = lodging.due
    words = _wordings()[language].format(
        number=case.number, due=_day(due.on if due else None, language)
    )
    order = TextOrder(
        phone=phone.e164,
        phone_key=case_services.vault.keyed_hash(phone.e164),
        words=words,
        kind="acknowledgement",
        language=language,
        key=f"recording/{recording.sid}",
        case_number=case.number,
        is_claimed=not case.is_phone_proved,
        caller_key=caller_key(
            case_services.vault, phone.e164, recording.call_sid, is_proved=case.is_phone_proved
        ),
    )
    enqueue_text(db, order, now)


def _day(day: date | None, language: str) -> str:
    if day is None:
        return ""
    return f"{day.day} {day:%B}" if language == "en" else f"{day.month}月{day.day}日"


@cache
def _wordings() -> dict[str, str]:
    path = Path(__file__).with_name("claims.toml")
    return {str(k): str(v) for k, v in tomllib.loads(path.read_text(encoding="utf-8")).items()}
