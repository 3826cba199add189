"""Rate a service: by keys at the end of a call for those who cannot text."""

from __future__ import annotations

from ratings.operations import rate_at_end_of_call

from dialogue.turn_inputs import TurnInput
from dialogue.turning import NextStep, Step, Turning, choice_of

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
        rate_at_end_of_call(
            turning.services.db,
            conversation_id=turning.conversation.id,
            phone=turning.conversation.phone,
            phone_key=turning.conversation.phone_key,
            services=turning.conversation.services,
            level=int(level),
            now=turning.services.now,
        )
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
