"""What citizens write, and what they are answered."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from core.clock import FixedClock
from core.state_store import StateStore
from core.text_segments import count_segments
from dialogue.wordings import wording
from ratings.operations import RatingReply
from sms.flood import FloodLimits
from sms.inbound import InboundMessage
from sms.services import TextServices
from sms.turns import take_text
from sms.wordings import channel_wording
from tests.sms.conftest import Ratings, Writer


def said(key: str, language: str = "zh") -> str:
    return wording(language, "text", key)


def test_a_question_is_answered_with_its_law(wang: Writer) -> None:
    (answer,) = wang.write("试用期最长多久")
    assert "《劳动合同法》" in answer
    assert count_segments(answer).segments <= 4


def test_an_english_question_is_answered_in_english(wang: Writer) -> None:
    answers = wang.write("How is overtime paid?")
    assert answers
    assert "overtime" in answers[0].lower()


def test_more_comes_in_numbered_parts_of_at_most_four_segments(wang: Writer) -> None:
    wang.write("老板拖欠工资怎么办")
    parts = wang.write("更多")
    assert len(parts) > 1
    for number, part in enumerate(parts, start=1):
        assert part.startswith(f"({number}/{len(parts)})")
        assert count_segments(part).segments <= 4


def test_the_same_text_delivered_twice_is_served_once(wang: Writer) -> None:
    assert wang.write("试用期最长多久", sid="SM1")
    assert wang.write("试用期最长多久", sid="SM1") == []
    assert wang.outcomes == ["served"]


def test_two_texts_at_once_are_served_one_after_the_other(
    services: TextServices, wang: Writer
) -> None:
    messages = [
        InboundMessage(f"SM{number}", wang.phone, words)
        for number, words in enumerate(["试用期最长多久", "加班费怎么算", "试用期最长多久"])
    ]
    twice = [*messages, *messages]
    threads = [threading.Thread(target=take_text, args=(services, one)) for one in twice]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wang.outcomes == ["served"] * 3
    assert wang.queued == 3


@pytest.mark.parametrize(
    "word",
    ["退订", "TD", "td", "ＴＤ", "T", "取消订阅", "取消訂閱", "STOP", "stop.", "UNSUBSCRIBE"],
)
def test_after_opting_out_only_the_confirmation_comes(wang: Writer, word: str) -> None:
    (confirmation,) = wang.write(word)
    assert confirmation in (said("service.opted_out"), said("service.opted_out", "en"))
    assert wang.write(word) == []
    assert wang.write("试用期最长多久") == []
    assert wang.outcomes == ["opted_out", "opted_out", "unheard"]


@pytest.mark.parametrize("word", ["恢复", "恢復", "START", "start"])
def test_opting_in_again_opens_the_line(wang: Writer, word: str) -> None:
    wang.write("退订")
    (confirmation,) = wang.write(word)
    assert confirmation in (said("service.opted_in"), said("service.opted_in", "en"))
    assert wang.write("试用期最长多久")


def test_opting_out_in_the_middle_of_a_petition_is_obeyed(wang: Writer) -> None:
    wang.write("投诉")
    assert wang.write("退订") == [said("service.opted_out")]


@pytest.mark.parametrize("word", ["取消", "取 消。", "停止", "取消投诉"])
def test_cancelling_in_the_middle_of_a_petition_ends_the_petition_only(
    wang: Writer, word: str
) -> None:
    wang.write("投诉")
    wang.write("老板拖欠工资三个月")
    assert wang.write(word) == [said("petition.put_aside")]
    assert "《劳动合同法》" in wang.write("试用期最长多久")[0]
    wang.write("投诉")
    assert "拖欠工资" not in "".join(wang.write("不知道")), "nothing was kept of the first one"
    assert "opted_out" not in wang.outcomes


def test_cancelling_a_message_ends_it(wang: Writer) -> None:
    wang.write("留言")
    assert wang.write("取消") == [said("service.cancelled")]


def test_cancelling_nothing_says_how_to_unsubscribe_and_how_to_go_on(wang: Writer) -> None:
    (notified,) = wang.write("取消")
    assert notified == said("service.nothing_to_cancel") and "退订" in notified
    assert wang.write("试用期最长多久") != []
    assert wang.outcomes == ["served", "served"]


def test_a_rating_reply_goes_to_the_ratings(wang: Writer, ratings: Ratings) -> None:
    ratings.answers["5"] = RatingReply("谢谢您的评价。")
    assert wang.write("5") == ["谢谢您的评价。"]
    assert wang.write("试用期最长多久") != []
    assert wang.outcomes == ["rated", "served"]


def test_a_question_beside_a_rating_is_answered_after_the_thanks(
    wang: Writer, ratings: Ratings
) -> None:
    ratings.answers["很满意。试用期最长多久"] = RatingReply("谢谢您的评价。", "试用期最长多久")
    thanks, answer = wang.write("很满意。试用期最长多久")
    assert thanks == "谢谢您的评价。"
    assert "《劳动合同法》" in answer


def test_under_a_quoted_invitation_only_what_was_added_counts(
    wang: Writer, ratings: Ratings
) -> None:
    ratings.answers["5"] = RatingReply("谢谢您的评价。")
    quoted = "12333：请为刚才的服务评分，回复数字：5非常满意 1非常不满意。7天内有效，退订回T。"
    assert wang.write(f"{quoted}\n5") == ["谢谢您的评价。"]
    assert wang.write(f"{quoted}\nT") == [said("service.opted_out")]


def test_a_question_under_one_of_our_answers_is_answered(wang: Writer) -> None:
    (answer,) = wang.write("试用期最长多久")
    (second,) = wang.write(f"{answer}\n加班费怎么算")
    assert "加班" in second


@pytest.mark.parametrize(
    "words", ["回T", "我要退订", "别再发了", "Stop. Thank you", "唔好再發短訊畀我", "CANCEL", "end"]
)
def test_opting_out_in_other_spellings(wang: Writer, words: str) -> None:
    assert len(wang.write(words)) == 1
    assert wang.outcomes == ["opted_out"]


@pytest.mark.parametrize("words", ["cancel", "Cancel.", "quit"])
def test_cancel_in_a_petition_ends_the_petition_only(wang: Writer, words: str) -> None:
    wang.write("I want to file a complaint")
    wang.write(words)
    assert "opted_out" not in wang.outcomes


def test_n_opts_out_only_where_our_text_says_so(wang: Writer) -> None:
    wang.write("试用期最长多久")
    wang.write("N")
    assert "opted_out" not in wang.outcomes


def test_the_third_time_the_same_question_is_asked_a_person_is_offered(wang: Writer) -> None:
    for _ in range(2):
        assert channel_wording("zh", "repeated") not in "".join(wang.write("试用期最长多久"))
    (answer,) = wang.write("试用期最长多久")
    assert "《劳动合同法》" in answer
    assert answer.endswith(channel_wording("zh", "repeated"))


@pytest.mark.parametrize(
    "words",
    ["系统自动把我辞退了", "【社保局】您的社保卡已停用，请点击链接。这是真的吗", "自动离职怎么办"],
)
def test_people_who_write_of_machines_are_answered(wang: Writer, words: str) -> None:
    assert wang.write(words)


@pytest.mark.parametrize(
    ("words", "attachments", "key"),
    [
        ("", 0, "question.empty"),
        ("   ", 0, "question.empty"),
        ("", 2, "question.picture"),
        ("😀😀", 0, "question.only_signs"),
        ("！！！", 0, "question.only_signs"),
        ("残業代はどうなりますか", 0, "question.other_language"),
        ("월급을 못 받았어요", 0, "question.other_language"),
        ("Сколько длится испытательный срок", 0, "question.other_language"),
        ("Công ty không trả lương phải làm thế nào", 0, "question.other_language"),
        ("كم مدة فترة الاختبار", 0, "question.other_language"),
    ],
)
def test_what_cannot_be_understood_gets_a_helpful_sentence(
    wang: Writer, words: str, attachments: int, key: str
) -> None:
    assert wang.write(words.strip(), attachments) == [said(key)]
    assert wang.outcomes == ["remarked"]


def test_a_picture_beside_words_is_mentioned_and_the_words_are_answered(wang: Writer) -> None:
    answer, remark = wang.write("试用期最长多久", attachments=1)
    assert "《劳动合同法》" in answer
    assert remark == said("question.picture_beside")


def test_sixteen_hundred_characters_are_answered_helpfully(wang: Writer) -> None:
    story = "我在厂里做了三年，老板一直拖欠工资，我找他他说没钱。"
    answers = wang.write((story * 80)[:1600])
    assert answers
    assert answers[-1] == said("question.long")


def test_several_questions_in_one_text_are_each_answered(wang: Writer) -> None:
    answers = wang.write("试用期最长多久？加班费怎么算？")
    assert len(answers) == 2
    assert "试用期" in answers[0]
    assert "加班" in answers[1]


def test_one_question_in_several_sentences_stays_one(wang: Writer) -> None:
    assert len(wang.write("真的吗？老板拖欠工资怎么办？请问")) == 1


def test_more_than_three_questions_are_answered_three_at_a_time(wang: Writer) -> None:
    answers = wang.write(
        "试用期最长多久？加班费怎么算？老板拖欠工资怎么办？产假有多少天？年休假有几天？"
    )
    assert len(answers) == 4
    assert answers[-1] == said("service.several")


def test_a_foreign_name_in_a_petition_is_an_answer(wang: Writer) -> None:
    wang.write("投诉")
    wang.write("1")
    wang.write("拖欠工资三个月")
    assert wang.write("かがやき製作所") != [said("question.other_language")]


def test_too_many_texts_are_told_once_and_then_not_answered(
    services: TextServices, clock: FixedClock
) -> None:
    limited = replace(services, limits=FloodLimits(short=(3, 300)))
    writer = Writer(limited, clock)
    for number in range(3):
        assert writer.write(f"第{number}个问题：试用期最长多久")
    assert writer.write("还有") == [said("service.too_many")]
    assert writer.write("还有吗") == []
    assert writer.write("喂喂喂") == []
    assert writer.outcomes == ["served"] * 3 + ["flooded"] * 3


def test_who_floods_can_still_opt_out(services: TextServices, clock: FixedClock) -> None:
    writer = Writer(replace(services, limits=FloodLimits(short=(1, 300))), clock)
    for _ in range(3):
        writer.write("试用期最长多久")
    assert writer.write("退订") == [said("service.opted_out")]


def test_a_flood_of_all_numbers_together_is_answered_once_each(
    services: TextServices, clock: FixedClock
) -> None:
    limited = replace(services, limits=FloodLimits(total=(1, 60)))
    first, second = (Writer(limited, clock, f"+861380013800{digit}") for digit in (1, 2))
    assert first.write("试用期最长多久")
    assert second.write("试用期最长多久") == [said("service.too_many")]
    assert second.write("加班费怎么算") == []


@pytest.mark.parametrize(
    "words",
    [
        "[自动回复]您好，我现在有事不在，一会再和您联系。",
        "Auto-reply: I am away until Monday.",
        "【某某银行】您的验证码是123456，5分钟内有效。",
        "【某某商城】双十一大促！回T退订",
    ],
)
def test_machines_are_not_answered(wang: Writer, words: str) -> None:
    assert wang.write(words) == []
    assert wang.outcomes == ["automatic"]


def test_our_own_words_sent_back_are_not_answered(wang: Writer) -> None:
    (answer,) = wang.write("试用期最长多久")
    assert wang.write(answer) == []


def test_a_robot_that_repeats_itself_is_answered_three_times(
    wang: Writer, clock: FixedClock
) -> None:
    answers = [wang.write("您好，请问有什么可以帮您") for _ in range(5)]
    assert [bool(answer) for answer in answers] == [True, True, True, False, False]
    clock.advance(timedelta(minutes=10))
    assert wang.write("您好，请问有什么可以帮您")


@pytest.mark.parametrize("sender", ["10086", "BANK", "", "+266696687"])
def test_senders_that_are_no_numbers_are_stored_and_not_answered(
    services: TextServices, clock: FixedClock, sender: str
) -> None:
    writer = Writer(services, clock, sender)
    assert writer.write("试用期最长多久") == []
    assert writer.outcomes == ["no_number"]


def test_when_serving_fails_twice_the_text_is_set_aside_and_its_sender_is_told(
    services: TextServices, clock: FixedClock
) -> None:
    tries: list[object] = []

    def fail(*_: object) -> str:
        tries.append(1)
        raise RuntimeError("broken")

    writer = Writer(replace(services, take_rating_reply=fail), clock)
    (apology,) = writer.write("试用期最长多久")
    assert "已转给工作人员" in apology
    assert (writer.outcomes, len(tries)) == (["set_aside"], 2)


def test_a_text_whose_serving_fails_once_is_served_at_the_second_try(
    services: TextServices, clock: FixedClock
) -> None:
    failures = [RuntimeError("broken")]

    def fail_once(*_: object) -> None:
        if failures:
            raise failures.pop()

    writer = Writer(replace(services, take_rating_reply=fail_once), clock)
    assert writer.write("试用期最长多久")
    assert writer.outcomes == ["served"]


def test_a_text_that_collides_with_another_is_served_at_the_second_try(
    services: TextServices, clock: FixedClock
) -> None:
    collisions = [IntegrityError("insert", {}, Exception("unique"))]

    def collide_once(*_: object) -> None:
        if collisions:
            raise collisions.pop()

    writer = Writer(replace(services, take_rating_reply=collide_once), clock)
    assert writer.write("试用期最长多久")
    assert writer.outcomes == ["served"]


def test_apologies_end_when_nothing_else_comes(services: TextServices, clock: FixedClock) -> None:
    def fail(*_: object) -> str:
        raise RuntimeError("broken")

    writer = Writer(replace(services, take_rating_reply=fail), clock)
    apologies = [writer.write(f"第{number}次") for number in range(5)]
    assert [bool(one) for one in apologies] == [True, True, True, False, False]


def test_without_the_state_store_texts_are_still_answered(
    services: TextServices, clock: FixedClock
) -> None:
    lost = StateStore("unix:///nowhere/at-all.sock?db=0")
    writer = Writer(replace(services, state=lost), clock)
    assert writer.write("试用期最长多久")
    assert writer.outcomes == ["served"]


def test_a_text_from_a_machine_whose_clock_is_behind_goes_on_in_the_conversation(
    wang: Writer, clock: FixedClock
) -> None:
    wang.write("投诉")
    clock.advance(timedelta(seconds=-30))
    wang.write("1")
    wang.write("老板拖欠工资三个月")
    assert wang.outcomes == ["served"] * 3


def test_a_repeated_text_does_not_count_towards_a_flood(
    services: TextServices, clock: FixedClock
) -> None:
    writer = Writer(replace(services, limits=FloodLimits(short=(2, 300))), clock)
    for _ in range(4):
        writer.write("试用期最长多久", sid="SM-again")
    assert writer.write("加班费怎么算") != [said("service.too_many")]
    assert writer.outcomes == ["served"] * 2


def test_a_conversation_is_forgotten_after_two_hours(wang: Writer, clock: FixedClock) -> None:
    wang.write("投诉")
    clock.advance(timedelta(hours=2, minutes=1))
    (answer,) = wang.write("试用期最长多久")
    assert "《劳动合同法》" in answer
