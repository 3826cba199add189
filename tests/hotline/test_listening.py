"""Danger to life is heard where the dialogue does not listen: in a recording and in the queue."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from callcentre.models import QueuedCaller
from casework.danger.models import DangerReportRow
from casework.models import Case
from core.errors import ProviderUnknownError
from dialogue.models import TakenTurn
from dialogue.services import Facilities
from hotline import listening
from hotline.twilio.inbound import read_transcript
from nlu.danger import Danger, DangerKind, DangerLevel
from outbox.models import OutgoingText
from tests.hotline.conftest import Document, Twilio
from tests.hotline.twilio.test_handoff import FIRST, ask_for_a_person, man, queue, take, wait

CRY = "我不活了现在就从楼上跳下去"
SELF_HARM_HELP = "一二三五六"
ORDINARY = "老板拖欠我三个月的工资"


@pytest.fixture
def redirected() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def twilio(
    make_twilio: Callable[..., Twilio],
    make_facilities: Callable[..., Facilities],
    redirected: list[tuple[str, str]],
) -> Twilio:
    """A hotline whose recordings are transcribed and whose calls can be redirected."""
    return make_twilio(
        facilities=make_facilities(()),
        redirect_call=lambda sid, path: redirected.append((sid, path)),
        transcribes_recordings=True,
    )


def begin_to_record(twilio: Twilio, sid: str = "CA1") -> Document:
    twilio.call(sid)
    return twilio.turn(1, sid, Digits="9")


def transcribe(twilio: Twilio, words: str, sid: str = "CA1", **changes: str) -> None:
    form = {
        "CallSid": sid,
        "TranscriptionEvent": "transcription-content",
        "TranscriptionData": json.dumps({"transcript": words, "confidence": 0.91}),
        "Track": "inbound_track",
        "Final": "true",
    }
    assert twilio.post("/voice/transcript", **{**form, **changes}).status == 200


def reports(twilio: Twilio) -> list[str]:
    with twilio.services.database.read() as db:
        return [row.kind for row in db.scalars(select(DangerReportRow))]


def count_turns(twilio: Twilio) -> int:
    with twilio.services.database.read() as db:
        return len(list(db.scalars(select(TakenTurn.id))))


def cases(twilio: Twilio) -> list[str]:
    with twilio.services.database.read() as db:
        return sorted(case.kind for case in db.scalars(select(Case)))


def turns(twilio: Twilio) -> int:
    with twilio.services.database.read() as db:
        return db.scalar(select(func.count()).select_from(TakenTurn)) or 0


def wait_in_queue(twilio: Twilio, sid: str = "CA2") -> None:
    man(twilio, FIRST)
    ask_for_a_person(twilio, "CA1")
    take(twilio, FIRST)
    assert ask_for_a_person(twilio, sid).has("Enqueue")


def speak_in_queue(twilio: Twilio, words: str, sid: str = "CA2", path: str = "") -> Document:
    path = path or wait(twilio, sid).attribute("Gather", "action")
    return twilio.post(path, kind="waiting", CallSid=sid, SpeechResult=words, Confidence="0.9")


def test_a_recording_is_transcribed_while_it_is_made_and_the_next_document_stops_that(
    twilio: Twilio,
) -> None:
    recording = begin_to_record(twilio)
    assert recording.attribute("Transcription", "languageCode") == "cmn-Hans-CN"
    assert recording.attribute("Transcription", "track") == "inbound_track"
    action = recording.attribute("Record", "action")
    after = twilio.post(action, CallSid="CA1", RecordingSid="RE1", RecordingDuration="5")
    stopped = after.text.index("<Stop><Transcription")
    assert stopped < after.text.index("<Gather")


def test_without_transcription_a_recording_is_made_as_before(
    make_twilio: Callable[..., Twilio],
) -> None:
    assert not begin_to_record(make_twilio()).has("Transcription")


def test_danger_spoken_into_a_recording_is_answered_at_once(
    twilio: Twilio, redirected: list[tuple[str, str]]
) -> None:
    begin_to_record(twilio)
    transcribe(twilio, CRY)
    assert reports(twilio) == ["self_harm"]
    ((sid, path),) = redirected
    help_ = twilio.post(path, CallSid=sid)
    assert SELF_HARM_HELP in help_.words and help_.has("Stop")


def test_words_that_the_dialogue_finds_harmless_are_one_turn(
    twilio: Twilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    acute = Danger(DangerKind.SELF_HARM, DangerLevel.ACUTE, is_held=False)
    monkeypatch.setattr(listening, "find_danger", lambda words: acute)
    begin_to_record(twilio)
    before = turns(twilio)
    transcribe(twilio, ORDINARY)
    assert turns(twilio) == before + 1


def test_what_was_recorded_until_then_is_no_less_a_message(
    twilio: Twilio, redirected: list[tuple[str, str]]
) -> None:
    begin_to_record(twilio)
    transcribe(twilio, CRY)
    twilio.post(redirected[0][1], CallSid="CA1")
    twilio.post(
        "/voice/recording", CallSid="CA1", RecordingSid="RE1",
        RecordingStatus="completed", RecordingDuration="9",
    )  # fmt: skip
    twilio.status()
    assert cases(twilio).count("message") == 1


def test_the_end_of_the_recording_brings_the_help_where_the_call_could_not_be_redirected(
    make_twilio: Callable[..., Twilio],
) -> None:
    def refuse(_sid: str, _path: str) -> None:
        raise ProviderUnknownError("no answer")

    twilio = make_twilio(redirect_call=refuse, transcribes_recordings=True)
    action = begin_to_record(twilio).attribute("Record", "action")
    transcribe(twilio, CRY)
    assert reports(twilio) == ["self_harm"]
    after = twilio.post(action, CallSid="CA1", RecordingSid="RE1", RecordingDuration="5")
    assert SELF_HARM_HELP in after.words


def test_danger_that_is_transcribed_after_the_hang_up_alerts_the_bureau_once(
    twilio: Twilio, redirected: list[tuple[str, str]]
) -> None:
    begin_to_record(twilio)
    twilio.status()
    transcribe(twilio, CRY)
    transcribe(twilio, CRY)
    assert reports(twilio) == ["self_harm"] and redirected == []


def test_words_that_are_no_danger_inside_a_correction_are_taken_once(twilio: Twilio) -> None:
    begin_to_record(twilio)
    before = count_turns(twilio)
    transcribe(twilio, "说错了，不是有人晕倒了，是长安")
    assert count_turns(twilio) == before + 1


def test_somebody_else_who_has_jumped_is_reported_as_injured_after_a_hang_up(
    twilio: Twilio,
) -> None:
    begin_to_record(twilio)
    twilio.status()
    transcribe(twilio, "同事跳楼了还没死")
    assert reports(twilio) == ["injury"]


def test_an_ordinary_message_is_left_alone(
    twilio: Twilio, redirected: list[tuple[str, str]]
) -> None:
    begin_to_record(twilio)
    transcribe(twilio, ORDINARY)
    transcribe(twilio, CRY, Final="false")
    transcribe(twilio, CRY, TranscriptionEvent="transcription-stopped")
    transcribe(twilio, "", TranscriptionData="not json")
    assert reports(twilio) == [] and redirected == []


def test_words_transcribed_when_the_recording_is_over_are_answered_all_the_same(
    twilio: Twilio, redirected: list[tuple[str, str]]
) -> None:
    action = begin_to_record(twilio).attribute("Record", "action")
    twilio.post(action, CallSid="CA1", RecordingSid="RE1", RecordingDuration="5")
    transcribe(twilio, CRY)
    assert reports(twilio) == ["self_harm"]
    ((sid, path),) = redirected
    assert SELF_HARM_HELP in twilio.post(path, CallSid=sid).words


def test_who_told_of_danger_gets_no_text_about_the_message(twilio: Twilio) -> None:
    begin_to_record(twilio)
    transcribe(twilio, CRY)
    twilio.post(
        "/voice/recording", CallSid="CA1", RecordingSid="RE1",
        RecordingStatus="completed", RecordingDuration="9",
    )  # fmt: skip
    twilio.status()
    with twilio.services.database.read() as db:
        keys = list(db.scalars(select(OutgoingText.key)))
    assert not [key for key in keys if key.startswith("recording/")]


@pytest.mark.parametrize("data", ["", "[]", "7", '{"transcript": 5}', '{"transcript": "  "}', "{"])
def test_transcripts_that_say_nothing_are_none(data: str) -> None:
    form = {"TranscriptionEvent": "transcription-content", "TranscriptionData": data}
    assert read_transcript(form) is None


def test_danger_spoken_in_the_queue_is_answered_and_goes_before_all_others(twilio: Twilio) -> None:
    wait_in_queue(twilio)
    assert wait(twilio, "CA2").attribute("Gather", "input") == "dtmf speech"
    assert speak_in_queue(twilio, CRY).has("Leave")
    assert reports(twilio) == ["self_harm"]
    help_ = twilio.turn(2, "CA2", QueueResult="leave")
    assert SELF_HARM_HELP in help_.words
    (waiting,) = queue(twilio)
    assert waiting.is_urgent and waiting.is_on_phone


def test_other_words_in_the_queue_change_nothing_and_nothing_is_said_again(twilio: Twilio) -> None:
    wait_in_queue(twilio)
    quiet = speak_in_queue(twilio, "你先吃饭不用等我")
    assert quiet.has("Gather") and not quiet.has("Say") and reports(twilio) == []
    (waiting,) = queue(twilio)
    assert isinstance(waiting, QueuedCaller) and waiting.wish == ""


def test_the_same_words_sent_twice_are_taken_once(twilio: Twilio) -> None:
    wait_in_queue(twilio)
    path = wait(twilio, "CA2").attribute("Gather", "action")
    assert speak_in_queue(twilio, CRY, path=path).has("Leave")
    assert speak_in_queue(twilio, CRY, path=path).has("Leave")
    assert reports(twilio) == ["self_harm"]


def test_another_cry_among_the_urgent_callers_is_reported_too(twilio: Twilio) -> None:
    wait_in_queue(twilio)
    speak_in_queue(twilio, CRY)
    twilio.turn(2, "CA2", QueueResult="leave")
    assert speak_in_queue(twilio, "车间着火了我们出不去").has("Leave")
    assert reports(twilio) == ["self_harm", "fire"]
