"""Two citizens of whom everything is held, and two administrators."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.commands.cases import find_faults
from callcentre.models import QueuedCaller
from casework.case_services import Actor, CaseServices
from casework.drafts import Contact
from casework.models import Attachment, Case
from casework.operations import lodge_contact, lodge_petition, withdraw_case
from config.retention import RetentionPolicy, load_retention
from core.clock import FixedClock
from core.database import Database
from core.encryption import Vault
from core.ledger import open_ledger
from core.phones import parse_phone
from core.record_key import ensure_record_key
from dialogue.models import TakenTurn
from hotline.models import Call
from knowledge_base.models import AnswerReceipt, UnansweredQuestion
from outbox.operations import TextOrder, enqueue_text
from privacy.operations import Eraser
from ratings.models import Rating
from ratings.operations import ServiceEnded, rate_at_end_of_call
from ratings.vocabulary import ServiceKind
from sms.models import InboundText
from tests.casework.people import ALL_POWERFUL, contact_draft, petition_draft

PHONE, OTHER = "+8613800138000", "+8613900139000"
ADMIN = Actor("staff:1", frozenset({"privacy.erase"}))
SECOND = Actor("staff:2", frozenset({"privacy.erase"}))


@dataclass
class Held:
    """A service that holds data of two citizens."""

    database: Database
    case_services: CaseServices
    clock: FixedClock
    removed: list[str] = field(default_factory=list)

    @property
    def vault(self) -> Vault:
        return self.case_services.vault

    def key(self, phone: str = PHONE) -> str:
        return self.vault.keyed_hash(phone)

    @property
    def policies(self) -> tuple[RetentionPolicy, ...]:
        return load_retention()

    @property
    def eraser(self) -> Eraser:
        return Eraser(self.policies[0], self.remove_file)

    def remove_file(self, attachment: Attachment) -> None:
        self.removed.append(str(attachment.storage_path))

    def faults(self) -> list[str]:
        """What ``python -m app cases verify`` finds."""
        with self.database.read() as db:
            return list(find_faults(db, self.vault))

    def case(self, number: str) -> Case:
        with self.database.read() as db:
            case = db.scalars(select(Case).where(Case.number == number)).one()
            assert case.events is not None
            return case

    def count(self, model: type, **where: Any) -> int:
        with self.database.read() as db:
            return len(db.scalars(select(model).filter_by(**where)).all())


def hold_everything_of(held: Held, phone: str, name: str) -> dict[str, str]:
    """A row of every kind for one citizen; the numbers of their closed cases by kind."""
    now, key = held.clock.now(), held.key(phone)
    contact = Contact(phone=parse_phone(phone), channel="voice", name=name)
    with held.database.write() as db:
        petition = lodge_petition(
            db,
            held.case_services,
            petition_draft(phone[-4:], contact=contact, issue=f"{name}被欠薪"),
            now,
        ).case
        story = lodge_contact(
            db,
            held.case_services,
            contact_draft(f"c{phone[-4:]}", contact=contact, issue=f"{name}的倾诉"),
            now,
        ).case
        for case in (petition, story):
            withdraw_case(db, held.case_services, case, ALL_POWERFUL, "撤回", now)
        db.add(
            Attachment(
                case_id=story.id, kind="recording", state="stored", storage_path=f"RE{phone[-4:]}",
                created_at=now,
            )
        )  # fmt: skip
        _hold_rest(db, held, phone, key, now)
        order = TextOrder(phone, key, f"{name}的诉求", "case_notice", "zh", f"n/{phone[-4:]}",
                          case_number=petition.number)  # fmt: skip
        enqueue_text(db, order, now)
        order = TextOrder(phone, key, f"答复{name}", "answer", "zh", f"a/{phone[-4:]}")
        enqueue_text(db, order, now)
        return {"petition": petition.number, "contact": story.number}


def _hold_rest(db: Session, held: Held, phone: str, key: str, now: datetime) -> None:
    sid = f"CA{phone[-4:]}"
    db.add_all(
        [
            Call(sid=sid, phone=phone, phone_key=key, language="zh", status="completed",
                 has_line=False, started_at=now, alive_until=now, ended_at=now),
            TakenTurn(conversation_id=sid, number=1, request_key=f"{sid}/1", channel="voice",
                      phone_key=key, step="question.listen", heard="我的话", state="{}",
                      replies="[]", taken_at=now),
            QueuedCaller(conversation_id=sid, phone=phone, language="zh", office_ids=[],
                          about="工资", wish="", is_on_phone=False, entered_at=now, declined_by=[],
                          tries=0, ended_at=now, outcome="left"),
            InboundText(message_sid=f"SM{phone[-4:]}", phone=phone, phone_key=key, words="工资",
                        words_key="w", attachments=0, outcome="served", received_at=now),
            AnswerReceipt(conversation_id=sid, turn=1, topic="t", entry_version="v", figures={},
                          citations=[], channel="voice", language="zh", confidence=1.0, text="答",
                          phone=phone, phone_key=key, given_at=now),
            UnansweredQuestion(masked_words="没人答的", reason="none", channel="text",
                               language="zh", asked_at=now),
        ]
    )  # fmt: skip
    ended = ServiceEnded(
        key=sid, office_id="dg-changan", channel="voice", kind=ServiceKind.CALL, language="zh",
        phone=phone, phone_key=key, can_text=True, ended_at=now,
    )  # fmt: skip
    rate_at_end_of_call(db, held.case_services, ended, 4, now)


@pytest.fixture
def held(database: Database, case_services: CaseServices, clock: FixedClock) -> Held:
    """Nothing yet, with the record open."""
    clock.set(datetime.combine(date(2026, 12, 2), clock.now().timetz()))
    with database.write() as db:
        ensure_record_key(db)
        open_ledger(db)
    return Held(database, case_services, clock)


def ratings_of(held: Held, phone: str) -> list[Rating]:
    with held.database.read() as db:
        return list(db.scalars(select(Rating).where(Rating.phone_key == held.key(phone))))


def later(held: Held, days: int) -> datetime:
    """Let days go by."""
    held.clock.advance(timedelta(days=days))
    return held.clock.now()
