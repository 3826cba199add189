"""The centre: one turn of one conversation."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dialogue.conversation import Conversation
from dialogue.flows import (
    answers,
    message,
    person,
    petition,
    progress,
    question,
    rating,
    service,
    statute,
)
from dialogue.replies import End, Reply, Say
from dialogue.services import DialogueServices
from dialogue.turn_inputs import HungUp, Pressed, Recorded, Silent, Texted, TurnInput
from dialogue.turning import NextStep, Step, Turning
from nlu.embedded.keywords import find_keyword
from nlu.interpretation import Act

MOST_STEPS_A_TURN = 8
MOST_TURNS_A_CALL = 80

STEPS: dict[str, Step] = {
    **question.STEPS,
    **answers.STEPS,
    **person.STEPS,
    **message.STEPS,
    **petition.STEPS,
    **progress.STEPS,
    **rating.STEPS,
    **service.STEPS,
    **statute.STEPS,
}
# Keys that do the same at every prompt (RULES section 2).
_EVERYWHERE_KEYS = {"0": "person.begin", "9": "message.begin"}
# Whole messages that do the same at every point of a text thread (RULES section 3).
_EVERYWHERE_WORDS = {
    Act.PERSON: "person.begin",
    Act.MESSAGE: "message.begin",
    Act.COMPLAINT: "petition.begin",
    Act.PROGRESS: "progress.begin",
    Act.HELP: "service.help",
}


@dataclass(frozen=True)
class Turn:
    """The new state and the replies, in the order to be said; the old state is untouched."""

    conversation: Conversation
    replies: tuple[Reply, ...]


def take_turn(
    conversation: Conversation, turn_input: TurnInput, services: DialogueServices
) -> Turn:
    """Take one turn. Writes lasting facts through ``services.db`` and flushes, never commits.

    An ended conversation gives no replies but End. A call that goes on for ever is ended politely
    with an offer of a message.
    """
    turning = Turning(replace(conversation, turn=conversation.turn + 1, is_slow=False), services)
    # A recording that a hang-up ended may be reported after the hang-up itself.
    if conversation.is_over and not isinstance(turn_input, Recorded):
        return Turn(turning.conversation, (End(),))
    if isinstance(turn_input, HungUp):
        return _hang_up(turning)
    if conversation.channel == "voice" and conversation.turn >= MOST_TURNS_A_CALL:
        return _walk(turning, "service.too_long")
    return _walk(turning, _next_step(turning, turn_input))


def _next_step(turning: Turning, turn_input: TurnInput) -> NextStep:
    step = STEPS[turning.conversation.step]
    if isinstance(turn_input, Pressed):
        if turn_input.keys in _EVERYWHERE_KEYS:
            return _EVERYWHERE_KEYS[turn_input.keys]
        if turn_input.keys == "*":
            turning.change(is_slow=True)
            return turning.conversation.step
    if isinstance(turn_input, Texted):
        act = find_keyword(turn_input.words) or Act.QUESTION
        if act is Act.CANCEL:
            return service.road_of_cancelling(turning.conversation.step)
        target = _EVERYWHERE_WORDS.get(act)
        if target is not None:
            turning.set_slots(said=turn_input.words)
            return target
    if isinstance(turn_input, Silent):
        return step.on_silence(turning) if step.on_silence else _after_silence(turning)
    turning.change(silences=0)
    return step.take(turning, turn_input)


def _after_silence(turning: Turning) -> NextStep:
    """The silence ladder: once more and slower, then keys, then a message, then the end."""
    turning.change(silences=turning.conversation.silences + 1, is_slow=True)
    ladder = {1: turning.conversation.step, 2: "question.keys", 3: "message.offer"}
    is_asked = rating.is_asked_by_key(turning.conversation)
    last = "rating.offer" if is_asked else "service.goodbye_silence"
    return ladder.get(turning.conversation.silences, last)


def _walk(turning: Turning, target: NextStep) -> Turn:
    for _ in range(MOST_STEPS_A_TURN):
        if target is None:
            break
        turning.change(step=target)
        target = STEPS[target].enter(turning)
    else:
        raise RuntimeError(f"steps go round in circles at {turning.conversation.step}")
    return Turn(turning.conversation, tuple(turning.replies))


def _hang_up(turning: Turning) -> Turn:
    save = STEPS[turning.conversation.step].hang_up
    if save is not None:
        save(turning)
    petition.save_unfinished(turning)
    # What was to be said finds nobody; texts still go out.
    replies = tuple(reply for reply in turning.replies if not isinstance(reply, Say))
    turning.change(is_over=True)
    return Turn(turning.conversation, replies)
