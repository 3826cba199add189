"""Rate a service: by keys at the end of a call for those who cannot text."""

from __future__ import annotations

from dialogue.service_given import service_of_conversation
from dialogue.turn_inputs import TurnInput
from dialogue.turning import NextStep, Step, Turning, choice_of
from ratings.operations import rate_at_end_of_call

_LEVELS = frozenset("12345")


def _offer(turning: Turning) -> NextStep:
    if turning.conversation.can_text:
        # They are asked by text after the call.
        return "rating.goodbye"
    turning.say("rating.offer")
    turning.listen(speech=False)
    return None


def _take(turning: Turning, turn_input: TurnInput) -> NextStep:
    level = choice_of(turn_input)
    if level in _LEVELS:
        services = turning.services
        desk = services.facilities.desk
        ended = service_of_conversation(turning.conversation, desk, services.now)
        rate_at_end_of_call(services.db, desk, ended, int(level), services.now)
        turning.say("rating.thanks")
    return "rating.goodbye"


def _goodbye(turning: Turning) -> NextStep:
    turning.say("rating.goodbye")
    turning.end()
    return None


STEPS = {
    "rating.offer": Step(_offer, _take, on_silence=lambda turning: "rating.goodbye"),
    "rating.goodbye": Step(_goodbye, _take),
}
