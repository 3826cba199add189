"""Messages, petitions, progress and people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import func, select

from casework.models import Attachment, Case
from core.clock import LOCAL_ZONE
from core.ranges import Range
from dialogue.flows.petition.slots import PetitionSlots
from ratings.models import Rating
from tests.dialogue.conftest import LANDLINE, MOBILE
from tests.dialogue.scenario import Citizen

MakeCitizen = Callable[..., Citizen]
EVENING = datetime(2026, 11, 23, 20, 0, tzinfo=LOCAL_ZONE)


def cases_of(citizen: Citizen) -> list[Case]:
    with citizen.database.read() as db:
        return list(db.scalars(select(Case).order_by(Case.id)))


def test_a_recorded_message_is_kept_with_number_and_text(caller: MakeCitizen) -> None:
    line = caller()
    line.call()
    line.press("9")
    assert line.waits_for == "recording"
    assert "保留请按1" in line.record("RE7", 12)
    heard = line.press("1")
    (case,) = cases_of(line)
    assert " ".join(case.number) in heard and heard.count(" ".join(case.number)) == 2
    assert case.kind == "message" and case.phone == line.conversation.phone
    (text,) = line.texts
    assert text.kind == "acknowledgement" and case.number in text.words
    with line.database.read() as db:
        (recording,) = db.scalars(select(Attachment)).all()
    assert (recording.provider_sid, recording.seconds) == ("RE7", 12)


def test_hanging_up_in_the_middle_keeps_what_was_recorded(caller: MakeCitizen) -> None:
    during = caller()
    during.call()
    during.press("9")
    during.record("RE1", 5, hung_up=True)
    after = caller(sid="CA2")
    after.call()
    after.press("9")
    after.record("RE2", 5)
    after.hang_up()
    with after.database.read() as db:
        assert db.scalars(select(Attachment.provider_sid)).all() == ["RE1", "RE2"]


def test_a_recording_reported_after_the_hang_up_is_still_kept(caller: MakeCitizen) -> None:
    line = caller()
    line.call()
    line.press("9")
    line.hang_up()
    line.record("RE9", 5, hung_up=True)
    assert len(cases_of(line)) == 1


def test_an_empty_recording_makes_no_case(caller: MakeCitizen) -> None:
    line = caller()
    line.call()
    line.press("9")
    line.be_silent()
    line.be_silent()
    assert cases_of(line) == [] and line.waits_for == "nothing"


def test_a_petition_by_phone_is_asked_read_back_numbered_and_texted(caller: MakeCitizen) -> None:
    line = caller()
    line.call()
    line.say("我要投诉")
    line.say("老板拖欠我们三个月的工资一直不发")
    line.say("东莞市长安镇明辉电子厂")
    line.say("二零二六年九月")
    line.press("12#")
    line.press("36000#")
    line.say("把工资发给我们")
    line.say("有工资条和聊天记录")
    heard = line.say("匿名")
    assert "正确请按1" in heard and "金额三万六千元" in heard
    assert "从二零二六年九月开始" in heard and "涉及十二人" in heard
    heard = line.press("1")
    (case,) = cases_of(line)
    assert case.kind == "petition" and case.people == 12 and case.town == "changan"
    assert case.is_urgent and case.citizen_name is None
    assert heard.count(" ".join(case.number)) == 2
    assert case.number in line.texts[0].words


def test_a_petition_by_text_can_be_corrected_before_it_is_lodged(texter: MakeCitizen) -> None:
    thread = texter()
    thread.text("投诉")
    thread.text("厂里不给我们交社保，辞工也不批")
    thread.text("虎门镇永兴制衣厂")
    for words in ("2026年3月", "5人", "不知道", "补交社保", "没有"):
        thread.text(words)
    assert "请核对" in thread.text("匿名")
    assert "改哪一项" in thread.text("2")
    thread.text("5")
    read = thread.text("8人")
    assert "人数：8" in read
    assert "编号" in thread.text("1")
    (case,) = cases_of(thread)
    assert case.people == 8 and case.town == "humen"


def test_a_petition_is_saved_when_the_caller_hangs_up_half_way(caller: MakeCitizen) -> None:
    line = caller()
    line.call()
    line.say("我要投诉")
    line.say("老板拖欠我们三个月的工资一直不发")
    line.hang_up()
    (case,) = cases_of(line)
    assert "三个月的工资" in (case.issue or "")
    # Told, but not confirmed: somebody calls back, and no statutory deadline runs.
    assert case.kind == "contact"


def test_progress_is_told_to_the_phone_it_was_lodged_from(texter: MakeCitizen) -> None:
    thread = texter()
    thread.text("留言")
    thread.text("请问我的社保什么时候能补交，我在厚街上班")
    (case,) = cases_of(thread)
    read = thread.text(f"进度 {case.number}")
    assert case.number in read and "已登记" in read


def test_progress_from_another_phone_needs_the_last_four_digits(
    texter: MakeCitizen, caller: MakeCitizen
) -> None:
    thread = texter()
    thread.text("留言")
    thread.text("请问我的社保什么时候能补交，我在厚街上班")
    (case,) = cases_of(thread)
    line = caller(LANDLINE)
    line.call()
    line.say("查进度")
    line.press(case.number.removeprefix("DG") + "#")
    assert "没有找到" in line.press("1111")
    line.press(case.number.removeprefix("DG") + "#")
    assert "已登记" in line.press("8000")


def test_in_office_hours_a_caller_is_put_through(caller: MakeCitizen) -> None:
    line = caller()
    line.call()
    line.press("0")
    assert line.waits_for == "person"
    assert "再见" in line.after_transfer(answered=True)


def test_when_nobody_answers_a_message_is_offered(caller: MakeCitizen) -> None:
    line = caller()
    line.call()
    line.press("0")
    assert "留言请按1" in line.after_transfer(answered=False)
    line.press("1")
    assert line.waits_for == "recording"


def test_out_of_hours_the_hours_are_told_and_a_message_is_offered(caller: MakeCitizen) -> None:
    line = caller()
    line.clock.set(EVENING)
    line.call()
    heard = line.press("0")
    assert "上午八点半到中午十二点" in heard and "留言请按1" in heard


def test_nothing_is_lodged_twice_when_a_turn_is_taken_twice(caller: MakeCitizen) -> None:
    line = caller()
    line.call()
    line.press("9")
    line.record("RE1", 5)
    before = line.conversation
    line.press("1")
    line.conversation = before
    line.press("1")
    with line.database.read() as db:
        assert db.scalar(select(func.count()).select_from(Case)) == 1


def test_a_petition_is_saved_when_the_caller_falls_silent(caller: MakeCitizen) -> None:
    line = caller()
    line.call()
    line.say("我要投诉")
    line.say("老板拖欠我们三个月的工资一直不发")
    line.press("1")
    for _ in range(3):
        heard = line.be_silent()
    assert "已先登记" in heard and line.waits_for == "nothing"
    (case,) = cases_of(line)
    assert case.kind == "petition" and case.is_unfinished


def test_a_petition_left_for_a_person_who_does_not_answer_is_saved(caller: MakeCitizen) -> None:
    line = caller()
    line.call()
    line.say("我要投诉")
    line.say("老板拖欠我们三个月的工资一直不发")
    line.press("0")
    line.after_transfer(answered=False)
    line.hang_up()
    assert len(cases_of(line)) == 1


def test_a_petition_told_to_a_person_or_cancelled_is_not_lodged(caller: MakeCitizen) -> None:
    notified = caller()
    notified.call()
    notified.say("我要投诉")
    notified.say("老板拖欠我们三个月的工资一直不发")
    notified.press("0")
    notified.after_transfer(answered=True)
    notified.hang_up()
    assert cases_of(notified) == []


def test_a_key_is_no_answer_to_what_happened(caller: MakeCitizen) -> None:
    line = caller()
    line.call()
    line.say("我要投诉")
    assert "工厂两个月没发工资" in line.press("5")
    assert not line.slots(PetitionSlots).issue


def test_nine_people_are_no_wish_to_leave_a_message(caller: MakeCitizen) -> None:
    line = caller()
    line.call()
    line.say("我要投诉")
    line.say("老板拖欠我们三个月的工资一直不发")
    line.say("东莞市长安镇明辉电子厂")
    line.say("二零二六年九月")
    line.press("9#")
    assert line.slots(PetitionSlots).people == Range.exactly(9)
    line.press("9")
    assert line.waits_for == "recording"


def tell_an_employer_unsurely(line: Citizen) -> str:
    line.call()
    line.say("我要投诉")
    line.say("老板拖欠我们三个月的工资一直不发")
    line.press("1")
    assert "例如：东莞宏发五金厂" in line.say("明灰店子厂", confidence=0.2)
    return line.say("明辉店子厂", confidence=0.3)


def recordings_of(citizen: Citizen) -> list[str | None]:
    with citizen.database.read() as db:
        return list(db.scalars(select(Attachment.provider_sid).order_by(Attachment.id)))


def test_an_employer_that_is_not_heard_well_is_recorded_beside_the_words(
    caller: MakeCitizen,
) -> None:
    line = caller()
    assert "请在提示音后慢慢再说一遍" in tell_an_employer_unsurely(line)
    assert line.waits_for == "recording"
    assert "哪个镇" in line.record("RE-employer", 4)
    for words in ("长安镇", "二零二六年九月"):
        line.say(words)
    line.press("12#")
    line.press("#")
    line.press("#")
    line.press("#")
    line.say("章山", confidence=0.1)
    line.say("张三", confidence=0.1)
    line.record("RE-name", 2)
    line.press("1")
    (case,) = cases_of(line)
    assert (case.employer, case.citizen_name) == ("明辉店子厂", "张三")
    assert recordings_of(line) == ["RE-employer", "RE-name"]


def test_an_employer_is_kept_as_heard_when_nothing_is_recorded(caller: MakeCitizen) -> None:
    line = caller()
    tell_an_employer_unsurely(line)
    assert "哪个镇" in line.be_silent()
    assert line.slots(PetitionSlots).employer == "明辉店子厂"


def test_hanging_up_after_the_name_was_recorded_keeps_petition_and_recording(
    caller: MakeCitizen,
) -> None:
    line = caller()
    tell_an_employer_unsurely(line)
    line.record("RE-employer", 4, hung_up=True)
    (case,) = cases_of(line)
    assert case.employer == "明辉店子厂" and recordings_of(line) == ["RE-employer"]


def test_a_petition_that_is_cancelled_leaves_no_recording_behind(caller: MakeCitizen) -> None:
    line = caller()
    tell_an_employer_unsurely(line)
    line.record("RE-employer", 4)
    for _ in range(8):
        line.press("#")
    assert "没有登记" in line.press("3")
    line.hang_up()
    assert recordings_of(line) == []


def test_what_was_told_at_first_is_kept_when_the_choice_is_said_again(caller: MakeCitizen) -> None:
    line = caller()
    line.call()
    line.say("我要投诉老板拖欠我们三个月的工资一直不发")
    notified = line.slots(PetitionSlots).issue
    assert notified
    line.be_silent()
    line.press("*")
    assert line.slots(PetitionSlots).issue == notified


@pytest.mark.parametrize("words", ["再见", "没有了。", "Goodbye"])
def test_who_cannot_text_is_asked_for_a_rating_by_key_at_the_end(
    caller: Callable[..., Citizen], words: str
) -> None:
    line = caller(LANDLINE)
    line.call()
    line.say("试用期最长多久")
    assert "非常满意按5" in line.say(words) and line.waits_for == "speech"
    assert "谢谢您的评价" in line.press("4") and line.waits_for == "nothing"
    with line.database.read() as db:
        (stored,) = db.scalars(select(Rating))
    assert stored.level == 4


def test_who_can_text_or_was_not_served_just_hears_goodbye(
    caller: Callable[..., Citizen],
) -> None:
    for number, phone in enumerate((MOBILE, LANDLINE)):
        line = caller(phone, sid=f"CA{number}")
        line.call()
        if phone == MOBILE:
            line.say("试用期最长多久")
        assert "感谢来电" in line.say("再见") and line.waits_for == "nothing"


def test_after_all_silences_who_cannot_text_is_asked_and_then_let_go(
    caller: Callable[..., Citizen],
) -> None:
    line = caller(LANDLINE)
    line.call()
    line.say("试用期最长多久")
    heard = [line.be_silent() for _ in range(5)]
    assert "工资按1" in heard[1] and "要留言请按1" in heard[2] and "非常满意按5" in heard[3]
    assert "感谢来电" in heard[4] and line.waits_for == "nothing"


def test_a_petition_that_was_begun_is_kept_when_somebody_says_goodbye(
    caller: Callable[..., Citizen],
) -> None:
    line = caller(agents=())
    line.call()
    line.say("我要投诉")
    line.say("老板拖欠我们三个月的工资一直不发")
    line.press("1")
    line.press("0")
    assert "已先登记" in line.say("再见")
