"""Who wants to pass for somebody else: hear, change or take over what is theirs."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from casework.danger import DangerReport, raise_danger_alert
from casework.danger.models import DangerAlert
from casework.drafts import Contact, IdempotencyKey
from casework.models import Case, CaseEvent
from casework.notice_texts import send_notices
from casework.operations import accept_case, answer_case
from casework.operations.handling import queue_citizen_notice
from core.errors import InputError
from core.phones import parse_phone
from outbox.codes import CodeCheck, check_code, forget_codes
from outbox.models import NumberCode, OutgoingText, StaffTask
from tests.casework.people import ALL_POWERFUL
from tests.security.conftest import (
    ATTACKER,
    LANDLINE,
    VICTIM,
    WITHHELD,
    Line,
    Reload,
    spoken,
)

KEYED = VICTIM.removeprefix("+86") + "#"


def events_of(line: Line, case: Case) -> int:
    with line.parts.database.read() as db:
        return len(list(db.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id))))


def test_hear_the_victims_case_number_by_keying_in_their_mobile(line: Line) -> None:
    theirs = line.lodge_as_victim()
    call = line.call(WITHHELD)
    said = [call.complain(), call.press(KEYED), call.press("#"), call.press("1")]
    assert spoken(theirs.number) not in "\n".join(said)
    assert "之前已经登记过" not in "\n".join(said)
    mine = line.cases()[-1]
    assert (mine.id != theirs.id, mine.phone, mine.is_phone_proved) == (True, VICTIM, False)


@pytest.mark.parametrize(
    ("caller", "is_vouched"), [(WITHHELD, False), (LANDLINE, True), (VICTIM, False)]
)
def test_add_people_words_and_alarms_to_the_victims_case(
    line: Line, reload: Reload, caller: str, is_vouched: bool
) -> None:
    theirs = line.lodge_as_victim()
    before = events_of(line, theirs)
    call = line.call(caller, is_vouched=is_vouched)
    call.complain(people="九十九个人", story="老板三个月没发工资了，我们要去堵路")
    if caller != VICTIM:
        call.press(KEYED)
    call.press("#")
    call.press("1")
    after = reload(theirs)
    assert (after.people, after.people_max, after.urgent_reasons) == (3, 3, [])
    assert after.issue == "老板三个月没发工资了" and events_of(line, theirs) == before
    mine = line.cases()[-1]
    assert mine.id != theirs.id and mine.people == 99 and not mine.is_phone_proved


def test_join_with_the_right_code_is_the_victims_own_doing(line: Line) -> None:
    theirs = line.lodge_as_victim()
    call = line.call(LANDLINE)
    call.complain()
    call.press(KEYED)
    assert "号码已经核实" in call.press(line.code(VICTIM) + "#")
    assert spoken(theirs.number) in call.press("1")
    assert len(line.cases()) == 1


def test_guess_the_code(line: Line) -> None:
    call = line.call(WITHHELD)
    call.complain()
    call.press(KEYED)
    right = line.code(VICTIM)
    wrong = "000000" if right != "000000" else "111111"
    assert "验证码不对" in call.press(wrong + "#")
    assert "验证码不对" in call.press(wrong + "#")
    assert "失效" in call.press(wrong + "#")
    with line.parts.database.write() as db:
        vault, now = line.parts.vault, line.parts.clock.now()
        assert check_code(db, vault, call.sid, VICTIM, right, now) is CodeCheck.OVER
    call.press("1")
    assert not line.cases()[-1].is_phone_proved


def test_use_a_code_late_twice_or_in_another_call(line: Line) -> None:
    call = line.call(WITHHELD)
    call.complain()
    call.press(KEYED)
    code, vault = line.code(VICTIM), line.parts.vault
    with line.parts.database.write() as db:
        now = line.parts.clock.now()
        assert check_code(db, vault, "CA-other", VICTIM, code, now) is CodeCheck.OVER
        assert check_code(db, vault, call.sid, ATTACKER, code, now) is CodeCheck.OVER
        late = now + timedelta(minutes=10)
        assert check_code(db, vault, call.sid, VICTIM, code, late) is CodeCheck.OVER
        assert check_code(db, vault, call.sid, VICTIM, code, now) is CodeCheck.PROVED
        assert check_code(db, vault, call.sid, VICTIM, code, now) is CodeCheck.OVER


def test_read_codes_in_the_database_or_the_logs(
    line: Line, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        call = line.call(WITHHELD)
        call.complain()
        call.press(KEYED)
    code, parts = line.code(VICTIM), line.parts
    assert code not in caplog.text + capsys.readouterr().out
    with parts.database.read() as db:
        # As it lies on the disk, before anything is decrypted.
        for table in ("number_codes", "outgoing_texts", "taken_turns"):
            rows = db.execute(text(f"SELECT * FROM {table}")).all()
            assert rows and code not in repr(rows), table
        assert code not in db.scalars(select(NumberCode)).one().code_hash
    parts.clock.advance(timedelta(minutes=10))
    with parts.database.write() as db:
        assert forget_codes(db, parts.clock.now()) == 1
        assert forget_codes(db, parts.clock.now()) == 0
    with parts.database.read() as db:
        stored = db.scalars(select(OutgoingText).where(OutgoingText.kind == "code")).one()
        assert code not in stored.words


def test_hear_the_newest_case_with_a_spoofed_caller_id(line: Line) -> None:
    theirs = line.lodge_as_victim()
    call = line.call(VICTIM, is_vouched=False)
    said = call.say("我的投诉进度怎么样了")
    assert "等待受理" not in said and spoken(theirs.number) not in said
    assert "等待受理" not in call.say(theirs.number.removeprefix("DG"))
    assert "等待受理" in line.call(VICTIM).say("我的投诉进度怎么样了")


def test_hide_the_victims_case_behind_a_newer_one(line: Line) -> None:
    theirs = line.lodge_as_victim()
    call = line.call(VICTIM, is_vouched=False)
    call.press("9")
    call.record()
    call.press("1")
    call.hang_up()
    assert line.cases()[-1].phone == VICTIM
    assert spoken(theirs.number) in line.call(VICTIM).say("我的投诉进度怎么样了")


def test_take_over_a_petition_before_the_victim_lodges_it(line: Line) -> None:
    call = line.call(WITHHELD)
    call.complain(people="九十九个人")
    call.press(KEYED)
    call.press("#")
    call.press("1")
    bait = line.cases()[-1]
    theirs = line.lodge_as_victim()
    assert theirs.id != bait.id and theirs.people == 3


def test_name_another_number_in_a_text_thread(line: Line) -> None:
    theirs = line.lodge_as_victim()
    for words in ("我要投诉", "老板三个月没发工资了", "1", "东莞市宏达电子厂", "厚街", "今年八月"):
        line.text(words, ATTACKER)
    for words in ("我一个", "三万", "要工资", "没有", "匿名"):
        line.text(words, ATTACKER)
    said = line.text("电话改成13900139000", ATTACKER)
    said += line.text("1", ATTACKER) + line.text("跳过", ATTACKER) + line.text("1", ATTACKER)
    assert theirs.number not in said
    assert all(case.id == theirs.id or not case.is_phone_proved or case.phone == ATTACKER
               for case in line.cases())  # fmt: skip


def test_get_the_offices_answer_to_a_number_that_is_only_claimed(line: Line) -> None:
    call = line.call(WITHHELD)
    call.complain()
    call.press(KEYED)
    call.press("#")
    call.press("1")
    parts = line.parts
    with parts.database.write() as db:
        now, case = parts.clock.now(), db.scalars(select(Case)).one()
        accept_case(db, parts.case_services, case, ALL_POWERFUL, now)
        with pytest.raises(InputError, match="not proved"):
            answer_case(db, parts.case_services, case, ALL_POWERFUL, "单位已付清。", now)
        queue_citizen_notice(db, case, "notice.citizen_forwarded", case.events[-1], now)
    send_notices(parts.database, parts.case_services, parts.clock.now())
    assert [t.kind for t in line.texts(VICTIM)] == ["code"]
    with parts.database.read() as db:
        task = db.scalars(select(StaffTask)).one()
        assert (task.reason, task.text is not None) == ("not_proved", True)


def test_staff_let_an_answer_go_to_an_unproved_number_and_it_is_recorded(line: Line) -> None:
    call = line.call(WITHHELD)
    call.complain()
    call.press(KEYED)
    call.press("#")
    call.press("1")
    parts = line.parts
    with parts.database.write() as db:
        now, case = parts.clock.now(), db.scalars(select(Case)).one()
        accept_case(db, parts.case_services, case, ALL_POWERFUL, now)
        answer_case(
            db, parts.case_services, case, ALL_POWERFUL, "单位已付清。", now, confirms_number=True
        )
    send_notices(parts.database, parts.case_services, parts.clock.now())
    assert "单位已付清" in line.texts(VICTIM, "case_answer")[-1].words


def test_quieten_the_alert_of_somebody_in_danger(line: Line) -> None:
    """The victim is to be called back; a caller with their number says that nobody must call."""
    parts, phone = line.parts, parse_phone(VICTIM)

    def report(sid: str, *, is_proved: bool, can_call_back: bool) -> DangerAlert:
        contact = Contact(phone=phone, channel="voice", is_proved=is_proved)
        notified = DangerReport(
            idempotency_key=IdempotencyKey(sid, "1"),
            contact=contact,
            kind="self_harm",
            words="不想活了",
            town=None,
            can_call_back=can_call_back,
            conversation_id=sid,
        )
        with parts.database.write() as db:
            return raise_danger_alert(db, parts.case_services, notified, parts.clock.now())

    theirs = report("CA-victim", is_proved=True, can_call_back=True)
    spoofed = report("CA-spoofed", is_proved=False, can_call_back=False)
    assert spoofed.id != theirs.id
    again = report("CA-again", is_proved=True, can_call_back=True)
    assert (again.id, again.reports, again.can_call_back) == (theirs.id, 2, True)


def test_a_texter_who_asks_about_a_claimed_case_of_their_number_proves_it(
    line: Line, reload: Reload
) -> None:
    call = line.call(LANDLINE)
    call.complain()
    call.press(KEYED)
    call.press("#")
    call.press("1")
    case = line.cases()[-1]
    assert not case.is_phone_proved
    assert "等待受理" in line.text(f"进度 {case.number}", VICTIM)
    assert reload(case).is_phone_proved
