"""Rate a service: by keys at the end of a call for those who cannot text."""

from __future__ import annotations

from dialogue.conversation import Conversation
from dialogue.flows.petition import save_unfinished
from dialogue.service_given import service_of_conversation
from dialogue.turn_inputs import TurnInput
from dialogue.turning import NextStep, Step, Turning, choice_of
from ratings.operations import rate_at_end_of_call

_LEVELS = frozenset("12345")


def is_asked_by_key(conversation: Conversation) -> bool:
    """Whether a service was given to somebody who cannot be asked by text after the call, and who
    was not asked yet."""
    return (
        conversation.channel == "voice"
        and bool(conversation.services)
        and not conversation.can_text
        and not conversation.slots.get("asked_to_rate")
    )


def _offer(turning: Turning) -> NextStep:
    if not is_asked_by_key(turning.conversation):
        return "rating.goodbye"
    turning.say("rating.offer")
    turning.listen(speech=False)
    return None


def _take(turning: Turning, turn_input: TurnInput) -> NextStep:
    turning.set_slots(asked_to_rate=True)
    level = choice_of(turn_input)
    if level in _LEVELS:
        services = turning.services
        desk = services.facilities.desk
        ended = service_of_conversation(turning.conversation, desk, services.now)
        rate_at_end_of_call(services.db, desk, ended, int(level), services.now)
        turning.say("rating.thanks")
    return "rating.goodbye"


def _goodbye(turning: Turning) -> NextStep:
    save_unfinished(turning)
    turning.say("rating.goodbye")
    turning.end()
    return None


STEPS = {
    "rating.offer": Step(_offer, _take, on_silence=lambda _turning: "rating.goodbye"),
    "rating.goodbye": Step(_goodbye, _take),
}
