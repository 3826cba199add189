"""Texts leave in order, once, at the right time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from core.clock import LOCAL_ZONE, FixedClock
from outbox.delivery import Report, take_report
from outbox.models import StaffTask
from outbox.operations import is_opted_out, opt_in, opt_out
from outbox.queries import list_open_tasks
from providers.texts import Refusal, TextStatus
from tests.outbox.conftest import LI, WANG, MakeOutbox, Outbox
from tests.outbox.providers import PlayedProvider


def test_a_queued_text_is_sent_once(outbox: Outbox, provider: PlayedProvider) -> None:
    text = outbox.queue("您好")
    assert outbox.send() == {"taken": 1}
    assert outbox.send() == {}
    assert provider.words == ["您好"]
    row = outbox.row(text)
    assert (row.state, row.provider, row.provider_sid) == ("accepted", "played", "played-1")
    assert str(row.cost_yuan) == "0.0500"


def test_the_same_key_is_one_text(outbox: Outbox, provider: PlayedProvider) -> None:
    assert outbox.queue("您好", key="a") == outbox.queue("再见", key="a")
    outbox.send()
    assert provider.words == ["您好"]


def test_texts_to_one_number_keep_their_order(outbox: Outbox, provider: PlayedProvider) -> None:
    for words in ("一", "二", "三"):
        outbox.queue(words)
    outbox.send()
    assert provider.words == ["一", "二", "三"]


def test_answers_go_before_ratings(outbox: Outbox, provider: PlayedProvider) -> None:
    outbox.queue("请评分", kind="rating")
    outbox.queue("答复", kind="answer")
    outbox.send()
    assert provider.words == ["答复", "请评分"]


def test_nothing_overtakes_a_text_of_unknown_fate(outbox: Outbox, provider: PlayedProvider) -> None:
    provider.lost_requests = 1
    outbox.queue("一")
    outbox.queue("二")
    outbox.queue("别人", phone=LI)
    outbox.send()
    assert provider.words == ["别人"]


def test_an_unanswered_text_that_was_taken_is_found_and_not_sent_again(
    outbox: Outbox, provider: PlayedProvider, clock: FixedClock
) -> None:
    provider.lost_answers = 1
    text = outbox.queue("一")
    assert outbox.send() == {"unknown": 1}
    clock.advance(timedelta(seconds=15))
    assert outbox.send() == {"looked_up": 1}
    assert outbox.row(text).provider_sid == "played-1"
    assert provider.words == ["一"]


def test_an_unanswered_text_that_was_not_taken_is_sent_after_two_lookups(
    outbox: Outbox, provider: PlayedProvider, clock: FixedClock
) -> None:
    provider.lost_requests = 1
    outbox.queue("一")
    outbox.send()
    for _ in range(2):
        assert provider.words == []
        clock.advance(timedelta(seconds=15))
        outbox.send()
    assert provider.words == ["一"]
    assert provider.lookups == 2


def test_an_earlier_text_with_the_same_words_is_not_taken_for_the_lost_one(
    outbox: Outbox, provider: PlayedProvider, clock: FixedClock
) -> None:
    outbox.queue("收到")
    outbox.send()
    provider.lost_requests = 1
    second = outbox.queue("收到")
    outbox.send()
    for _ in range(2):
        clock.advance(timedelta(seconds=15))
        outbox.send()
    assert outbox.row(second).provider_sid == "played-2"
    assert provider.words == ["收到", "收到"]


def test_a_busy_provider_is_asked_again_later_and_each_time_later_still(
    outbox: Outbox, provider: PlayedProvider, clock: FixedClock
) -> None:
    provider.refusals.extend([Refusal.BUSY, Refusal.BUSY])
    text = outbox.queue("一")
    assert outbox.send() == {"refused": 1}
    assert outbox.row(text).next_attempt_at - clock.now() == timedelta(seconds=2)
    clock.advance(timedelta(seconds=2))
    assert outbox.send() == {"refused": 1}
    assert outbox.row(text).next_attempt_at - clock.now() == timedelta(seconds=4)
    clock.advance(timedelta(seconds=4))
    assert outbox.send() == {"taken": 1}


def test_a_bad_number_is_not_tried_again_and_staff_are_told(
    outbox: Outbox, provider: PlayedProvider, clock: FixedClock
) -> None:
    provider.refusals.append(Refusal.BAD_NUMBER)
    text = outbox.queue("您的诉求已答复", kind="case_answer", case_number="DG1")
    outbox.send()
    clock.advance(timedelta(hours=1))
    assert outbox.send() == {}
    assert outbox.row(text).state == "failed"
    with outbox.database.read() as db:
        (task,) = list_open_tasks(db)
        assert (task.case_number, task.reason) == ("DG1", "bad_number")


def test_a_refusal_for_opting_out_is_remembered(outbox: Outbox, provider: PlayedProvider) -> None:
    provider.refusals.append(Refusal.OPTED_OUT)
    outbox.queue("一")
    waiting = outbox.queue("二")
    outbox.send()
    assert outbox.queue("三") is None
    assert outbox.row(waiting).state == "suppressed"
    with outbox.database.read() as db:
        assert is_opted_out(db, outbox.key_of(WANG))


def test_opting_out_stops_all_but_the_confirmation_until_opting_in(
    outbox: Outbox, provider: PlayedProvider, clock: FixedClock
) -> None:
    outbox.queue("等着的")
    with outbox.database.write() as db:
        assert opt_out(db, outbox.key_of(WANG), clock.now())
        assert not opt_out(db, outbox.key_of(WANG), clock.now())
    assert outbox.queue("不要") is None
    outbox.queue("已退订", kind="opt_out_confirmation")
    outbox.send()
    assert provider.words == ["已退订"]
    with outbox.database.write() as db:
        assert opt_in(db, outbox.key_of(WANG))
    outbox.queue("又来了")
    outbox.send()
    assert provider.words == ["已退订", "又来了"]


@pytest.mark.parametrize("phone", ["+8676922222222", "", "+86123", "anonymous"])
def test_what_cannot_be_texted_is_never_tried(
    outbox: Outbox, provider: PlayedProvider, phone: str
) -> None:
    assert outbox.queue("一", phone=phone) is None
    assert outbox.send() == {}
    assert provider.asked == []


@pytest.mark.parametrize(
    ("hour", "minute", "sent_after"),
    [(20, 59, 0), (21, 0, 11 * 60), (2, 0, 6 * 60), (7, 59, 1), (8, 0, 0)],
)
def test_unasked_texts_wait_for_the_morning_and_replies_do_not(
    outbox: Outbox,
    provider: PlayedProvider,
    clock: FixedClock,
    hour: int,
    minute: int,
    sent_after: int,
) -> None:
    clock.set(datetime(2026, 11, 23, hour, minute, tzinfo=LOCAL_ZONE))
    outbox.queue("请评分", kind="rating")
    outbox.queue("答复")
    outbox.send()
    if sent_after:
        assert provider.words == ["答复"]
        clock.advance(timedelta(minutes=sent_after, seconds=-1))
        outbox.send()
        assert provider.words == ["答复"]
        clock.advance(timedelta(seconds=1))
        outbox.send()
    assert provider.words == ["答复", "请评分"]


def test_a_rating_that_is_retried_into_the_night_waits_for_the_morning(
    outbox: Outbox, provider: PlayedProvider, clock: FixedClock
) -> None:
    clock.set(datetime(2026, 11, 23, 20, 59, 59, tzinfo=LOCAL_ZONE))
    provider.refusals.append(Refusal.BUSY)
    outbox.queue("请评分", kind="rating")
    outbox.send()
    clock.advance(timedelta(minutes=5))
    assert outbox.send() == {}
    clock.set(datetime(2026, 11, 24, 8, 0, tzinfo=LOCAL_ZONE))
    assert outbox.send() == {"taken": 1}


def test_a_rating_is_not_sent_to_who_cannot_answer_it(
    outbox: Outbox, provider: PlayedProvider
) -> None:
    provider.takes_replies = False
    rating = outbox.queue("请评分", kind="rating")
    outbox.queue("答复")
    outbox.send()
    assert provider.words == ["答复"]
    assert (outbox.row(rating).state, outbox.row(rating).reason) == ("suppressed", "one_way")


def test_a_text_that_is_too_old_is_not_sent(
    outbox: Outbox, provider: PlayedProvider, clock: FixedClock
) -> None:
    text = outbox.queue("答复")
    clock.advance(timedelta(hours=1))
    outbox.send()
    assert provider.asked == []
    assert outbox.row(text).state == "expired"


def test_the_validity_never_outlasts_the_use_of_the_text(
    outbox: Outbox, provider: PlayedProvider, clock: FixedClock
) -> None:
    outbox.queue("答复")
    clock.advance(timedelta(minutes=50))
    outbox.send()
    assert provider.asked[0].validity_seconds == 600


def test_no_more_than_the_agreed_rate_leaves_in_a_second(
    outbox: Outbox, provider: PlayedProvider, clock: FixedClock
) -> None:
    for number in range(50):
        outbox.queue("一", phone=f"+86138001380{number:02}")
    assert outbox.send() == {"taken": 20}
    assert outbox.send() == {}
    clock.advance(timedelta(seconds=1))
    assert outbox.send() == {"taken": 20}


def test_a_sender_that_died_leaves_a_text_that_is_looked_up_before_it_is_sent(
    outbox: Outbox, provider: PlayedProvider, clock: FixedClock
) -> None:
    class Killed(BaseException):
        pass

    def die(_text: object) -> None:
        raise Killed

    text = outbox.queue("一")
    provider.send = die  # type: ignore[method-assign,assignment]
    with pytest.raises(Killed):
        outbox.send()
    del provider.send
    assert outbox.row(text).state == "sending"
    clock.advance(timedelta(seconds=90))
    outbox.send()
    assert (provider.lookups, provider.words) == (1, [])
    clock.advance(timedelta(seconds=15))
    outbox.send()
    assert (provider.lookups, provider.words) == (2, ["一"])


def test_a_report_that_names_our_reference_settles_a_text_of_unknown_fate(
    outbox: Outbox, provider: PlayedProvider, clock: FixedClock
) -> None:
    provider.lost_answers = 1
    text = outbox.queue("一")
    outbox.send()
    reference = provider.asked[0].reference
    report = Report("played", "played-1", "delivered", TextStatus.DELIVERED, reference)
    with outbox.database.write() as db:
        assert take_report(db, report, clock.now())
    clock.advance(timedelta(minutes=5))
    assert outbox.send() == {}
    assert outbox.row(text).state == "delivered"
    assert str(outbox.row(text).cost_yuan) == "0.0500"


def test_the_next_provider_takes_over_at_once_when_one_is_down(
    make_outbox: MakeOutbox, clock: FixedClock
) -> None:
    first, second = PlayedProvider("first"), PlayedProvider("second")
    outbox = make_outbox(first, second)
    first.refusals.append(Refusal.DOWN)
    text = outbox.queue("一")
    outbox.send()
    assert (first.words, second.words) == ([], ["一"])
    assert outbox.row(text).provider == "second"


def test_when_all_providers_refuse_the_first_is_asked_again_after_the_gap(
    make_outbox: MakeOutbox, clock: FixedClock
) -> None:
    first, second = PlayedProvider("first"), PlayedProvider("second")
    outbox = make_outbox(first, second)
    first.refusals.append(Refusal.DOWN)
    second.refusals.append(Refusal.DOWN)
    outbox.queue("一")
    outbox.send()
    assert outbox.send() == {}
    clock.advance(timedelta(seconds=5))
    outbox.send()
    assert (first.words, second.words) == (["一"], [])


def test_an_unknown_outcome_never_goes_to_another_provider(
    make_outbox: MakeOutbox, clock: FixedClock
) -> None:
    first, second = PlayedProvider("first"), PlayedProvider("second")
    outbox = make_outbox(first, second)
    first.lost_answers = 1
    outbox.queue("一")
    for _ in range(6):
        outbox.send()
        clock.advance(timedelta(seconds=15))
    assert (first.words, second.words) == (["一"], [])


def test_a_task_is_made_once_for_a_text(
    outbox: Outbox, provider: PlayedProvider, clock: FixedClock
) -> None:
    assert outbox.queue("答复", kind="case_answer", phone="+8676922222222", key="k") is None
    assert outbox.queue("答复", kind="case_answer", phone="+8676922222222", key="k") is None
    with outbox.database.read() as db:
        assert [task.reason for task in db.scalars(select(StaffTask))] == ["not_textable"]
