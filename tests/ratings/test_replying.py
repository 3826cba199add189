"""What becomes of the texts that citizens write after an invitation."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.models import Case
from core.clock import FixedClock
from core.database import Database
from core.errors import ConflictError
from ratings.models import BadRating, Rating
from tests.ratings.hotline import OTHER_MOBILE, Hotline

REPEATED_QUESTION = "没看明白您的评分"


def test_a_good_rating_is_thanked_and_counted(hotline: Hotline) -> None:
    service = hotline.invite()
    assert hotline.write("5分 谢谢") == "谢谢您的评价。"
    (rating,) = hotline.ratings(service)
    assert (rating.level, rating.source, rating.comment) == (5, "text", None)
    assert hotline.invitation(service).state == "answered"


def test_a_comment_is_kept_with_its_level(hotline: Hotline) -> None:
    service = hotline.invite()
    hotline.write("满意，等得有点久")
    (rating,) = hotline.ratings(service)
    assert (rating.level, rating.comment) == (4, "满意，等得有点久")


def test_a_second_reply_replaces_the_first_and_both_are_kept(hotline: Hotline) -> None:
    service = hotline.invite()
    hotline.write("3")
    assert hotline.write("非常满意") == "已按您最新的评分记录，谢谢。"
    first, second = hotline.ratings(service)
    assert (first.level, first.replaced_at) == (3, second.at)
    assert (second.level, second.replaced_at) == (5, None)


def test_a_rating_cannot_be_overwritten(hotline: Hotline, database: Database) -> None:
    hotline.invite()
    hotline.write("1")
    with pytest.raises(ConflictError), database.write() as db:
        db.scalars(select(Rating)).one().level = 5


def test_an_unclear_reply_is_asked_about_once(hotline: Hotline) -> None:
    service = hotline.invite()
    answer = hotline.write("还行")
    assert answer is not None
    assert answer.startswith(REPEATED_QUESTION)
    assert hotline.write("一般般") is None
    assert hotline.write("4") == "谢谢您的评价。"
    assert hotline.levels(service) == [4]


@pytest.mark.parametrize("question", ["加班费怎么算？", "老板拖欠工资三个月", "3个月没发工资", ""])
def test_anything_else_goes_to_the_bot(hotline: Hotline, question: str) -> None:
    service = hotline.invite()
    assert hotline.write(question) is None
    assert hotline.levels(service) == []


def test_a_rating_with_a_question_is_noted_and_the_question_goes_on(hotline: Hotline) -> None:
    service = hotline.invite()
    assert hotline.write("非常满意，请问加班费怎么算？") == "谢谢您的评价。"
    assert hotline.rest == "请问加班费怎么算？"
    assert hotline.levels(service) == [5]


@pytest.mark.parametrize(
    ("words", "level", "rest"),
    [
        ("很满意。年假几天？", 5, "年假几天？"),
        ("差评！我要投诉你们", 1, "我要投诉你们"),
        ("Very satisfied. How is overtime paid?", 5, "How is overtime paid?"),
    ],
)
def test_the_question_beside_a_rating_is_given_back(
    hotline: Hotline, words: str, level: int, rest: str
) -> None:
    service = hotline.invite()
    assert hotline.write(words)
    assert (hotline.levels(service), hotline.rest) == ([level], rest)


def test_a_level_said_in_other_words_is_said_back(hotline: Hotline) -> None:
    service = hotline.invite()
    assert hotline.write("👍🏻") == "谢谢，已记为5分（非常满意）。如不对，请回复1到5的数字。"
    assert hotline.write("3") == "已按您最新的评分记录，谢谢。"
    assert hotline.levels(service) == [5, 3]


def test_not_so_satisfied_is_asked_why(hotline: Hotline) -> None:
    service = hotline.invite()
    assert (hotline.write("不怎么满意") or "").startswith("抱歉让您不满意。原因是？")
    assert hotline.levels(service) == [2]


@pytest.mark.parametrize(
    "words", ["5", "算了改成5", "打错了，应该是5", "改成非常满意", "⭐⭐⭐⭐⭐"]
)
def test_a_corrected_level_replaces_even_while_the_reason_is_asked(
    hotline: Hotline, words: str
) -> None:
    service = hotline.invite()
    hotline.write("1")
    assert hotline.write(words) == "已按您最新的评分记录，谢谢。"
    assert hotline.levels(service) == [1, 5]


def test_an_invitation_is_open_until_it_is_answered_or_over(
    hotline: Hotline, clock: FixedClock
) -> None:
    assert not hotline.is_open()
    hotline.invite()
    assert hotline.is_open()
    assert not hotline.is_open(OTHER_MOBILE)
    hotline.write("4")
    assert not hotline.is_open()
    hotline.invite(OTHER_MOBILE)
    clock.advance(timedelta(days=8))
    assert not hotline.is_open(OTHER_MOBILE)


@pytest.mark.parametrize("digit", ["1", "5", "③", "\u200b2"])
def test_while_an_invitation_is_open_every_bare_digit_is_a_rating(
    hotline: Hotline, digit: str
) -> None:
    service = hotline.invite()
    hotline.bot_writes("试用期最长六个月。回复A看法律依据，B问别的。")
    assert hotline.write("A") is None, "letters answer the dialogue"
    assert hotline.write(digit)
    assert len(hotline.levels(service)) == 1


def test_once_answered_a_bare_digit_answers_who_spoke_last(hotline: Hotline) -> None:
    service = hotline.invite()
    hotline.write("4")
    hotline.bot_writes("试用期最长六个月。回复1看法律依据，2问别的。")
    assert hotline.write("1") is None
    assert hotline.levels(service) == [4]
    assert hotline.write("改成5") == "已按您最新的评分记录，谢谢。"
    assert hotline.levels(service) == [4, 5]


def test_a_letter_answers_the_dialogue_when_it_spoke_after_the_question_for_a_reason(
    hotline: Hotline,
) -> None:
    hotline.invite()
    hotline.write("1")
    hotline.bot_writes("试用期最长六个月。回复A看法律依据，B问别的。")
    assert hotline.write("A") is None


def test_a_reply_to_nothing_goes_to_the_bot(hotline: Hotline) -> None:
    hotline.invite()
    assert hotline.write("5", OTHER_MOBILE) is None
    assert hotline.write("非常满意", OTHER_MOBILE) is None


def test_a_reply_long_after_is_told_so_but_a_bare_key_may_mean_anything(
    hotline: Hotline, clock: FixedClock
) -> None:
    service = hotline.invite()
    clock.advance(timedelta(days=8))
    assert hotline.write("5") is None
    assert (hotline.write("非常满意") or "").startswith("这次评价的7天期限已过")
    clock.advance(timedelta(days=60))
    assert hotline.write("非常满意") is None
    assert hotline.levels(service) == []


def test_a_bad_rating_opens_a_case_one_level_up_and_asks_for_the_reason(
    hotline: Hotline, database: Database
) -> None:
    service = hotline.invite()
    assert (hotline.write("不满意，等太久") or "").startswith("抱歉让您不满意。原因是？")
    with database.read() as db:
        bad = db.scalars(select(BadRating)).one()
        case = db.scalars(select(Case).where(Case.number == bad.case_number)).one()
        assert (case.kind, case.office_id, case.rated_office_id) == (
            "bad_rating",
            "dg-bureau",
            service.office_id,
        )
        assert case.issue == "不满意，等太久"
        assert str(case.next_due_on) == "2026-11-24", "contact within one working day"
        assert str(bad.rectify_before_on) == "2026-12-14", "mend within fifteen working days"


@pytest.mark.parametrize(
    ("words", "reason", "stored"),
    [
        ("A", "long_wait", None),
        ("ｄ", "not_solved", None),
        ("B。", "unfriendly", None),
        ("态度很差", "unfriendly", "态度很差"),
        ("等太久了", "long_wait", "等太久了"),
    ],
)
def test_the_reason_is_taken_by_key_or_in_words(
    hotline: Hotline, database: Database, words: str, reason: str, stored: str | None
) -> None:
    service = hotline.invite()
    hotline.write("1")
    assert (hotline.write(words) or "").startswith("原因已记录")
    with database.read() as db:
        bad = db.scalars(select(BadRating)).one()
        assert (bad.reason, bad.reason_words) == (reason, stored)
    assert hotline.levels(service) == [1], "a key that gives the reason is no new rating"


def test_a_level_in_words_replaces_even_while_the_reason_is_asked(
    hotline: Hotline, database: Database
) -> None:
    service = hotline.invite()
    hotline.write("1")
    assert hotline.write("按错了，非常满意") == "已按您最新的评分记录，谢谢。"
    assert hotline.levels(service) == [1, 5]
    with database.read() as db:
        assert len(db.scalars(select(Case)).all()) == 1, "the office above still looks at it"


def test_a_question_while_the_reason_is_asked_goes_to_the_bot(hotline: Hotline) -> None:
    hotline.invite()
    hotline.write("1")
    assert hotline.write("我要怎么投诉你们？") is None
    assert hotline.write("今天天气不错啊") is None


def test_a_worse_second_rating_opens_no_second_case(hotline: Hotline, database: Database) -> None:
    hotline.invite()
    hotline.write("2")
    hotline.write("非常不满意")
    with database.read() as db:
        assert len(db.scalars(select(Case)).all()) == 1


def test_personal_words_are_encrypted_in_the_database(hotline: Hotline, database: Database) -> None:
    hotline.invite()
    hotline.write("满意，我是王小明")
    with database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT comment FROM ratings").all()
    assert rows
    assert "王小明" not in str(rows)
