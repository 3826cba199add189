"""Raising an alert of danger to life, or joining a report to the one that runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.case_services import CITIZEN, SYSTEM, CaseServices
from casework.danger.locking import lock_alert
from casework.danger.models import ACT_WITHIN, DangerAlert, DangerKind, DangerReportRow
from casework.danger.queries import find_running_alert
from casework.drafts import Contact, IdempotencyKey
from casework.models import Case, JointOffice
from casework.notices import queue_notice
from casework.operations.lodging import number_for
from casework.record import append_event, record_event, refresh_deadlines
from casework.routing import route
from casework.vocabulary import Audience, CaseKind, EventKind
from config.offices import Office
from core.database import hold

JOIN_WITHIN = timedelta(minutes=30)
"""A report of the same number so long after the last one joins the running alert."""


@dataclass(frozen=True, kw_only=True)
class DangerReport:
    """What a turn of a conversation says about danger to life.

    ``kind`` is one of ``DangerKind``; ``words`` is what was said; ``town`` is a town id of
    config/offices.yaml, or None. ``can_call_back`` is False when a call could endanger the citizen
    (held, the attacker beside them).
    """

    idempotency_key: IdempotencyKey
    contact: Contact
    kind: str
    words: str
    town: str | None
    can_call_back: bool
    conversation_id: str


def raise_danger_alert(
    db: Session, case_services: CaseServices, report: DangerReport, now: datetime
) -> DangerAlert:
    """Open an alert with its urgent case and notify the bureau, or join the one that runs.

    A report joins when the same proved number reported within ``JOIN_WITHIN``, or when it comes
    from a conversation of an open alert: it is counted and its words go into the case's record,
    without another text. A claimed number joins nothing of another conversation. The same origin
    is written once. Raises ValueError for an unknown kind.
    """
    kind = DangerKind(report.kind)
    phone = report.contact.phone
    key = None if phone is None else case_services.vault.keyed_hash(phone.e164)
    hold(db, f"danger/{key or report.conversation_id}")
    repeated = db.scalar(
        select(DangerReportRow).where(DangerReportRow.idempotency_key == report.idempotency_key.key)
    )
    if repeated is not None:
        repeated.alert.is_new = False
        return repeated.alert
    since = now - JOIN_WITHIN
    proved_key = key if report.contact.is_proved else None
    running = find_running_alert(db, report.conversation_id, proved_key, since)
    if running is None:
        alert = _open_alert(db, case_services, report, key, now)
    else:
        alert = _join_alert(db, case_services, running, report, now)
    alert.is_new = running is None
    db.add(
        DangerReportRow(
            alert=alert,
            idempotency_key=report.idempotency_key.key,
            conversation_id=report.conversation_id,
            kind=kind,
            can_call_back=report.can_call_back,
            reported_at=now,
        )
    )
    db.flush()
    return alert


def _open_alert(
    db: Session,
    case_services: CaseServices,
    report: DangerReport,
    phone_key: str | None,
    now: datetime,
) -> DangerAlert:
    case = _open_case(db, case_services, report, phone_key, now)
    alert = DangerAlert(
        case=case,
        kind=report.kind,
        kinds=[report.kind],
        phone_key=phone_key,
        conversation_id=report.conversation_id,
        reports=1,
        can_call_back=report.can_call_back,
        raised_at=now,
        last_report_at=now,
        act_by=now + ACT_WITHIN,
        attempts=0,
        escalations=0,
        escalations_in_round=0,
    )
    db.add(alert)
    _notify(db, case_services, case, report, now)
    return alert


def _open_case(
    db: Session,
    case_services: CaseServices,
    report: DangerReport,
    phone_key: str | None,
    now: datetime,
) -> Case:
    contact = report.contact
    case = Case(
        number=number_for(db, case_services, now),
        kind=CaseKind.DANGER,
        office_id=case_services.offices.bureau.id,
        channel=contact.channel,
        language=contact.language,
        citizen_name=contact.name or None,
        phone=None if contact.phone is None else contact.phone.e164,
        phone_key=phone_key,
        is_phone_proved=contact.phone is not None and contact.is_proved,
        town=report.town,
        is_open=True,
        is_urgent=True,
        urgent_reasons=[report.kind],
        received_at=now,
        created_at=now,
        state_since=now,
        event_count=0,
        head_hash="",
    )
    db.add(case)
    db.flush()
    detail = {
        **_detail_of(report),
        "case": CaseKind.DANGER,
        "channel": contact.channel,
        "language": contact.language,
        "phone": case.phone,
        "town": report.town,
    }
    append_event(
        db,
        case_services,
        case,
        EventKind.REGISTERED,
        CITIZEN.id,
        now,
        detail=detail,
        idempotency_key=report.idempotency_key,
    )
    town_office = _town_office(case_services, report)
    if town_office is not None:
        _add_office(db, case_services, case, town_office, now)
    refresh_deadlines(db, case_services, case, now)
    return case


def _join_alert(
    db: Session,
    case_services: CaseServices,
    alert: DangerAlert,
    report: DangerReport,
    now: datetime,
) -> DangerAlert:
    lock_alert(db, alert)
    case = alert.case
    is_new_contact = (
        report.conversation_id != alert.conversation_id or alert.caller_gone_at is not None
    )
    if is_new_contact:
        # The citizen is there again: whatever staff did before, they must look at this.
        alert.acknowledged_at = alert.acknowledged_by = alert.reached_at = None
        alert.caller_gone_at = alert.call_back_by = None
        alert.act_by = min(alert.act_by or now + ACT_WITHIN, now + ACT_WITHIN)
    alert.conversation_id = report.conversation_id
    alert.reports += 1
    alert.last_report_at = now
    alert.can_call_back = alert.can_call_back and report.can_call_back
    if report.kind not in alert.kinds:
        alert.kinds = [*alert.kinds, report.kind]
        case.urgent_reasons = [*case.urgent_reasons, report.kind]
    town_office = _town_office(case_services, report) if case.town is None else None
    if case.town is None:
        case.town = report.town
    if town_office is not None:
        _add_office(db, case_services, case, town_office, now)
        _notify_town(db, case, report, town_office, now)
    detail = _detail_of(report)
    record_event(
        db,
        case_services,
        case,
        EventKind.JOINED,
        CITIZEN.id,
        now,
        detail=detail,
        idempotency_key=report.idempotency_key,
    )
    return alert


def _detail_of(report: DangerReport) -> dict[str, Any]:
    return {
        "danger": report.kind,
        "words": report.words,
        "can_call_back": report.can_call_back,
    }


def _town_office(case_services: CaseServices, report: DangerReport) -> Office | None:
    """The office of the town; None when the town is not known or is the bureau's own."""
    if report.town is None:
        return None
    office = route(case_services.offices, CaseKind.DANGER, town=report.town)
    return None if office.id == case_services.offices.bureau.id else office


def _add_office(
    db: Session, case_services: CaseServices, case: Case, office: Office, now: datetime
) -> None:
    """Let the town's office see and handle the case beside the bureau."""
    db.add(JointOffice(case_id=case.id, office_id=office.id, joined_at=now))
    append_event(
        db,
        case_services,
        case,
        EventKind.OFFICE_JOINED,
        SYSTEM.id,
        now,
        detail={"office": office.id},
    )


def _notify(
    db: Session, case_services: CaseServices, case: Case, report: DangerReport, now: datetime
) -> None:
    queue_notice(
        db,
        case,
        Audience.BUREAU,
        f"notice.danger_{report.kind}",
        now,
        key="danger:bureau",
        office_id=case_services.offices.bureau.id,
        params={"town": report.town},
        is_urgent=True,
    )
    town_office = _town_office(case_services, report)
    if town_office is not None:
        _notify_town(db, case, report, town_office, now)


def _notify_town(
    db: Session, case: Case, report: DangerReport, office: Office, now: datetime
) -> None:
    queue_notice(
        db,
        case,
        Audience.OFFICE_HEAD,
        f"notice.danger_{report.kind}",
        now,
        key=f"danger:{office.id}",
        office_id=office.id,
        params={"town": report.town},
        is_urgent=True,
    )
