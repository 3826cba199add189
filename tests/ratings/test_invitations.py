"""Who is asked to rate, when, and why not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.clock import FixedClock
from core.database import Database
from outbox.operations import opt_out
from outbox.states import TextState
from ratings.operations import rate_at_end_of_call
from tests.ratings.hotline import MOBILE, OTHER_MOBILE, Hotline, local

LANDLINE = "+8676922222222"


def test_a_service_leads_to_one_invitation_that_is_valid_for_seven_days(hotline: Hotline) -> None:
    service = hotline.end_service()
    assert hotline.send() == {"sent": 1}
    invitation = hotline.invitation(service)
    assert invitation.state == "queued"
    assert invitation.expires_at == hotline.clock.now() + timedelta(days=7)
    (text,) = hotline.texts()
    assert (text.kind, text.segments) == ("rating", 1)
    assert "5非常满意" in text.words


def test_noting_and_sending_again_changes_nothing(hotline: Hotline) -> None:
    first = hotline.end_service(key="CA-same")
    assert hotline.end_service(key="CA-same").id == first.id
    hotline.send()
    assert hotline.send() == {}
    assert len(hotline.texts()) == 1


def test_an_english_speaker_is_asked_in_english_about_their_case(hotline: Hotline) -> None:
    hotline.invite(language="en", case_number="DG2026112300017")
    (text,) = hotline.texts()
    assert text.words.startswith("12333: DG2026112300017 is closed. Please rate: 5 very satisfied")
    assert text.segments == 1


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"is_test": True}, "test"),
        ({"phone": ""}, "withheld"),
        ({"phone": LANDLINE}, "cannot_text"),
    ],
)
def test_some_are_not_asked_and_the_reason_is_kept(
    hotline: Hotline, fields: dict[str, object], reason: str
) -> None:
    invitation = hotline.invitation(hotline.end_service(**fields))  # type: ignore[arg-type]
    assert (invitation.state, invitation.reason) == ("not_sent", reason)
    assert hotline.send() == {}


def test_who_opted_out_is_not_asked(hotline: Hotline, database: Database) -> None:
    before = hotline.end_service(OTHER_MOBILE)
    with database.write() as db:
        for phone in (MOBILE, OTHER_MOBILE):
            opt_out(db, hotline.key_of(phone), hotline.clock.now())
    assert hotline.invitation(hotline.end_service()).reason == "opted_out"
    assert hotline.send() == {"not_sent": 1}
    assert hotline.invitation(before).reason == "opted_out"
    assert hotline.texts(OTHER_MOBILE) == []


def test_a_citizen_is_asked_once_in_24_hours(hotline: Hotline, clock: FixedClock) -> None:
    hotline.invite()
    clock.advance(timedelta(hours=23, minutes=59))
    assert hotline.invitation(hotline.end_service()).reason == "asked_recently"
    clock.advance(timedelta(minutes=1))
    assert hotline.invitation(hotline.invite()).state == "queued"


def test_of_two_services_at_night_one_is_asked_about(hotline: Hotline, clock: FixedClock) -> None:
    clock.set(local(11, 23, 22))
    first = hotline.end_service()
    clock.advance(timedelta(minutes=5))
    second = hotline.end_service()
    assert hotline.send() == {}, "nobody is asked in the quiet hours"
    clock.set(local(11, 24, 8))
    assert hotline.send() == {"sent": 1}
    assert hotline.invitation(first).state == "queued"
    assert hotline.invitation(second).reason == "asked_recently"


def test_a_late_sending_still_keeps_24_hours_between_two(
    hotline: Hotline, clock: FixedClock
) -> None:
    first = hotline.end_service()
    clock.advance(timedelta(hours=23))
    hotline.send()
    clock.advance(timedelta(hours=2))
    second = hotline.end_service()
    assert hotline.invitation(first).state == "queued"
    assert hotline.invitation(second).reason == "asked_recently"


def test_after_three_days_without_the_job_nobody_is_asked(
    hotline: Hotline, clock: FixedClock
) -> None:
    service = hotline.end_service()
    clock.advance(timedelta(days=3, minutes=1))
    hotline.send()
    assert hotline.invitation(service).reason == "too_late"


def test_an_invitation_expires_and_a_text_that_never_arrived_was_no_invitation(
    hotline: Hotline, clock: FixedClock, database: Database
) -> None:
    silent, unreached = hotline.invite(), hotline.invite(OTHER_MOBILE)
    with database.write() as db:
        text = hotline.texts(OTHER_MOBILE)[0]
        text.state = TextState.UNDELIVERED
        db.merge(text)
    assert hotline.settle() == {"undelivered": 1}
    assert hotline.invitation(unreached).reason == "undelivered"
    clock.advance(timedelta(days=7))
    assert hotline.settle() == {"expired": 1}
    assert hotline.invitation(silent).state == "expired"
    assert hotline.settle() == {}


def test_a_rating_by_key_needs_no_text(hotline: Hotline, database: Database) -> None:
    ended = hotline.ended(LANDLINE)
    with database.write() as db:
        first = rate_at_end_of_call(db, hotline.case_services, ended, 4, hotline.clock.now())
    with database.write() as db:
        again = rate_at_end_of_call(db, hotline.case_services, ended, 4, hotline.clock.now())
    assert again.id == first.id
    service = hotline.end_service(LANDLINE, key=ended.key)
    assert hotline.invitation(service).reason == "rated_by_key"
    assert [(r.level, r.source) for r in hotline.ratings(service)] == [(4, "key")]
