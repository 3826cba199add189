"""Alerts of danger to life: one an emergency, acted on in five minutes, escalated otherwise."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.permissions import Role, permissions_of
from casework.case_services import Actor, CaseServices
from casework.chain import detail_of, verify_chain
from casework.danger import (
    AlertOutcome,
    AlertState,
    DangerAlert,
    DangerKind,
    DangerReport,
    Handling,
    acknowledge_alert,
    close_alert,
    escalate_alerts,
    note_call_reached,
    note_call_unanswered,
    note_caller_gone,
    note_person_lost,
    note_person_reached,
    raise_danger_alert,
    take_alert,
)
from casework.danger.queries import (
    count_alerts,
    find_alert_of_case,
    find_alert_of_conversation,
    get_alert,
    list_closed_alerts,
    list_open_alerts,
    list_words,
)
from casework.drafts import Contact, IdempotencyKey
from casework.models import Case, CaseEvent
from casework.notices import Notice
from casework.queries import CaseFilter, find_progress, list_cases, list_cases_of_phone
from casework.record import deadlines_of_case
from casework.transition import list_possible_transitions
from core.clock import LOCAL_ZONE, FixedClock
from core.database import Base, Database
from core.errors import ConflictError, InputError, NotFoundError, PermissionDeniedError
from core.ranges import Range
from tests.casework.people import ALL_POWERFUL, CONTACT, OTHER_PHONE, PHONE, a_petition

MINUTE = timedelta(minutes=1)
NIGHT = datetime(2026, 11, 23, 2, 30, tzinfo=LOCAL_ZONE)
WITHHELD = Contact(phone=None, channel="voice")


def report(call: str = "CA1", turn: str = "1", **changes: Any) -> DangerReport:
    values: dict[str, Any] = {
        "contact": CONTACT,
        "kind": "self_harm",
        "words": "我在楼顶，不想活了",
        "town": "changan",
        "can_call_back": True,
        "conversation_id": call,
        **changes,
    }
    return DangerReport(idempotency_key=IdempotencyKey(call, turn), **values)


class Line:
    """Reports, calls and staff of one test, at the time of its clock."""

    def __init__(self, db: Session, case_services: CaseServices, clock: FixedClock) -> None:
        self.db, self.case_services, self.clock = db, case_services, clock

    def report(self, call: str = "CA1", turn: str = "1", **changes: Any) -> DangerAlert:
        return raise_danger_alert(
            self.db, self.case_services, report(call, turn, **changes), self.now
        )

    def by(self, role: Role = Role.AGENT, office: str = "dg-bureau") -> Handling:
        reach = None if office == "dg-bureau" else self.case_services.offices.subtree(office)
        return Handling(
            self.case_services, Actor(f"staff:{role}", permissions_of(role), reach), self.now
        )

    def hang_up(self, call: str = "CA1") -> DangerAlert | None:
        return note_caller_gone(self.db, self.case_services, call, self.now)

    def connect(self, call: str = "CA1") -> DangerAlert | None:
        return note_person_reached(self.db, self.case_services, call, self.now)

    def wait(self, minutes: float) -> None:
        self.clock.advance(timedelta(minutes=minutes))

    def escalate(self) -> int:
        return escalate_alerts(self.db, self.case_services, self.now)["escalated"]

    def notices(self) -> list[Notice]:
        return list(self.db.scalars(select(Notice).order_by(Notice.id)))

    def events(self, alert: DangerAlert) -> list[str]:
        rows = select(CaseEvent).where(CaseEvent.case_id == alert.case_id)
        events = self.db.scalars(rows.order_by(CaseEvent.sequence))
        return [":".join(filter(None, (event.kind, event.about))) for event in events]

    @property
    def now(self) -> datetime:
        return self.clock.now()


@pytest.fixture
def line(db: Session, case_services: CaseServices, clock: FixedClock) -> Line:
    return Line(db, case_services, clock)


def test_a_report_opens_an_urgent_case_of_the_bureau_and_notifies_bureau_and_town(
    line: Line,
) -> None:
    alert = line.report()
    assert alert.is_new and alert.state == AlertState.NEW and alert.reports == 1
    case = alert.case
    assert (case.kind, case.office_id, case.town) == ("danger", "dg-bureau", "changan")
    assert case.is_urgent and case.urgent_reasons == ["self_harm"] and case.phone == PHONE.e164
    assert alert.act_by == line.now + 5 * MINUTE
    assert [(n.audience, n.office_id, n.text_key, n.is_urgent) for n in line.notices()] == [
        ("bureau", "dg-bureau", "notice.danger_self_harm", True),
        ("office_head", "dg-changan", "notice.danger_self_harm", True),
    ]
    # Nothing of what was said, nor the number, stands in a notice.
    assert {key for n in line.notices() for key in n.params} == {"number", "town"}


def test_a_danger_has_no_statutory_deadline(line: Line) -> None:
    case = line.report().case
    assert deadlines_of_case(line.db, line.case_services, case, line.now) == []
    assert case.next_due_on is None and case.next_check_on is None and not case.has_breach


@pytest.mark.parametrize("kind", list(DangerKind))
def test_every_kind_makes_its_own_alarm(line: Line, kind: DangerKind) -> None:
    line.report(kind=kind)
    assert line.notices()[0].text_key == f"notice.danger_{kind}"


def test_a_kind_that_there_is_not_is_refused(line: Line) -> None:
    with pytest.raises(ValueError, match="boredom"):
        line.report(kind="boredom")


def test_words_are_in_the_record_and_nowhere_else(line: Line) -> None:
    alert = line.report()
    assert alert.case.issue is None
    assert [said.words for said in list_words(line.db, alert)] == ["我在楼顶，不想活了"]


def test_without_a_town_only_the_bureau_is_notified_and_a_town_that_is_said_later_joins(
    line: Line,
) -> None:
    alert = line.report(town=None)
    assert [n.audience for n in line.notices()] == ["bureau"]
    line.wait(1)
    line.report("CA1", "2", town="humen")
    assert alert.case.town == "humen"
    assert [n.office_id for n in line.notices()] == ["dg-bureau", "dg-humen"]


def test_the_same_turn_again_changes_nothing(line: Line) -> None:
    first = line.report()
    again = line.report()
    assert again is first and not again.is_new and first.reports == 1 and len(line.notices()) == 2
    assert line.events(first) == ["registered", "office_joined"]


def test_a_number_that_reports_again_joins_the_running_alert_without_a_second_text(
    line: Line,
) -> None:
    alert = line.report()
    alert.is_new = False
    for minute in range(1, 6):
        line.wait(7)
        joined = line.report(f"CA{minute + 1}", words=f"第{minute}次", kind="injury")
        assert joined is alert and not joined.is_new
    assert alert.reports == 6 and alert.kinds == ["self_harm", "injury"]
    assert alert.kind == "self_harm" and alert.case.urgent_reasons == ["self_harm", "injury"]
    assert len(line.notices()) == 2
    assert line.db.scalar(select(func.count()).select_from(Case)) == 1
    assert [said.words for said in list_words(line.db, alert)][-1] == "第5次"
    assert line.events(alert).count("joined") == 5


def test_after_half_an_hour_the_same_number_raises_a_new_alert(line: Line) -> None:
    first = line.report()
    line.wait(30)
    assert line.report("CA2") is first
    line.wait(30.1)
    second = line.report("CA3")
    assert second is not first and second.is_new and second.case is not first.case


def test_another_number_raises_an_alert_of_its_own(line: Line) -> None:
    first = line.report()
    other = Contact(phone=OTHER_PHONE, channel="text", is_proved=True)
    assert line.report("SM1", contact=other) is not first


def test_a_withheld_number_is_joined_by_its_conversation(line: Line) -> None:
    first = line.report(contact=WITHHELD)
    line.wait(45)
    assert line.report("CA1", "2", contact=WITHHELD) is first
    assert line.report("CA2", contact=WITHHELD) is not first


def test_a_closed_alert_is_not_joined(line: Line) -> None:
    first = line.report()
    close_alert(line.db, first, line.by(), AlertOutcome.SAFE, "家人已到场")
    line.wait(1)
    assert line.report("CA1", "2") is not first


def test_a_person_who_takes_the_call_ends_what_is_due(line: Line) -> None:
    alert = line.report()
    line.wait(2)
    assert line.connect() is alert
    assert alert.state == AlertState.REACHED and alert.act_by is None
    line.wait(20)
    assert line.hang_up() is alert and alert.call_back_by is None
    assert line.escalate() == 0
    line.connect()
    assert line.events(alert).count("contacted:connected") == 1


def test_a_hang_up_without_a_person_owes_a_call_back_in_five_minutes(line: Line) -> None:
    alert = line.report()
    line.wait(1)
    assert line.hang_up() is alert
    assert alert.state == AlertState.CALL_BACK
    assert alert.call_back_by == line.now + 5 * MINUTE
    # What was due before stays due: four minutes from now.
    assert alert.act_by == line.now + 4 * MINUTE
    line.wait(1)
    line.hang_up()
    assert alert.call_back_by == line.now + 4 * MINUTE
    assert line.events(alert).count("caller_gone") == 1


def test_nobody_is_called_whom_a_call_could_endanger(line: Line) -> None:
    alert = line.report(kind="violence", can_call_back=False)
    line.hang_up()
    assert alert.call_back_by is None and alert.act_by == line.now + 5 * MINUTE
    assert line.events(alert)[-1] == "caller_gone:no_call_back"
    # Once said, it stays so, whatever a later report says.
    line.wait(1)
    line.report("CA2", can_call_back=True)
    assert not alert.may_be_called


def test_a_withheld_number_owes_no_call_back(line: Line) -> None:
    alert = line.report(contact=WITHHELD)
    line.hang_up()
    assert alert.call_back_by is None and not alert.may_be_called


def test_a_call_that_is_taken_but_not_connected_is_due_again(
    line: Line, case_services: CaseServices
) -> None:
    alert = line.report()
    line.connect()
    line.hang_up()
    assert alert.act_by is None
    note_person_lost(line.db, case_services, "CA1", line.now)
    assert alert.state == AlertState.CALL_BACK
    assert alert.act_by == alert.call_back_by == line.now + 5 * MINUTE


def test_a_conversation_without_an_alert_notes_nothing(
    line: Line, case_services: CaseServices
) -> None:
    assert line.hang_up("CA9") is None and line.connect("CA9") is None
    assert note_person_lost(line.db, case_services, "CA9", line.now) is None


def test_who_calls_again_is_looked_at_again_and_the_old_hang_up_no_longer_counts(
    line: Line,
) -> None:
    alert = line.report()
    line.hang_up()
    acknowledge_alert(line.db, alert, line.by())
    line.wait(3)
    line.report("CA2")
    assert alert.state == AlertState.NEW and alert.call_back_by is None
    # The first call's end may be told late.
    line.hang_up("CA1")
    assert alert.call_back_by is None
    line.hang_up("CA2")
    assert alert.call_back_by == line.now + 5 * MINUTE


def test_a_second_sentence_of_the_same_call_does_not_undo_the_acknowledgement(line: Line) -> None:
    alert = line.report()
    acknowledge_alert(line.db, alert, line.by())
    line.report("CA1", "2", words="我真的不想活了")
    assert alert.state == AlertState.ACKNOWLEDGED and alert.reports == 2


def test_acknowledging_ends_the_first_wait_but_not_the_call_back(line: Line) -> None:
    alert = line.report()
    acknowledge_alert(line.db, alert, line.by(), "正在联系家属")
    assert alert.state == AlertState.ACKNOWLEDGED and alert.act_by is None
    acknowledge_alert(line.db, alert, line.by(Role.SUPERVISOR))
    assert alert.acknowledged_by == "staff:agent"
    line.hang_up()
    assert alert.act_by == alert.call_back_by == line.now + 5 * MINUTE
    assert line.events(alert).count("acknowledged") == 1


def test_taking_an_alert_assigns_its_case(line: Line) -> None:
    alert = line.report()
    take_alert(line.db, alert, line.by())
    take_alert(line.db, alert, line.by())
    assert alert.case.assigned_to == "staff:agent" and alert.acknowledged_by == "staff:agent"
    take_alert(line.db, alert, line.by(Role.SUPERVISOR))
    assert alert.case.assigned_to == "staff:supervisor"
    assert line.events(alert).count("assigned") == 2


def test_a_call_that_nobody_answers_is_due_again_twice(line: Line) -> None:
    alert = line.report()
    line.hang_up()
    for attempt in (1, 2):
        line.wait(4)
        note_call_unanswered(line.db, alert, line.by())
        assert alert.attempts == attempt and alert.act_by == line.now + 5 * MINUTE
        assert alert.state == AlertState.CALL_BACK
    note_call_unanswered(line.db, alert, line.by(), "三次无人接听，已报110")
    assert alert.state == AlertState.NOT_REACHED and alert.act_by is None
    note_call_reached(line.db, alert, line.by())
    assert alert.state == AlertState.REACHED


def test_closing_needs_a_note_and_ends_the_case(line: Line) -> None:
    alert = line.report()
    with pytest.raises(InputError):
        close_alert(line.db, alert, line.by(), AlertOutcome.SAFE, "  ")
    close_alert(line.db, alert, line.by(), AlertOutcome.FALSE_ALARM, "是玩笑")
    assert alert.state == AlertState.CLOSED and alert.outcome == "false_alarm"
    assert alert.case.state == "closed" and not alert.case.is_open
    for change in (acknowledge_alert, take_alert, note_call_reached, note_call_unanswered):
        with pytest.raises(ConflictError):
            change(line.db, alert, line.by())
    assert list(verify_chain(line.db, line.case_services.vault)) == []
    event = line.db.scalars(select(CaseEvent).order_by(CaseEvent.id.desc())).first()
    assert event is not None and detail_of(event) == {"text": "是玩笑"}


def test_the_case_can_only_be_ended_with_its_alert(line: Line) -> None:
    case = line.report().case
    possible = {
        transition.name for transition in list_possible_transitions(line.db, case, ALL_POWERFUL)
    }
    assert possible == {"assign", "note", "attach", "correct", "join_office"}


@pytest.mark.parametrize("role", list(Role))
def test_only_roles_of_the_table_handle_an_alert(line: Line, role: Role) -> None:
    alert = line.report()
    if "danger.handle" in permissions_of(role):
        assert acknowledge_alert(line.db, alert, line.by(role)).acknowledged_at is not None
    else:
        with pytest.raises(PermissionDeniedError):
            acknowledge_alert(line.db, alert, line.by(role))


def test_the_towns_office_handles_it_and_a_foreign_office_does_not_learn_of_it(line: Line) -> None:
    alert = line.report()
    own, foreign = (line.by(Role.OFFICER, office) for office in ("dg-changan", "dg-nancheng"))
    assert list_open_alerts(line.db, own.actor) == [alert]
    acknowledge_alert(line.db, alert, own)
    with pytest.raises(PermissionDeniedError):
        acknowledge_alert(line.db, alert, foreign)
    assert list_open_alerts(line.db, foreign.actor) == []
    with pytest.raises(NotFoundError):
        get_alert(line.db, alert.id, foreign.actor)


def test_nobody_acting_is_escalated_every_five_minutes_three_times(line: Line) -> None:
    alert = line.report()
    line.wait(4.9)
    assert line.escalate() == 0
    counts = []
    for _ in range(40):
        counts.append(line.escalate())
        line.wait(1)
    assert sum(counts) == 3 and alert.escalations == 3
    times = [minute for minute, count in enumerate(counts) if count]
    assert [later - sooner for sooner, later in pairwise(times)] == [5, 5]
    again = [n for n in line.notices() if n.text_key == "notice.danger_no_action"]
    assert len(again) == 3 and all(n.is_urgent and n.audience == "bureau" for n in again)
    assert line.events(alert).count("escalated:act") == 3


def test_a_call_back_that_is_not_made_is_escalated_also_after_the_acknowledgement(
    line: Line,
) -> None:
    alert = line.report()
    line.hang_up()
    acknowledge_alert(line.db, alert, line.by())
    line.wait(5)
    assert line.escalate() == 1
    assert line.notices()[-1].text_key == "notice.danger_no_call_back"
    note_call_unanswered(line.db, alert, line.by())
    line.wait(4)
    assert line.escalate() == 0
    line.wait(1)
    assert line.escalate() == 1 and alert.escalations == 2


def test_the_job_that_was_down_for_hours_escalates_once(line: Line) -> None:
    line.report()
    line.wait(600)
    assert line.escalate() == 1 and line.escalate() == 0


def test_a_citizen_who_asks_how_their_case_stands_is_told_of_their_petition_not_of_the_alert(
    line: Line, db: Session, case_services: CaseServices
) -> None:
    petition = a_petition(db, case_services, line.now)
    alert = line.report()
    assert list_cases_of_phone(db, case_services, PHONE) == [petition]
    assert list_cases_of_phone(db, case_services, PHONE, with_alerts=True) == [alert.case, petition]
    assert find_progress(db, case_services, alert.case.number, line.now, phone=PHONE) is None


def test_open_alerts_come_first_in_the_list_of_cases_and_due_ones_before_others(
    line: Line, db: Session, case_services: CaseServices
) -> None:
    a_petition(db, case_services, line.now, issue="有人要跳楼", people=Range.exactly(30))
    line.wait(1)
    first = line.report("CA1")
    second = line.report("SM2", contact=Contact(phone=OTHER_PHONE, channel="text", is_proved=True))
    acknowledge_alert(db, first, line.by())
    assert list_open_alerts(db, ALL_POWERFUL) == [second, first]
    page = list_cases(db, case_services, CaseFilter())
    assert [case.kind for case in page.cases] == ["danger", "danger", "petition"]
    close_alert(db, first, line.by(), AlertOutcome.SAFE, "平安")
    assert list_closed_alerts(db, ALL_POWERFUL).alerts == (first,)
    assert find_alert_of_case(db, first.case) is first
    assert find_alert_of_conversation(db, "CA1") is None


def test_figures_count_by_kind_and_tell_the_age_of_the_oldest(line: Line) -> None:
    assert count_alerts(line.db, line.now).oldest_unacknowledged_seconds == 0
    first = line.report()
    line.wait(2)
    line.report(
        "SM2", kind="fire", contact=Contact(phone=OTHER_PHONE, channel="text", is_proved=True)
    )
    line.wait(1)
    figures = count_alerts(line.db, line.now)
    assert figures.raised == {"self_harm": 1, "injury": 0, "fire": 1, "violence": 0}
    assert (figures.open_count, figures.oldest_unacknowledged_seconds) == (2, 180)
    acknowledge_alert(line.db, first, line.by())
    assert count_alerts(line.db, line.now).oldest_unacknowledged_seconds == 60


def test_at_night_it_is_the_same(line: Line) -> None:
    line.clock.set(NIGHT)
    alert = line.report()
    assert alert.act_by == NIGHT + 5 * MINUTE and len(line.notices()) == 2


@pytest.fixture
def server(postgres: Database, case_services: CaseServices) -> Database:
    """An empty PostgreSQL database with the desk's key."""
    Base.metadata.create_all(postgres.engine)
    postgres.engine.dialect.hotline_vault = case_services.vault  # type: ignore[attr-defined]
    return postgres


@pytest.mark.postgres
def test_calls_of_one_number_at_the_same_time_make_one_alert(
    server: Database, case_services: CaseServices, clock: FixedClock
) -> None:
    def call(number: int) -> int:
        with server.write() as db:
            return raise_danger_alert(db, case_services, report(f"CA{number}"), clock.now()).id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(call, range(16)))) == 1
    with server.read() as db:
        (alert,) = db.scalars(select(DangerAlert)).all()
        assert alert.reports == 16 and len(list_words(db, alert)) == 16
        assert db.scalar(select(func.count()).select_from(Notice)) == 2
        assert list(verify_chain(db, case_services.vault)) == []


@pytest.mark.postgres
def test_staff_phone_line_and_job_at_once_lose_nothing(
    server: Database, case_services: CaseServices, clock: FixedClock
) -> None:
    with server.write() as db:
        alert_id = raise_danger_alert(db, case_services, report(), clock.now()).id
    clock.advance(timedelta(minutes=6))
    now = clock.now()

    def disturb(number: int) -> None:
        with server.write() as db:
            alert = db.get_one(DangerAlert, alert_id)
            handling = Handling(case_services, ALL_POWERFUL, now)
            match number % 4:
                case 0:
                    raise_danger_alert(db, case_services, report("CA1", f"t{number}"), now)
                case 1:
                    note_caller_gone(db, case_services, "CA1", now)
                case 2:
                    note_call_unanswered(db, alert, handling)
                case _:
                    escalate_alerts(db, case_services, now)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(disturb, range(24)))
    with server.read() as db:
        alert = db.get_one(DangerAlert, alert_id)
        assert alert.reports == 7 and alert.attempts == 6 and alert.escalations <= 1
        assert list(verify_chain(db, case_services.vault)) == []
