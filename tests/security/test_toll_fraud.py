"""Who wants to spend our money, or to bomb a stranger with texts and calls."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from app.metrics import count_ever
from core.callers import caller_key, is_withheld
from outbox.kinds import Kind
from outbox.limits import (
    CALL_BACK,
    CAPS,
    TASK_REASON,
    Destination,
    find_refusal,
    note_call_back,
    refuse_number,
)
from outbox.models import OutgoingText, StaffTask
from outbox.operations import TextOrder, enqueue_text
from outbox.states import Reason
from tests.security.conftest import ATTACKER, LANDLINE, VICTIM, WITHHELD, Line

ABROAD = ("00252612345678", "009607712345", "0037120012345")


@pytest.mark.parametrize("keyed", ABROAD)
def test_send_an_answer_abroad(line: Line, keyed: str) -> None:
    call = line.call(WITHHELD)
    call.say("年假有几天")
    call.press("1")
    assert "不在可以联系的地区" in call.press(f"{keyed}#")
    call.press("1")
    assert line.texts() == []


@pytest.mark.parametrize("keyed", ABROAD)
def test_send_a_code_abroad(line: Line, keyed: str) -> None:
    call = line.call(WITHHELD)
    call.complain()
    assert "不在可以联系的地区" in call.press(f"{keyed}#")
    assert line.texts() == []


def test_send_texts_abroad_by_texting_from_there(line: Line) -> None:
    line.text("年假有几天", "+25261234567")
    assert line.texts() == []
    # Somebody in danger is answered, wherever they are.
    line.text("我站在楼顶上不想活了", "+85291234567")
    assert [text.kind for text in line.texts("+85291234567")] == ["help"]


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("+25261234567", Reason.COUNTRY),
        ("+447911123456", Reason.COUNTRY),
        ("+449098790000", Reason.PREMIUM),
        ("+19002345678", Reason.PREMIUM),
        ("+8676922222222", Reason.NOT_TEXTABLE),
        ("nonsense", Reason.NOT_TEXTABLE),
        ("+8613900139000", None),
    ],
)
def test_reach_a_number_that_costs_more(line: Line, number: str, reason: Reason | None) -> None:
    with line.parts.database.read() as db:
        assert refuse_number(db, Kind.ANSWER, number) is reason
        by_call = None if reason is Reason.NOT_TEXTABLE and number != "nonsense" else reason
        assert refuse_number(db, CALL_BACK, number) is by_call


def test_other_countries_are_a_setting(line: Line) -> None:
    with line.parts.database.read() as db:
        db.info = {"countries": frozenset({"+86", "+852"})}
        assert refuse_number(db, Kind.ANSWER, "+85291234567") is None
        assert refuse_number(db, Kind.ANSWER, "+25261234567") is Reason.COUNTRY


def test_bomb_a_stranger_with_five_texts_in_one_call(line: Line) -> None:
    call, heard = line.call(WITHHELD), ""
    for question in ("年假有几天", "加班费怎么算", "试用期多久", "产假多少天", "最低工资是多少"):
        call.say(question)
        call.press("1")
        call.press("13900139000#")
        heard += call.press("1")
    assert len(line.texts(VICTIM)) == 3
    assert "次数" in heard


def test_bomb_a_stranger_from_many_calls_and_numbers(line: Line) -> None:
    for n in range(6):
        call = line.call(f"+861371111{n:04d}")
        call.say("年假有几天")
        call.press("1")
        call.hang_up()
        landline = line.call(f"+867692222{n:04d}")
        landline.say("年假有几天")
        landline.press("1")
        landline.press("13900139000#")
        landline.press("1")
        landline.hang_up()
    assert len(line.texts(VICTIM)) == 3


def test_ask_for_code_after_code(line: Line) -> None:
    call = line.call(LANDLINE)
    call.complain()
    call.press("13900139000#")
    heard = [call.say("再发一次") for _ in range(3)]
    assert len(line.texts(VICTIM, "code")) == 3
    assert "次数" in heard[2] and "请核对" in heard[2]
    line.parts.clock.advance(timedelta(minutes=61))
    again = line.call(LANDLINE)
    again.complain()
    again.press("13900139000#")
    assert len(line.texts(VICTIM, "code")) == 4


def test_send_codes_to_one_stranger_after_the_other(line: Line) -> None:
    """Three an hour a caller, however many numbers are keyed in."""
    for n in range(5):
        call = line.call(LANDLINE)
        call.complain()
        call.press(f"1390013900{n}#")
        call.hang_up()
    assert len(line.texts(kind="code")) == 3


def test_use_up_what_may_go_to_the_citizen(line: Line) -> None:
    """Texts to a claimed number are counted apart from those to its holder."""
    test_bomb_a_stranger_with_five_texts_in_one_call(line)
    own = line.call(VICTIM)
    own.say("年假有几天")
    assert "短信" in own.press("1")
    assert len(line.texts(VICTIM)) == 4


def order(line: Line, kind: str, n: int, **more: Any) -> TextOrder:
    key = line.parts.vault.keyed_hash(VICTIM)
    return TextOrder(VICTIM, key, "您好", kind, "zh", f"{kind}-{n}", **more)


@pytest.mark.parametrize("kind", [kind for kind in Kind if CAPS[kind] is not None])
def test_send_more_of_any_kind_than_may_go(line: Line, kind: Kind) -> None:
    cap, parts = CAPS[kind], line.parts
    assert cap is not None
    now = parts.clock.now()
    with parts.database.write() as db:
        queued = [
            enqueue_text(db, order(line, kind, n), now + timedelta(seconds=n))
            for n in range(cap.hour + 1)
        ]
        assert [text_id is None for text_id in queued] == [False] * cap.hour + [True]
        last = db.scalars(select(OutgoingText).where(OutgoingText.key == f"{kind}-{cap.hour}"))
        assert last.one().reason == Reason.DESTINATION


@pytest.mark.parametrize("kind", [Kind.ALARM, Kind.HELP])
def test_danger_to_life_comes_before_every_limit(line: Line, kind: Kind) -> None:
    with line.parts.database.write() as db:
        now = line.parts.clock.now()
        assert all(enqueue_text(db, order(line, kind, n), now) for n in range(60))


def test_every_kind_of_text_and_the_call_back_has_its_row_in_the_table() -> None:
    assert set(CAPS) == {*Kind, CALL_BACK}
    assert {kind for kind, cap in CAPS.items() if cap is None} == {Kind.ALARM, Kind.HELP}


def test_have_a_stranger_called_back_again_and_again(line: Line) -> None:
    vault, now = line.parts.vault, line.parts.clock.now()
    spoofed = caller_key(vault, VICTIM, "CA1", is_proved=False)
    to = Destination(CALL_BACK, VICTIM, vault.keyed_hash(VICTIM), spoofed, is_claimed=True)
    own = Destination(
        CALL_BACK, VICTIM, vault.keyed_hash(VICTIM), caller_key(vault, VICTIM, "", is_proved=True)
    )
    with line.parts.database.write() as db:
        assert note_call_back(db, to, now) is None
        assert note_call_back(db, to, now) is Reason.DESTINATION
        assert note_call_back(db, own, now) is None
        premium = Destination(CALL_BACK, "+449098790000", "k", spoofed, is_claimed=True)
        assert note_call_back(db, premium, now) is Reason.PREMIUM


def test_withhold_the_number_to_be_counted_as_somebody_new_each_time(line: Line) -> None:
    cap, vault = CAPS[Kind.CODE], line.parts.vault
    assert cap is not None
    now = line.parts.clock.now()
    with line.parts.database.write() as db:
        sent = 0
        for n in range(60):
            phone = f"+86139001{n:05d}"
            key = caller_key(vault, "", f"CA{n}", is_proved=False)
            assert is_withheld(key)
            text = TextOrder(
                phone, vault.keyed_hash(phone), "您好", Kind.CODE, "zh", f"w{n}",
                caller_key=key, is_claimed=True,
            )  # fmt: skip
            sent += enqueue_text(db, text, now) is not None
        assert sent == 10 * cap.caller_hour
        # Who is known is not held up by them.
        known = Destination(Kind.CODE, VICTIM, vault.keyed_hash(VICTIM), "0" * 32, is_claimed=True)
        assert find_refusal(db, known, now) is None


def test_a_limit_that_is_reached_raises_an_alarm(line: Line) -> None:
    with capture_logs() as logged:
        test_bomb_a_stranger_with_five_texts_in_one_call(line)
    alarms = [entry for entry in logged if entry["event"] == "limit reached"]
    assert [(one["kind"], one["reason"]) for one in alarms] == [("answer", "destination")] * 2
    assert all("13900139000" not in str(one) for one in alarms)
    (counted,) = [c for c in count_ever(line.parts) if c.name == "limits_refused"]
    assert counted.values == {"answer": 2}
    with line.parts.database.read() as db:
        task = db.scalars(select(StaffTask)).one()
        assert (task.reason, task.case_number) == (TASK_REASON, None)


def test_the_attacker_is_no_number_of_ours() -> None:
    assert len({ATTACKER, VICTIM, LANDLINE}) == 3
