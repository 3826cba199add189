"""Somebody whose life is in danger, at any point of a call or a text thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.danger import DangerAlert
from casework.models import Case, CaseEvent
from core.clock import FixedClock
from dialogue.flows.petition.slots import PetitionSlots
from dialogue.replies import Say, Transfer
from outbox.models import OptOut, OutgoingText
from sms.flood import FloodLimits
from sms.services import TextServices
from tests.dialogue.scenario import Citizen
from tests.sms.conftest import Ratings, Writer

MakeCitizen = Callable[..., Citizen]
ON_THE_ROOF = "我站在楼顶上不想活了"
DUTY = "+8613900000000"


def alerts_of(citizen: Citizen) -> list[DangerAlert]:
    with citizen.database.read() as db:
        return list(db.scalars(select(DangerAlert)))


def test_in_the_middle_of_a_petition_the_number_comes_first_and_the_petition_stays(
    caller: MakeCitizen,
) -> None:
    line = caller()
    line.call()
    line.say("我要投诉")
    line.say("老板拖欠我们三个月的工资一直不发")
    line.press("1")
    line.say("东莞市长安镇明辉电子厂")
    heard = line.say(ON_THE_ROOF)
    assert heard.startswith("您先别急") and "一二三五六" in heard and "一一零" in heard
    assert any(isinstance(reply, Transfer) for reply in line.replies)
    heard = line.after_transfer(answered=False)
    assert "五分钟内给您回电" in heard and "登记" not in heard
    heard = line.say("十二个人")
    assert line.slots(PetitionSlots).people is not None
    (alert,) = alerts_of(line)
    assert alert.kind == "self_harm" and alert.reports >= 2


def test_what_is_said_to_be_over_is_recorded_and_the_alert_stays(caller: MakeCitizen) -> None:
    line = caller()
    line.call()
    line.say("厂里着火了")
    line.after_transfer(answered=False)
    assert "安全了就好" in line.say("现在出来了没事了")
    (alert,) = alerts_of(line)
    assert alert.closed_at is None
    with line.database.read() as db:
        details = list(db.scalars(select(CaseEvent.detail).where(CaseEvent.kind == "joined")))
    assert any("现在出来了没事了" in detail for detail in details)


def test_at_night_the_number_on_duty_rings(caller: MakeCitizen, clock: FixedClock) -> None:
    line = caller()
    line.facilities = replace(line.facilities, list_duty_numbers=lambda: (DUTY,))
    clock.advance(timedelta(hours=13))
    line.call()
    line.say("厂里着火了")
    (transfer,) = [reply for reply in line.replies if isinstance(reply, Transfer)]
    assert transfer.targets == (DUTY,)


def test_a_hang_up_makes_a_call_back_due_unless_it_would_endanger(
    caller: MakeCitizen, clock: FixedClock
) -> None:
    for sid, words, is_due in (
        ("CA1", ON_THE_ROOF, True),
        ("CA2", "我们被锁在宿舍里出不去", False),
    ):
        line = caller(phone=f"+861380013800{sid[-1]}", sid=sid, agents=())
        line.call()
        line.say(words)
        line.hang_up()
        with line.database.read() as db:
            alert = db.scalars(select(DangerAlert).where(DangerAlert.conversation_id == sid)).one()
        assert (alert.call_back_by is not None) is is_due, words


def test_who_turns_out_to_be_held_hears_of_no_call_from_then_on(
    texter: MakeCitizen, caller: MakeCitizen
) -> None:
    thread = texter()
    assert "五分钟内给您打电话" in thread.text("厂里着火了")
    heard = thread.text("我们被锁在宿舍里出不去")
    assert "110" in heard and "不会打给您" in heard and "联系您" not in heard
    assert "不会打给您" in thread.text("在三楼")
    line = caller(sid="CA9", agents=())
    line.call()
    line.say("厂里着火了")
    heard = line.say("我们被锁在宿舍里出不去")
    assert "等电话" not in heard and line.waits_for == "speech"


def test_help_that_was_refused_is_offered_once_and_makes_no_alert(texter: MakeCitizen) -> None:
    thread = texter()
    words = "我不是想死，就是要钱，老板欠我工资不给"
    assert "12356" in thread.text(words)
    assert "12356" not in thread.text(words)
    assert alerts_of(thread) == []


def test_a_question_about_an_accident_is_answered_with_the_number_beside_it(
    texter: MakeCitizen,
) -> None:
    thread = texter()
    heard = thread.text("工地死人了赔多少")
    assert "120" in heard and "丧葬" in heard and alerts_of(thread) == []


@pytest.fixture
def wang(services: TextServices, clock: FixedClock) -> Writer:
    return Writer(services, clock)


@pytest.fixture
def services(
    database: object,
    state: object,
    clock: FixedClock,
    make_facilities: Callable[..., object],
) -> TextServices:
    return TextServices(
        database=database,  # type: ignore[arg-type]
        facilities=make_facilities(),  # type: ignore[arg-type]
        state=state,  # type: ignore[arg-type]
        clock=clock,
        take_rating_reply=Ratings().take,
        limits=FloodLimits(),
    )


def test_a_text_is_answered_after_opting_out_and_in_a_flood(wang: Writer) -> None:
    wang.write("退订")
    assert wang.write("试用期最长多久") == []
    (answer,) = wang.write(ON_THE_ROOF)
    assert "12356" in answer and "110" in answer
    for _ in range(20):
        wang.write("在吗在吗")
    (answer,) = wang.write("有工友触电倒地了")
    assert "120" in answer
    with wang.services.database.read() as db:
        assert db.scalars(select(OptOut)).all()
        kinds = set(db.scalars(select(OutgoingText.kind)))
        cases = db.scalars(select(Case.kind)).all()
    assert "help" in kinds and cases == ["danger"]


def test_every_danger_turn_says_the_number_and_no_menu(caller: MakeCitizen) -> None:
    line = caller(agents=())
    line.call()
    line.say(ON_THE_ROOF)
    for _ in range(3):
        heard = line.be_silent()
        assert "一二三五六" in heard and "工资按1" not in heard
    again = line.say("我真的不想活了")
    said = [reply.words for reply in line.replies if isinstance(reply, Say)]
    assert "一二三五六" in said[0] and "一一零" in again
