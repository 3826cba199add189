"""Records of calls in the console: a day's list, one call with what was said, masked."""

from __future__ import annotations

import json
from datetime import timedelta

from sqlalchemy import select

from accounts.models import AuditEntry
from accounts.permissions import Role, permissions_of
from core.clock import FixedClock
from core.phones import parse_phone
from dialogue.conversation import Conversation
from dialogue.models import TakenTurn
from dialogue.replies import Say, replies_to_json
from dialogue.stored_conversation import conversation_to_json
from hotline.calls import begin_call, end_call
from tests.staff.conftest import BRANCH, BUREAU, Console

PHONE = "+8613812345678"
_ASKED = "Spoke(words='我电话13912345678，工资不发', confidence=0.9)"
_TURNS = (
    ("question.greeting", "Arrived()", "您好"),
    ("question.answered", _ASKED, "可以投诉。"),
    ("rating.offer", "Silent()", "请评分"),
    ("rating.goodbye", "Pressed(keys='1')", "再见"),
)


def hold_call(console: Console, clock: FixedClock, sid: str = "CA1", language: str = "zh") -> None:
    """A call in which something was asked, answered and rated by key."""
    with console.services.database.write() as db:
        call = begin_call(
            db, sid, parse_phone(PHONE), "", language=language, has_line=True, now=clock.now()
        )  # fmt: skip
        state = Conversation(
            sid, "voice", PHONE, "", True, language, clock.now().isoformat(), services=("answer",)
        )
        for number, (step, heard, said) in enumerate(_TURNS, start=1):
            db.add(
                TakenTurn(
                    conversation_id=sid, number=number, request_key=f"{sid}/{number}", step=step,
                    channel="voice", heard=heard, state=json.dumps(conversation_to_json(state)),
                    replies=json.dumps(replies_to_json([Say(said, "zh")])), taken_at=clock.now(),
                )
            )  # fmt: skip
        end_call(db, call, "completed", 61, clock.now() + timedelta(seconds=61))


def test_a_days_calls_show_what_came_of_them_and_what_they_cost(
    console: Console, clock: FixedClock
) -> None:
    hold_call(console, clock)
    page = console.sign_in_as("supervisor").open("/staff/calls")
    for words in ("+86138****5678", "解答", "61", "¥0.20", "2026-11-23 10:00"):
        assert words in page.words, words
    assert PHONE not in page.html
    before = console.open()
    before.sign_in("supervisor", "Long-Enough-2026")
    assert "这一天没有通话" in before.open("/staff/calls?day=2026-11-22").words
    assert "日期不对" in before.open("/staff/calls?day=yesterday").words


def test_one_call_shows_its_way_and_what_was_said_but_no_rating(
    console: Console, clock: FixedClock
) -> None:
    hold_call(console, clock)
    page = console.sign_in_as("agent").open("/staff/calls/CA1")
    assert "提问 → 评价" in page.words and "工资不发" in page.words and "可以投诉" in page.words
    assert "13912345678" not in page.html and "按键 1" not in page.words
    with console.services.database.read() as db:
        (entry,) = db.scalars(select(AuditEntry).where(AuditEntry.action == "call_read"))
    assert entry.subject == "CA1"


def test_an_unknown_call_and_the_calls_of_the_bureaus_line_elsewhere_do_not_exist(
    console: Console, clock: FixedClock
) -> None:
    hold_call(console, clock)
    assert console.sign_in_as("agent", BUREAU).open("/staff/calls/CA9").status == 404
    branch = console.sign_in_as("supervisor", BRANCH)
    assert branch.open("/staff/calls").status == branch.open("/staff/calls/CA1").status == 404


def test_who_may_read_calls() -> None:
    assert {role for role in Role if "calls.see" in permissions_of(role)} == {
        Role.AGENT, Role.SUPERVISOR,
    }  # fmt: skip
