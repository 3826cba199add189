"""The texts of an alarm: to the bureau and who is on duty, at once, by night as by day."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from casework.case_services import CaseServices
from casework.danger import DangerKind, DangerReport, escalate_alerts, raise_danger_alert
from casework.drafts import Contact, IdempotencyKey
from casework.notice_texts import send_notices
from config.offices import Office, OfficeDirectory
from core.clock import LOCAL_ZONE
from core.database import Database
from core.phones import parse_phone
from outbox.models import OutgoingText
from outbox.operations import opt_out

NIGHT = datetime(2026, 11, 23, 2, 30, tzinfo=LOCAL_ZONE)
HEAD, TOWN_HEAD, DUTY = "+8613800000001", "+8613800000002", "+8613800000003"
LANDLINE, SIP = "+8676922000000", "sip:duty@hotline.cn"
CITIZEN = "+8613912345678"


@pytest.fixture
def manned(case_services: CaseServices) -> CaseServices:
    """A desk whose bureau and one town have a telephone for alarms."""
    phones = {"dg-bureau": HEAD, "dg-changan": TOWN_HEAD}
    offices = [
        Office(**{**vars(office), "head_phone": phones.get(office.id)})
        for office in case_services.offices.offices
    ]
    directory = OfficeDirectory(
        offices, case_services.offices.towns, case_services.offices.default.id
    )
    return CaseServices(case_services.vault, case_services.calendar, directory)


def endanger(
    database: Database, case_services: CaseServices, now: datetime, **changes: str
) -> None:
    values: dict[str, str | None] = {"kind": "self_harm", "town": "changan", **changes}
    report = DangerReport(
        idempotency_key=IdempotencyKey("CA1", "1"),
        contact=Contact(phone=parse_phone(CITIZEN), channel="voice", is_proved=True),
        words="我不想活了",
        can_call_back=True,
        conversation_id="CA1",
        **values,  # type: ignore[arg-type]
    )
    with database.write() as db:
        raise_danger_alert(db, case_services, report, now)


def texts(database: Database) -> list[OutgoingText]:
    with database.read() as db:
        found = db.scalars(select(OutgoingText).order_by(OutgoingText.id))
        return sorted(found, key=lambda text: text.phone)


def test_an_alarm_goes_to_bureau_town_and_duty_at_night_at_once(
    database: Database, manned: CaseServices
) -> None:
    endanger(database, manned, NIGHT)
    send_notices(database, manned, NIGHT, (LANDLINE, SIP, DUTY, HEAD))
    sent = texts(database)
    assert [text.phone for text in sent] == [HEAD, TOWN_HEAD, DUTY]
    assert {text.not_before for text in sent} == {NIGHT}
    assert {text.kind for text in sent} == {"alarm"}
    for text in sent:
        assert "长安镇" in text.words and "轻生" in text.words and "DG2026" in text.words
        assert "不想活" not in text.words and "5678" not in text.words
    # Told once, whatever is run again.
    send_notices(database, manned, NIGHT, (DUTY,))
    assert len(texts(database)) == 3


@pytest.mark.parametrize("kind", list(DangerKind))
def test_every_kind_has_its_words_in_one_text(
    database: Database, manned: CaseServices, kind: DangerKind
) -> None:
    endanger(database, manned, NIGHT, kind=kind, town="nowhere")
    send_notices(database, manned, NIGHT)
    (text,) = texts(database)
    assert "镇街不详" in text.words and text.segments == 1


def test_an_alarm_reaches_a_head_who_wants_no_texts_as_a_citizen(
    database: Database, manned: CaseServices
) -> None:
    with database.write() as db:
        opt_out(db, manned.vault.keyed_hash(HEAD), NIGHT)
    endanger(database, manned, NIGHT)
    send_notices(database, manned, NIGHT)
    assert [text.state for text in texts(database)] == ["queued", "queued"]


def test_who_is_on_duty_is_notified_again_while_nobody_acts(
    database: Database, manned: CaseServices
) -> None:
    endanger(database, manned, NIGHT)
    now = NIGHT
    for _ in range(30):
        with database.write() as db:
            escalate_alerts(db, manned, now)
        send_notices(database, manned, now, (DUTY,))
        now += timedelta(minutes=1)
    by_phone = {phone: [t.words for t in texts(database) if t.phone == phone] for phone in (
        HEAD, TOWN_HEAD, DUTY)}  # fmt: skip
    assert [len(words) for words in by_phone.values()] == [4, 1, 4]
    assert "已5分钟无人处置" in by_phone[DUTY][1]
