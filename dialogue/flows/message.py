"""Leave a message: by recording on the phone, in words by text."""

from __future__ import annotations

from casework.drafts import MessageDraft, Origin, Recording
from casework.operations import take_message
from dialogue.flows.contacts import contact_of
from dialogue.flows.question import rest, take_question
from dialogue.flows.telling import tell_case_number
from dialogue.replies import TakeRecording
from dialogue.turn_inputs import Recorded, TurnInput
from dialogue.turning import NextStep, Step, Turning, choice_of, words_of

MOST_SECONDS = 120
_MOST_TRIES = 2


def _offer(turning: Turning) -> NextStep:
    turning.say("message.offer")
    turning.listen()
    return None


def _choice(turning: Turning) -> NextStep:
    turning.say("message.choice")
    turning.listen()
    return None


def _take_choice(turning: Turning, turn_input: TurnInput) -> NextStep:
    choice = choice_of(turn_input)
    if choice == "1":
        return "message.begin"
    if choice == "2":
        return rest(turning)
    return take_question(turning, turn_input) if words_of(turn_input) else "message.choice"


def _begin(turning: Turning) -> NextStep:
    if turning.is_voice:
        return "message.record"
    turning.say("message.write")
    return None


def _take_written(turning: Turning, turn_input: TurnInput) -> NextStep:
    words = words_of(turn_input)
    if not words:
        turning.say("message.write")
        return None
    turning.set_slots(written=words)
    return "message.save"


def _record(turning: Turning) -> NextStep:
    turning.say("message.record")
    turning.replies.append(TakeRecording(turning.language, MOST_SECONDS))
    return None


def _take_recording(turning: Turning, turn_input: TurnInput) -> NextStep:
    if not isinstance(turn_input, Recorded) or not turn_input.recording_id:
        return _nothing_recorded(turning)
    turning.set_slots(recording=turn_input.recording_id, seconds=turn_input.seconds)
    if turn_input.hung_up:
        _keep(turning)
        turning.end()
        return None
    return "message.review"


def _nothing_recorded(turning: Turning) -> NextStep:
    tries = (turning.slot("tries") or 0) + 1
    turning.set_slots(tries=tries)
    if tries >= _MOST_TRIES:
        turning.set_slots(tries=None)
        turning.say("message.nothing")
        turning.end()
        return None
    return "message.record"


def _review(turning: Turning) -> NextStep:
    turning.say("message.review")
    turning.listen(speech=False)
    return None


def _take_review(turning: Turning, turn_input: TurnInput) -> NextStep:
    if choice_of(turn_input) == "2":
        turning.set_slots(recording=None, seconds=None)
        return "message.record"
    return "message.save"


def _save(turning: Turning) -> NextStep:
    _keep(turning)
    return rest(turning)


def _keep(turning: Turning) -> None:
    services = turning.services
    recording = turning.slot("recording")
    lodging = take_message(
        services.db,
        services.facilities.desk,
        MessageDraft(
            origin=Origin(turning.conversation.id, f"message{turning.conversation.turn}"),
            contact=contact_of(turning),
            text=turning.slot("written"),
            recording=Recording(provider_sid=recording, seconds=turning.slot("seconds"))
            if recording
            else None,
            topic=turning.conversation.topic,
        ),
        services.now,
    )
    turning.set_slots(recording=None, seconds=None, written=None, tries=None)
    turning.served("message")
    tell_case_number(turning, "message.saved", lodging)


STEPS = {
    "message.offer": Step(_offer, _take_choice),
    "message.choice": Step(_choice, _take_choice),
    "message.begin": Step(_begin, _take_written),
    "message.record": Step(_record, _take_recording, on_silence=_nothing_recorded),
    "message.review": Step(
        _review, _take_review, hang_up=_keep, on_silence=lambda turning: "message.save"
    ),
    "message.save": Step(_save, take_question),
}
