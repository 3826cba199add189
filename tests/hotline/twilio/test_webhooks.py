"""The voice webhooks: signatures, repetition, lines, failures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select

from casework.models import Attachment, Case
from core.clock import FixedClock
from core.database import Database
from dialogue.models import TakenTurn
from dialogue.services import Facilities
from hotline.jobs import end_lost_calls
from hotline.models import Call, CallRecording
from hotline.turns import CallServices
from nlu.interpretation import Interpretation
from outbox.models import OutgoingText
from tests.hotline.conftest import Twilio


def count(database: Database, table: type[Any]) -> int:
    with database.read() as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize(
    "path",
    ["/voice/incoming", "/voice/turn?turn=1", "/voice/status", "/voice/recording",
     "/voice/fallback", "/voice/kept"],
)  # fmt: skip
def test_a_wrong_or_missing_signature_is_403_and_nothing_else(twilio: Twilio, path: str) -> None:
    for signature in ("", "wrong"):
        answer = twilio.post(path, signature=signature, CallSid="CA1", From="+8613800138000")
        assert answer.status == 403 and "Response" not in answer.text


def test_a_call_is_answered_with_a_prompt_that_takes_keys_and_speech(twilio: Twilio) -> None:
    document = twilio.call()
    assert "录音" in document.words
    assert document.attribute("Gather", "input") == "dtmf speech"
    assert document.attribute("Gather", "language") == "cmn-Hans-CN"
    assert document.attribute("Gather", "action") == "/voice/turn?turn=1"
    assert document.has("Redirect")


def test_every_webhook_sent_twice_changes_nothing_the_second_time(
    twilio: Twilio, database: Database
) -> None:
    assert twilio.call().text == twilio.call().text
    form = {"SpeechResult": "老板拖欠工资三个月怎么办", "Confidence": "0.9"}
    assert twilio.turn(1, **form).text == twilio.turn(1, **form).text
    assert twilio.turn(2, Digits="1").text == twilio.turn(2, Digits="1").text
    recorded = {"RecordingSid": "RE1", "RecordingDuration": "6", "RecordingStatus": "completed"}
    twilio.turn(3, Digits="9")
    twilio.turn(4, **recorded)
    for _ in range(2):
        twilio.turn(5, Digits="1")
        twilio.post("/voice/recording", CallSid="CA1", **recorded)
        twilio.status()
    assert count(database, Call) == 1
    assert count(database, TakenTurn) == 7
    assert count(database, Case) == 1 and count(database, Attachment) == 1
    assert count(database, CallRecording) == 1
    assert count(database, OutgoingText) == 2
    assert len(twilio.ended) == 1


def test_a_late_webhook_of_an_earlier_turn_gets_that_turns_answer(twilio: Twilio) -> None:
    twilio.call()
    first = twilio.turn(1, SpeechResult="试用期最长多久", Confidence="0.9")
    twilio.turn(2, Digits="2")
    assert twilio.turn(1, Digits="0").text == first.text


def test_a_webhook_of_an_unknown_call_gets_a_sentence_and_a_message(twilio: Twilio) -> None:
    document = twilio.turn(3, sid="CA404", Digits="1")
    assert document.has("Record") and "系统出了点问题" in document.words


def test_the_call_after_the_last_line_hears_a_sentence_and_may_leave_a_message(
    make_twilio: Callable[..., Twilio], database: Database, clock: FixedClock
) -> None:
    twilio = make_twilio(max_calls=2)
    twilio.call("CA1")
    twilio.call("CA2")
    full = twilio.call("CA3")
    assert "线路全忙" in full.words and full.has("Record")
    twilio.status("CA1")
    assert twilio.call("CA4").has("Gather")
    # A hang-up report that is lost gives its line back by itself.
    clock.advance(timedelta(minutes=16))
    assert twilio.call("CA5").has("Gather") and twilio.call("CA6").has("Gather")


def test_a_caller_is_greeted_in_the_language_of_the_last_call(twilio: Twilio) -> None:
    twilio.call("CA1")
    twilio.turn(1, "CA1", Digits="3")
    assert "Welcome" in twilio.call("CA2").words
    assert twilio.call("CA3", caller="anonymous").attribute("Gather", "language") == "cmn-Hans-CN"


class BrokenEngine:
    """An engine that fails on everything."""

    def interpret(self, text: str, *, language: str | None = None) -> Interpretation:
        raise RuntimeError("broken")


def test_a_broken_engine_becomes_a_sentence_and_a_message(
    make_twilio: Callable[..., Twilio], make_facilities: Callable[..., Facilities]
) -> None:
    twilio = make_twilio(facilities=replace(make_facilities(), nlu=BrokenEngine()))
    twilio.call()
    document = twilio.turn(1, SpeechResult="试用期最长多久", Confidence="0.9")
    assert document.status == 200 and document.has("Record")
    assert "系统出了点问题" in document.words


def test_with_the_database_down_a_caller_can_still_leave_a_message(
    make_twilio: Callable[..., Twilio], database: Database, tmp_path: Any
) -> None:
    broken = Database(f"sqlite:///{tmp_path / 'nowhere' / 'x.sqlite3'}", database.vault)
    twilio = make_twilio(database=broken)
    for document in (twilio.call(), twilio.turn(1, Digits="1"), twilio.post("/voice/fallback")):
        assert document.has("Record") and document.has("Redirect")
    # Reports are refused, so that they are sent again.
    assert twilio.status().status == 503


def test_a_call_whose_hang_up_was_never_told_is_ended_by_the_job(
    twilio: Twilio,
    database: Database,
    clock: FixedClock,
    make_facilities: Callable[..., Facilities],
) -> None:
    twilio.call()
    twilio.turn(1, Digits="9")
    twilio.turn(2, RecordingSid="RE1", RecordingDuration="6")
    clock.advance(timedelta(minutes=16))
    services = CallServices(database, make_facilities(), clock, 60, lambda *_: None)
    assert end_lost_calls(SimpleNamespace(call_services=services)) == {"calls": 1}
    assert count(database, Case) == 1
    assert end_lost_calls(SimpleNamespace(call_services=services)) == {"calls": 0}
