"""Silence: once more and slower, then by keys, then a message, then the end."""

from __future__ import annotations

from dialogue.context import TurnContext
from dialogue.flow import FlowSignal, OnSilence, Start, Transition
from dialogue.flows.message.slots import MessageSlots
from dialogue.flows.question.slots import QuestionSlots
from dialogue.flows.rating.flow import is_asked_by_key
from dialogue.flows.rating.slots import RatingSlots
from dialogue.saving import save_everything

# After so many nobody is there, whatever a state does about silence.
_MAX_SILENCES = 5


def respond_to_silence(turn: TurnContext, own: OnSilence | None) -> Transition:
    """React to silence: by the state's own rule, else by the common ladder."""
    silences = turn.conversation.silences + 1
    turn.change(silences=silences, is_slow=silences > 0)
    if silences <= 0:
        # The citizen asked for a moment.
        turn.listen(is_patient=True)
        return FlowSignal.STAY
    if own is not None and silences <= _MAX_SILENCES:
        return own(turn)
    match silences:
        case 1:
            return FlowSignal.PROMPT
        case 2 if not turn.is_digressing:
            return Start(QuestionSlots(wants_keys=True))
        case 2:
            turn.say("service.keys_hint")
            return FlowSignal.PROMPT
        case 3 if not isinstance(turn.frame.slots, MessageSlots):
            return Start(MessageSlots())
    return say_goodbye_to_silence(turn)


def say_goodbye_to_silence(turn: TurnContext) -> Transition:
    """End the call, with everything saved."""
    if is_asked_by_key(turn.conversation) and not isinstance(turn.frame.slots, RatingSlots):
        save_everything(turn)
        # What was saved is not gone on with: it is registered, and its slots are empty.
        turn.change(stack=turn.conversation.stack[:1])
        return Start(RatingSlots())
    save_everything(turn)
    turn.say("service.goodbye_silence")
    turn.end()
    return FlowSignal.STAY
