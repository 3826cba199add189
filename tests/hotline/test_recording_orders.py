"""A recording ended by hanging up is one message at once, whichever webhook comes first.

Three webhooks speak of it: the turn (with ``Digits=hangup``), the report of the recording, and the
end of the call. They come in any order, each up to twice, late, and one of them may be lost.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import select

from app.tables import metadata
from casework.models import Attachment, Case
from core.clock import FixedClock
from core.database import Database
from hotline.models import CallRecording
from outbox.models import OutgoingText
from tests.hotline.conftest import Twilio

CALLER = "+8613800138000"
Send = Callable[[Twilio], object]


def turn(twilio: Twilio) -> None:
    twilio.turn(2, RecordingSid="RE1", RecordingDuration="7", Digits="hangup")


def report(twilio: Twilio, status: str = "completed", seconds: str = "7") -> None:
    answered = twilio.post(
        "/voice/recording",
        CallSid="CA1",
        RecordingSid="RE1",
        RecordingStatus=status,
        RecordingDuration=seconds,
    )
    assert answered.status == 200


def ended(twilio: Twilio) -> None:
    assert twilio.status().status == 200


WEBHOOKS = {"turn": turn, "report": report, "ended": ended}
ORDERS = list(permutations(WEBHOOKS))
DOUBLED = sorted(set(permutations([*WEBHOOKS, *WEBHOOKS])))
LOST = [pair for pair in permutations(WEBHOOKS, 2) if "ended" in pair or "turn" in pair]


def begin(twilio: Twilio, caller: str = CALLER) -> None:
    twilio.call(caller=caller)
    assert twilio.turn(1, Digits="9").has("Record")


def cases(twilio: Twilio) -> list[Case]:
    with twilio.services.database.read() as db:
        return list(db.scalars(select(Case).order_by(Case.id)))


def texts(twilio: Twilio) -> list[str]:
    with twilio.services.database.read() as db:
        return [t.words for t in db.scalars(select(OutgoingText).order_by(OutgoingText.id))]


def the_message(twilio: Twilio) -> Case:
    """The one case that holds the recording; its caller has one text with its number."""
    (case,) = cases(twilio)
    with twilio.services.database.read() as db:
        (held,) = db.scalars(select(Attachment)).all()
    assert (held.case_id, held.provider_sid, held.seconds) == (case.id, "RE1", 7)
    assert (case.kind, case.phone, case.channel) == ("message", CALLER, "voice")
    (words,) = texts(twilio)
    assert case.number in words
    return case


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_in_any_order_it_is_one_message_at_once(twilio: Twilio, order: tuple[str, ...]) -> None:
    begin(twilio)
    for name in order:
        WEBHOOKS[name](twilio)
    the_message(twilio)


def test_each_twice_in_any_order_changes_nothing(twilio: Twilio) -> None:
    sends = {
        "turn": lambda call, sid: twilio.turn(
            2, call, RecordingSid=sid, RecordingDuration="7", Digits="hangup"
        ),
        "report": lambda call, sid: twilio.post(
            "/voice/recording", CallSid=call, RecordingSid=sid, RecordingStatus="completed",
            RecordingDuration="7",
        ),
        "ended": lambda call, _: twilio.status(call),
    }  # fmt: skip
    for number, order in enumerate(DOUBLED):
        call, sid = f"CA{number}", f"RE{number}"
        twilio.call(call, f"+861380013{number:04d}")
        twilio.turn(1, call, Digits="9")
        for name in order:
            sends[name](call, sid)
    assert sorted(case.phone or "" for case in cases(twilio)) == [
        f"+861380013{number:04d}" for number in range(len(DOUBLED))
    ]
    assert len(texts(twilio)) == len(DOUBLED)


@pytest.mark.parametrize("order", LOST, ids="-".join)
def test_with_one_of_them_lost_it_is_a_message_all_the_same(
    twilio: Twilio, order: tuple[str, ...]
) -> None:
    begin(twilio)
    for name in order:
        WEBHOOKS[name](twilio)
    the_message(twilio)


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_late_ones_join_the_message_of_the_first(
    twilio: Twilio, clock: FixedClock, order: tuple[str, ...]
) -> None:
    begin(twilio)
    began_at = clock.now()
    for name in order:
        WEBHOOKS[name](twilio)
        clock.advance(timedelta(minutes=14))
    message = the_message(twilio)
    # Left during the call, whenever we were told of it.
    assert message.received_at - began_at <= timedelta(minutes=14)


def test_the_message_has_the_time_of_the_call(twilio: Twilio, clock: FixedClock) -> None:
    begin(twilio)
    began_at = clock.now()
    ended(twilio)
    clock.advance(timedelta(hours=3))
    report(twilio)
    message = the_message(twilio)
    assert (message.received_at, message.created_at) == (began_at, clock.now())


def test_a_landline_gets_no_text_and_is_a_message_all_the_same(twilio: Twilio) -> None:
    begin(twilio, "+8676922800000")
    ended(twilio)
    report(twilio)
    (case,) = cases(twilio)
    assert case.phone == "+8676922800000" and texts(twilio) == []


@pytest.mark.parametrize("first", ["absent", "completed"])
def test_a_report_of_sound_outranks_one_of_none(twilio: Twilio, first: str) -> None:
    begin(twilio)
    ended(twilio)
    second = "completed" if first == "absent" else "absent"
    for status in (first, second):
        report(twilio, status, "7" if status == "completed" else "0")
    the_message(twilio)


@pytest.mark.parametrize(("status", "seconds"), [("absent", "0"), ("completed", "0")])
def test_nothing_recorded_is_no_message(twilio: Twilio, status: str, seconds: str) -> None:
    begin(twilio)
    twilio.turn(2, RecordingSid="RE1", RecordingDuration="0", Digits="hangup")
    report(twilio, status, seconds)
    ended(twilio)
    report(twilio, status, seconds)
    assert cases(twilio) == []


def test_a_report_without_a_length_is_no_empty_recording(twilio: Twilio) -> None:
    begin(twilio)
    ended(twilio)
    twilio.post("/voice/recording", CallSid="CA1", RecordingSid="RE1", RecordingStatus="completed")
    assert len(cases(twilio)) == 1


def test_while_the_call_goes_on_its_turn_decides(twilio: Twilio) -> None:
    begin(twilio)
    report(twilio)
    assert cases(twilio) == []
    twilio.turn(2, RecordingSid="RE1", RecordingDuration="7", Digits="#")
    twilio.turn(3, Digits="2")
    ended(twilio)
    report(twilio)
    # Recorded anew, and then nothing: the citizen took the first one back.
    assert cases(twilio) == []


def test_a_message_left_where_all_lines_were_taken_is_one_at_once(
    make_twilio: Callable[..., Twilio],
) -> None:
    twilio = make_twilio(max_calls=0)
    assert twilio.call().has("Record")
    report(twilio)
    ended(twilio)
    the_message(twilio)


def stored(twilio: Twilio) -> None:
    twilio.post(
        "/voice/kept",
        CallSid="CA1",
        From=CALLER,
        RecordingSid="RE1",
        RecordingDuration="7",
        Digits="hangup",
    )


@pytest.mark.parametrize("order", list(permutations(["kept", "report", "ended"])), ids="-".join)
def test_a_message_left_in_a_call_that_could_not_be_noted_is_one_at_once(
    twilio: Twilio, order: tuple[str, ...]
) -> None:
    # The database was away when the call came in; its webhooks come when it is back.
    for name in (*order, *order):
        {"kept": stored, "report": report, "ended": ended}[name](twilio)
    the_message(twilio)


@pytest.mark.postgres
def test_all_at_once_on_a_database_of_many_writers(
    postgres: Database, make_twilio: Callable[..., Twilio]
) -> None:
    metadata.create_all(postgres.engine)
    twilio = make_twilio(database=postgres)
    for round_ in range(12):
        sid, recording = f"CA{round_}", f"RE{round_}"
        twilio.call(sid)
        twilio.turn(1, sid, Digits="9")
        sends: list[Callable[[], object]] = [
            lambda s=sid, r=recording: twilio.turn(  # type: ignore[misc]
                2, s, RecordingSid=r, RecordingDuration="7", Digits="hangup"
            ),
            lambda s=sid, r=recording: twilio.post(  # type: ignore[misc]
                "/voice/recording", CallSid=s, RecordingSid=r, RecordingStatus="completed",
                RecordingDuration="7",
            ),
            lambda s=sid: twilio.status(s),  # type: ignore[misc]
        ]  # fmt: skip
        with ThreadPoolExecutor(6) as threads:
            list(threads.map(lambda send: send(), sends * 2))
        with postgres.read() as db:
            held = db.scalars(
                select(Attachment.provider_sid).join(Attachment.case).where(Case.kind == "message")
            ).all()
            states = set(db.scalars(select(CallRecording.state)))
        assert sorted(held) == sorted(f"RE{n}" for n in range(round_ + 1))
        assert states == {"claimed"}
