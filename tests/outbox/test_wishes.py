"""Texts that nobody asked for obey what the citizen wished about being reached."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import LOCAL_ZONE
from core.contact_wishes import ContactHours, ContactWay, ContactWish
from core.database import Database
from outbox.kinds import RULES, Kind
from outbox.models import OutgoingText, StaffTask
from outbox.operations import TextOrder, enqueue_text
from outbox.wishes import find_wish, store_wish

PHONE = "+8613800138000"
NOW = datetime(2026, 11, 23, 10, tzinfo=LOCAL_ZONE)


def _send(db: Session, kind: str, wish: ContactWish | None = None) -> OutgoingText:
    order = TextOrder(PHONE, "key", "您投诉欠薪的答复", kind, "zh", f"k/{kind}", case_number="DG1")
    if wish is not None:
        order = TextOrder(**{**vars(order), "wish": wish})
    enqueue_text(db, order, NOW)
    return db.scalars(select(OutgoingText).where(OutgoingText.key == f"k/{kind}")).one()


@pytest.mark.parametrize("kind", [kind for kind, rule in RULES.items() if rule.obeys_wish])
def test_no_text_goes_to_who_wishes_calls_only_and_staff_call_instead(
    database: Database, kind: Kind
) -> None:
    with database.write() as db:
        store_wish(db, "key", ContactWish(way=ContactWay.CALL), NOW)
        text = _send(db, kind)
        assert (text.state, text.reason) == ("suppressed", "calls_only")
        tasks = db.scalars(select(StaffTask.reason)).all()
        assert tasks == (["calls_only"] if RULES[kind].gives_task else [])


def test_nothing_goes_to_who_wishes_no_contact(database: Database) -> None:
    with database.write() as db:
        text = _send(db, "case_answer", ContactWish(way=ContactWay.NONE))
        assert (text.state, text.reason) == ("suppressed", "no_contact")


def test_the_answer_to_a_question_of_this_moment_goes_at_once(database: Database) -> None:
    with database.write() as db:
        store_wish(db, "key", ContactWish(way=ContactWay.NONE), NOW)
        for kind in ("answer", "reply", "help", "alarm"):
            assert _send(db, kind).state == "queued"


def test_a_discreet_text_names_no_matter(database: Database) -> None:
    with database.write() as db:
        text = _send(db, "case_answer", ContactWish(is_discreet=True))
        assert text.words == "【12333】您有新的消息，方便时请致电12333，编号DG1。"


def test_texts_wait_for_the_wished_hours_and_live_as_long_from_then(database: Database) -> None:
    with database.write() as db:
        text = _send(db, "case_notice", ContactWish(hours=ContactHours.EVENING))
        evening = NOW.replace(hour=18)
        assert text.not_before == evening == text.next_attempt_at
        assert text.expires_at == evening + RULES[Kind.CASE_NOTICE].lifetime


def test_a_later_wish_adds_to_the_earlier_one(database: Database) -> None:
    with database.write() as db:
        store_wish(db, "key", ContactWish(way=ContactWay.TEXT), NOW)
        store_wish(db, "key", ContactWish(ContactWay.TEXT, ContactHours.DAY, True), NOW)
        assert find_wish(db, "key") == ContactWish(ContactWay.TEXT, ContactHours.DAY, True)
