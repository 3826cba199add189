"""The records of calls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from core.clock import FixedClock
from dialogue.transcripts import TranscriptLine
from hotline.records import CallRecord, find_record, list_records
from tests.hotline.conftest import Twilio

PRICE = Decimal("0.06")


def record(twilio: Twilio, sid: str = "CA1") -> CallRecord:
    with twilio.services.database.read() as db:
        found = find_record(db, sid, yuan_a_minute=PRICE)
    assert found is not None
    return found


def test_a_record_tells_the_way_of_a_call_its_outcome_length_and_cost(
    twilio: Twilio, clock: FixedClock
) -> None:
    started = clock.now()
    twilio.call()
    twilio.turn(1, SpeechResult="试用期最长多久", Confidence="0.9")
    twilio.turn(2, Digits="1")
    clock.advance(timedelta(seconds=130))
    twilio.status(seconds=130)
    found = record(twilio)
    assert found.path == ("question.greeting", "answer.given", "answer.sent")
    assert (found.outcome, found.status, found.seconds) == ("answer", "completed", 130)
    assert (found.started_at, found.ended_at) == (started, clock.now())
    assert found.cost_yuan == Decimal("0.18")
    assert found.phone_masked == "+86138****8000"


def test_a_transcript_masks_what_names_the_citizen(twilio: Twilio) -> None:
    twilio.call()
    twilio.turn(1, SpeechResult="我叫张三，电话13812345678，试用期最长多久", Confidence="0.9")
    twilio.turn(2, Digits="9")
    twilio.turn(3, RecordingSid="RE1", RecordingDuration="7")
    twilio.turn(4, Digits="1")
    twilio.turn(5)
    twilio.post("/voice/recording", CallSid="CA1", RecordingSid="RE1", RecordingStatus="completed")
    twilio.status()
    found = record(twilio)
    citizen = [(line.kind, line.detail) for line in found.transcript if line.who == "citizen"]
    assert [kind for kind, _ in citizen] == [
        "words", "keys", "recording", "keys", "silence", "hang_up",
    ]  # fmt: skip
    assert "13812345678" not in citizen[0][1] and "张三" not in citizen[0][1]
    assert citizen[2] == ("recording", "7")
    assert any(line.who == "line" and line.kind == "text" for line in found.transcript)
    assert found.outcome == "message" and found.recordings == ("RE1",)
    assert all(isinstance(line, TranscriptLine) for line in found.transcript)


def test_a_call_without_a_line_or_with_nothing_done_is_told_as_such(
    make_twilio: Callable[..., Twilio],
) -> None:
    twilio = make_twilio(max_calls=1)
    twilio.call("CA1")
    twilio.call("CA2")
    assert record(twilio, "CA1").outcome == "nothing"
    assert record(twilio, "CA2").outcome == "full" and record(twilio, "CA2").path == ()


def test_records_are_listed_by_day_newest_first(twilio: Twilio, clock: FixedClock) -> None:
    before = clock.now()
    for sid in ("CA1", "CA2", "CA3"):
        twilio.call(sid)
        clock.advance(timedelta(hours=1))
    with twilio.services.database.read() as db:
        found = list_records(db, before, before + timedelta(hours=2), yuan_a_minute=PRICE)
        assert [one.sid for one in found] == ["CA2", "CA1"]
        assert find_record(db, "CA404", yuan_a_minute=PRICE) is None
