"""A list page asks the database as often for many rows as for few."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from accounts.audit import Action, record_audit
from accounts.models import StaffUser
from callcentre.operations import engage_agent, enter_queue, note_connected
from callcentre.queue_rules import QueueEntry
from casework.canned_replies import save_canned_reply
from casework.danger import AlertOutcome, DangerAlert, Handling, close_alert
from casework.models import JointOffice
from core.phones import parse_phone
from hotline.models import CallRecording, RecordingState
from knowledge_base.editing import draft_entry
from knowledge_base.gaps import group_unanswered
from knowledge_base.models import AnswerReceipt
from knowledge_base.operations import record_unanswered
from outbox.models import OutgoingText
from outbox.operations import (
    TextOrder,
    ask_staff,
    ask_staff_about_case,
    ask_staff_about_inbound,
    enqueue_text,
)
from privacy.deleting import Ground, delete_rows
from privacy.holdings import HOLDINGS
from privacy.operations import propose_erasure
from ratings.models import RatingHold
from ratings.operations import add_rating, file_appeal, note_service_ended, propose_exclusion
from ratings.service import ServiceEnded
from ratings.vocabulary import ExclusionCode, FlagCode, ServiceKind, Source
from tests.casework.people import ALL_POWERFUL, CONTACT, PHONE, a_message
from tests.staff.conftest import BRANCH, BUREAU, Console
from tests.staff.test_agents import add, keep_conversation
from tests.staff.test_calls_page import hold_call
from tests.staff.test_danger_page import endanger

Fill = Callable[[Console, int], None]
"""Adds one more row, of that number, to what a page lists."""
FEW, MANY = 2, 9
POWER = replace(
    ALL_POWERFUL,
    permissions=ALL_POWERFUL.permissions | {"ratings.exclude", "ratings.appeal", "privacy.erase"},
)


@contextmanager
def counting(console: Console) -> Iterator[list[str]]:
    """The statements that the database is asked meanwhile."""
    statements: list[str] = []
    engine = console.services.database.engine

    def note(*args: object) -> None:
        statements.append(str(args[2]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def a_case(console: Console, row: int) -> str:
    """A message that a branch and another one work on, with an assignee; its number."""
    services = console.services
    with services.database.write() as db:
        contact = replace(CONTACT, phone=parse_phone(f"1380013{row:04d}"))
        case = a_message(
            db, services.case_services, services.clock.now(), f"m{row}", contact=contact
        )
        case.assigned_to = f"staff:{row}"
        db.add(JointOffice(case_id=case.id, office_id=BRANCH, joined_at=services.clock.now()))
        return case.number


def a_call(console: Console, row: int) -> None:
    services = console.services
    hold_call(console, services.clock, f"CA{row}")  # type: ignore[arg-type]
    with services.database.write() as db:
        db.add(
            CallRecording(
                sid=f"RE{row}", call_sid=f"CA{row}", state=RecordingState.CLAIMED, seconds=7,
                reported_at=services.clock.now(),
            )
        )  # fmt: skip


def some_tasks(console: Console, row: int) -> None:
    """A task of a case, one of a text that did not arrive, and one of a text that came in."""
    services, now = console.services, console.services.clock.now()
    number = a_case(console, row)
    with services.database.write() as db:
        ask_staff_about_case(db, number, "recording_lost", now)
        ask_staff_about_inbound(db, row, number, "not_served", now)
        order = TextOrder(
            PHONE.e164,
            f"{row}",
            "已答复",
            "case_answer",
            "zh",
            f"k{row}",
            number,
        )
        text = db.get_one(OutgoingText, enqueue_text(db, order, now))
        ask_staff(db, text, "undelivered", now)


def an_alert(console: Console, row: int) -> None:
    """An open alert and one that is over."""
    for call in (f"CA{row}", f"CB{row}"):
        alert_id = endanger(console, call, phone=None)
    services = console.services
    with services.database.write() as db:
        by = Handling(services.case_services, ALL_POWERFUL, services.clock.now())
        close_alert(
            db, db.get_one(DangerAlert, alert_id), by, AlertOutcome.HANDED_OVER, "已到场处理完毕。"
        )


def a_agent(console: Console, row: int) -> None:
    """An agent that talks, a caller who waits, and one who was served."""
    services, now = console.services, console.services.clock.now()
    agent = add(console, f"+8676922{row:06d}")
    keep_conversation(console, f"CA{row}")
    with services.database.write() as db:
        engage_agent(db, db.merge(agent), f"CA{row}", now)
        for conversation, language in ((f"CW{row}", "zh"), (f"CX{row}", "yue")):
            entry = QueueEntry(
                conversation, phone="+8613800138000", language=language, office_ids=(BUREAU,),
                about="欠薪",
            )  # fmt: skip
            enter_queue(db, entry, now - timedelta(minutes=row))
        served = QueueEntry(f"CY{row}", phone="", language="zh", office_ids=(BUREAU,), about="社保")
        note_connected(db, enter_queue(db, served, now - timedelta(minutes=9)), now)


def some_ratings(console: Console, row: int) -> None:
    """A rating, with a proposal to leave it out, one that is held, and one under appeal."""
    services, now = console.services, console.services.clock.now()
    with services.database.write() as db:
        ratings = []
        for name in ("excluded", "held", "appealed"):
            ended = ServiceEnded(
                key=f"{name}{row}", office_id=BRANCH, channel="voice", kind=ServiceKind.CALL,
                phone=f"+861380013{row:04d}", phone_key=f"{name}{row}", can_text=True,
                language="zh", ended_at=now, is_proved=True,
            )  # fmt: skip
            service = note_service_ended(db, ended, now)
            ratings.append(add_rating(db, services.case_services, service, 2, Source.TEXT, now))
        excluded, held, appealed = ratings
        propose_exclusion(db, excluded, POWER, ExclusionCode.TEST, "试", now)
        db.add(RatingHold(rating_id=held.id, code=FlagCode.BURST, held_at=now))
        file_appeal(db, appealed, POWER, "不是我单位。", now)


def some_questions(console: Console, row: int) -> None:
    """A week's question that nobody could answer."""
    services, now = console.services, console.services.clock.now()
    with services.database.write() as db:
        record_unanswered(
            db, "年会抽奖中了手机要交税吗" * (row + 1), reason="none", channel="text",
            language="zh", now=now - timedelta(days=7 * (row + 1)),
        )  # fmt: skip
        group_unanswered(db, services.knowledge.content, now)


def a_draft(console: Console, row: int) -> None:
    services, now = console.services, console.services.clock.now()
    topic = sorted(services.knowledge.content.entries)[row]
    text = services.editors.find_file_text(topic) or ""
    with services.database.write() as db:
        draft_entry(
            db, services.editors, topic, text + "\n", author=f"staff:{row}", reason="r", now=now
        )


def a_changed_answer(console: Console, row: int) -> None:
    """An answer that would be another one today."""
    now = console.services.clock.now()
    with console.services.database.write() as db:
        db.add(
            AnswerReceipt(
                topic="withdrawn-topic", entry_version="v0", figures={},
                citations=[], confidence=0.9, turn=1, text="旧", channel="text",
                language="zh", conversation_id=f"SM{row}", given_at=now, phone=None, phone_key=None,
                year=None,
            )
        )  # fmt: skip


def an_account(console: Console, row: int) -> None:
    console.add_user("agent", BUREAU, f"agent-{row}")


def an_entry_of_the_trail(console: Console, row: int) -> None:
    with console.services.database.write() as db:
        record_audit(db, Action.CALL_READ, f"staff:{row}", f"CA{row}", console.services.clock.now())


def a_reply(console: Console, row: int) -> None:
    with console.services.database.write() as db:
        save_canned_reply(
            db, ALL_POWERFUL, console.services.clock.now(), title=f"标题{row}", body="内容",
            language="zh",
        )  # fmt: skip


def a_request(console: Console, row: int) -> None:
    services = console.services
    with services.database.write() as db:
        propose_erasure(
            db, services.case_services.vault, f"1380013{row:04d}", "窗口提出", POWER,
            services.clock.now(),
        )  # fmt: skip


def a_deletion(console: Console, row: int) -> None:
    services, now = console.services, console.services.clock.now()
    holding = next(one for one in HOLDINGS if one.table == "unanswered_questions")
    with services.database.write() as db:
        record_unanswered(db, f"问{row}", reason="none", channel="text", language="zh", now=now)
        delete_rows(
            db, holding, db.scalars(select(holding.model)).all(),
            Ground("retention", f"staff:{row}", now.date()), now,
        )  # fmt: skip


def a_session(console: Console, row: int) -> None:
    """One more browser in which the administrator is signed in."""
    with console.services.database.read() as db:
        login = db.scalars(select(StaffUser.login).where(StaffUser.role == "administrator")).one()
    console.open().sign_in(login, "Long-Enough-2026")


PAGES: tuple[tuple[str, str, Fill], ...] = (
    ("/staff/cases", "supervisor", lambda console, row: a_case(console, row) and None),
    ("/staff/calls", "supervisor", a_call),
    ("/staff/tasks", "supervisor", some_tasks),
    ("/staff/danger", "supervisor", an_alert),
    ("/staff/danger/open", "supervisor", an_alert),
    ("/staff/agents", "supervisor", a_agent),
    ("/staff/agents/board", "supervisor", a_agent),
    ("/staff/ratings", "supervisor", some_ratings),
    ("/staff/oversight", "supervisor", some_ratings),
    ("/staff/gaps", "editor", some_questions),
    ("/staff/knowledge", "editor", a_draft),
    ("/staff/corrections", "editor", a_changed_answer),
    ("/staff/accounts", "administrator", an_account),
    ("/staff/audit", "administrator", an_entry_of_the_trail),
    ("/staff/replies", "supervisor", a_reply),
    ("/staff/citizens", "administrator", a_request),
    ("/staff/retention", "administrator", a_deletion),
    ("/staff/account", "administrator", a_session),
)


@pytest.mark.parametrize(("path", "role", "fill"), PAGES, ids=[page[0] for page in PAGES])
def test_many_rows_cost_as_many_statements_as_few(
    console: Console, path: str, role: str, fill: Fill
) -> None:
    reader, counts, sizes = console.sign_in_as(role), [], []
    for rows in (range(FEW), range(FEW, MANY)):
        for row in rows:
            fill(console, row)
        with counting(console) as statements:
            page = reader.open(path)
        assert page.status == 200
        counts.append(statements)
        sizes.append(len(page.html))
    few, many = counts
    assert sizes[0] < sizes[1], "the page lists what was added"
    assert len(few) == len(many), [one for one in many if many.count(one) > few.count(one)]


NO_LISTS = frozenset(
    {
        "/staff", "/staff/", "/staff/sign-in", "/staff/second-step", "/staff/account/second-factor",
        "/staff/choose-password", "/staff/new-case", "/staff/ranking", "/staff/danger/banner",
        # They lead to the addresses of now.
        "/staff/seats", "/staff/seats/board",
    }
)  # fmt: skip


def test_every_page_without_a_subject_of_its_own_is_counted_or_no_list(console: Console) -> None:
    rules = console.application.url_map.iter_rules()
    pages = {
        rule.rule
        for rule in rules
        if rule.rule.startswith("/staff") and "GET" in (rule.methods or ()) and not rule.arguments
    }
    assert pages - {path for path, _role, _fill in PAGES} == NO_LISTS
