"""The first office asked stays responsible until another has accepted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from casework.case_services import CaseServices
from casework.models import Case
from casework.notices import list_waiting_notices
from casework.operations import (
    accept_case,
    conclude_notice,
    decide_objection,
    forward_case,
    join_office,
    object_to_routing,
    sort_case,
)
from casework.queries import list_events, list_joint_offices
from casework.record import deadlines_of_case
from casework.vocabulary import CaseState, EventKind, Remedy
from core.clock import FixedClock
from core.errors import ConflictError, InputError, PermissionDeniedError
from tests.casework.people import ALL_POWERFUL, a_message, a_petition, staff_of


@pytest.fixture
def forwarded(db: Session, case_services: CaseServices, clock: FixedClock) -> Case:
    """A petition that Chang'an has asked Humen to take over."""
    case = a_petition(db, case_services, clock.now())
    forward_case(db, case_services, case, ALL_POWERFUL, "dg-humen", "用人单位在虎门", clock.now())
    return case


def test_the_sender_stays_responsible_until_the_other_accepts(
    db: Session, case_services: CaseServices, clock: FixedClock, forwarded: Case
) -> None:
    assert (forwarded.office_id, forwarded.addressed_office_id) == ("dg-changan", "dg-humen")
    with pytest.raises(PermissionDeniedError):
        accept_case(
            db, case_services, forwarded, staff_of(case_services, "dg-changan"), clock.now()
        )
    accept_case(db, case_services, forwarded, staff_of(case_services, "dg-humen"), clock.now())
    assert (forwarded.office_id, forwarded.addressed_office_id) == ("dg-humen", None)
    assert forwarded.state == CaseState.ACCEPTED


def test_the_citizen_is_told_where_it_went_and_that_is_recorded(
    db: Session, case_services: CaseServices, clock: FixedClock, forwarded: Case
) -> None:
    notices = {notice.text_key: notice for notice in list_waiting_notices(db)}
    assert notices["notice.case_forwarded"].office_id == "dg-humen"
    notified = notices["notice.citizen_forwarded"]
    assert notified.office_id == "dg-humen"
    conclude_notice(db, case_services, notified, clock.now(), text_id="text-3")
    last = list_events(db, forwarded)[-1]
    assert (last.kind, last.about) == (EventKind.NOTIFIED, "forwarding")
    deadlines = {c.id: c for c in deadlines_of_case(db, case_services, forwarded, clock.now())}
    assert not deadlines["tell-path"].is_running
    assert deadlines["tell-path-forwarded"].is_running


def test_an_objection_returns_the_case_only_when_the_sender_agrees(
    db: Session, case_services: CaseServices, clock: FixedClock, forwarded: Case
) -> None:
    humen, changan = staff_of(case_services, "dg-humen"), staff_of(case_services, "dg-changan")
    object_to_routing(db, case_services, forwarded, humen, "工厂地址在长安", clock.now())
    with pytest.raises(PermissionDeniedError):
        decide_objection(
            db, case_services, forwarded, humen, agrees=True, reason="", now=clock.now()
        )
    decide_objection(
        db, case_services, forwarded, changan, agrees=False, reason="合同写明虎门", now=clock.now()
    )
    assert (forwarded.state, forwarded.addressed_office_id) == (CaseState.FORWARDED, "dg-humen")
    object_to_routing(db, case_services, forwarded, humen, "附上营业执照", clock.now())
    decide_objection(
        db, case_services, forwarded, changan, agrees=True, reason="核实", now=clock.now()
    )
    assert (forwarded.state, forwarded.addressed_office_id) == (CaseState.REGISTERED, None)
    assert forwarded.office_id == "dg-changan"


def test_after_five_working_days_it_is_too_late_to_object(
    db: Session, case_services: CaseServices, clock: FixedClock, forwarded: Case
) -> None:
    humen = staff_of(case_services, "dg-humen")
    clock.advance(timedelta(days=8))
    with pytest.raises(ConflictError):
        object_to_routing(db, case_services, forwarded, humen, "不归我们", clock.now())
    clock.advance(timedelta(days=-1))
    object_to_routing(db, case_services, forwarded, humen, "不归我们", clock.now())


def test_a_case_is_not_forwarded_to_itself_or_to_a_station_without_that_work(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    case = a_petition(db, case_services, clock.now())
    for office_id in ("dg-changan", "dg-nowhere", "dg-changan-wusha"):
        with pytest.raises(InputError):
            forward_case(db, case_services, case, ALL_POWERFUL, office_id, "转办", clock.now())
    message = a_message(
        db, case_services, clock.now(), topic="flexible-worker-insurance", town="changan"
    )
    forward_case(db, case_services, message, ALL_POWERFUL, "dg-changan-wusha", "转办", clock.now())
    assert message.addressed_office_id == "dg-changan-wusha"


def test_offices_may_work_together(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    case = a_petition(db, case_services, clock.now())
    join_office(db, case_services, case, ALL_POWERFUL, "dg-humen", "两地用工", clock.now())
    assert list_joint_offices(db, case) == ["dg-humen"]
    with pytest.raises(ConflictError):
        join_office(db, case_services, case, ALL_POWERFUL, "dg-humen", "两地用工", clock.now())


def test_a_wrong_remedy_is_corrected_with_its_reason(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    case = a_petition(db, case_services, clock.now())
    assert case.remedy == Remedy.INSPECTION
    with pytest.raises(InputError):
        sort_case(db, case_services, case, ALL_POWERFUL, Remedy.ARBITRATION, "", clock.now())
    sort_case(db, case_services, case, ALL_POWERFUL, Remedy.ARBITRATION, "已申请仲裁", clock.now())
    assert case.remedy == Remedy.ARBITRATION
    running = {
        c.id for c in deadlines_of_case(db, case_services, case, clock.now()) if c.is_running
    }
    assert "accept-inspection" not in running
