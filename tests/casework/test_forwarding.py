"""The first office asked stays responsible until another has accepted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from casework.desk import CaseDesk
from casework.models import Case
from casework.notices import list_waiting_notices
from casework.operations import (
    accept_case,
    decide_objection,
    forward_case,
    join_office,
    object_to_routing,
    settle_notice,
    sort_case,
)
from casework.queries import list_events, list_joint_offices
from casework.record import clocks_of_case
from casework.vocabulary import CaseState, EventKind, Road
from core.clock import FixedClock
from core.errors import ConflictError, InputError, PermissionDeniedError
from tests.casework.people import ALL_POWERFUL, a_message, a_petition, staff_of


@pytest.fixture
def forwarded(db: Session, desk: CaseDesk, clock: FixedClock) -> Case:
    """A petition that Chang'an has asked Humen to take over."""
    case = a_petition(db, desk, clock.now())
    forward_case(db, desk, case, ALL_POWERFUL, "dg-humen", "用人单位在虎门", clock.now())
    return case


def test_the_sender_stays_responsible_until_the_other_accepts(
    db: Session, desk: CaseDesk, clock: FixedClock, forwarded: Case
) -> None:
    assert (forwarded.office_id, forwarded.addressed_office_id) == ("dg-changan", "dg-humen")
    with pytest.raises(PermissionDeniedError):
        accept_case(db, desk, forwarded, staff_of(desk, "dg-changan"), clock.now())
    accept_case(db, desk, forwarded, staff_of(desk, "dg-humen"), clock.now())
    assert (forwarded.office_id, forwarded.addressed_office_id) == ("dg-humen", None)
    assert forwarded.state == CaseState.ACCEPTED


def test_the_citizen_is_told_where_it_went_and_that_is_recorded(
    db: Session, desk: CaseDesk, clock: FixedClock, forwarded: Case
) -> None:
    notices = {notice.text_key: notice for notice in list_waiting_notices(db)}
    assert notices["notice.case_forwarded"].office_id == "dg-humen"
    told = notices["notice.citizen_forwarded"]
    assert told.office_id == "dg-humen"
    settle_notice(db, desk, told, clock.now(), text_id="text-3")
    last = list_events(db, forwarded)[-1]
    assert (last.kind, last.about) == (EventKind.TOLD, "forwarding")
    clocks = {c.id: c for c in clocks_of_case(db, desk, forwarded, clock.now())}
    assert not clocks["tell-path"].is_running
    assert clocks["tell-path-forwarded"].is_running


def test_an_objection_returns_the_case_only_when_the_sender_agrees(
    db: Session, desk: CaseDesk, clock: FixedClock, forwarded: Case
) -> None:
    humen, changan = staff_of(desk, "dg-humen"), staff_of(desk, "dg-changan")
    object_to_routing(db, desk, forwarded, humen, "工厂地址在长安", clock.now())
    with pytest.raises(PermissionDeniedError):
        decide_objection(db, desk, forwarded, humen, agrees=True, reason="", now=clock.now())
    decide_objection(
        db, desk, forwarded, changan, agrees=False, reason="合同写明虎门", now=clock.now()
    )
    assert (forwarded.state, forwarded.addressed_office_id) == (CaseState.FORWARDED, "dg-humen")
    object_to_routing(db, desk, forwarded, humen, "附上营业执照", clock.now())
    decide_objection(db, desk, forwarded, changan, agrees=True, reason="核实", now=clock.now())
    assert (forwarded.state, forwarded.addressed_office_id) == (CaseState.REGISTERED, None)
    assert forwarded.office_id == "dg-changan"


def test_after_five_working_days_it_is_too_late_to_object(
    db: Session, desk: CaseDesk, clock: FixedClock, forwarded: Case
) -> None:
    humen = staff_of(desk, "dg-humen")
    clock.advance(timedelta(days=8))
    with pytest.raises(ConflictError):
        object_to_routing(db, desk, forwarded, humen, "不归我们", clock.now())
    clock.advance(timedelta(days=-1))
    object_to_routing(db, desk, forwarded, humen, "不归我们", clock.now())


def test_a_case_is_not_forwarded_to_itself_or_to_a_station_without_that_work(
    db: Session, desk: CaseDesk, clock: FixedClock
) -> None:
    case = a_petition(db, desk, clock.now())
    for office_id in ("dg-changan", "dg-nowhere", "dg-changan-wusha"):
        with pytest.raises(InputError):
            forward_case(db, desk, case, ALL_POWERFUL, office_id, "转办", clock.now())
    message = a_message(db, desk, clock.now(), topic="flexible-worker-insurance", town="changan")
    forward_case(db, desk, message, ALL_POWERFUL, "dg-changan-wusha", "转办", clock.now())
    assert message.addressed_office_id == "dg-changan-wusha"


def test_offices_may_work_together(db: Session, desk: CaseDesk, clock: FixedClock) -> None:
    case = a_petition(db, desk, clock.now())
    join_office(db, desk, case, ALL_POWERFUL, "dg-humen", "两地用工", clock.now())
    assert list_joint_offices(db, case) == ["dg-humen"]
    with pytest.raises(ConflictError):
        join_office(db, desk, case, ALL_POWERFUL, "dg-humen", "两地用工", clock.now())


def test_a_wrong_road_is_corrected_with_its_reason(
    db: Session, desk: CaseDesk, clock: FixedClock
) -> None:
    case = a_petition(db, desk, clock.now())
    assert case.road == Road.INSPECTION
    with pytest.raises(InputError):
        sort_case(db, desk, case, ALL_POWERFUL, Road.ARBITRATION, "", clock.now())
    sort_case(db, desk, case, ALL_POWERFUL, Road.ARBITRATION, "已申请仲裁", clock.now())
    assert case.road == Road.ARBITRATION
    running = {c.id for c in clocks_of_case(db, desk, case, clock.now()) if c.is_running}
    assert "accept-inspection" not in running
