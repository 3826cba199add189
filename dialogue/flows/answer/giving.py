"""The answer itself: rendered once, said, and recorded as it was said."""

from __future__ import annotations

from dialogue.context import TurnContext
from dialogue.conversation import Channel
from dialogue.flows.answer.slots import AnswerSlots
from knowledge_base.operations import record_answer
from knowledge_base.rendering import Answer, WaysOn


def give_answer(turn: TurnContext, slots: AnswerSlots) -> bool:
    """Answer with a topic's entry; False when it has none in force today.

    One rendered answer is said and recorded: the receipt is what was said, also while the content
    is exchanged.
    """
    answer = find_answer(turn, slots, turn.conversation.channel)
    if answer is None:
        return False
    turn.say_words(answer.text, answer.language)
    record(turn, answer, slots.confidence)
    turn.change(topic=slots.topic)
    turn.serve("answer")
    return True


def find_answer(turn: TurnContext, slots: AnswerSlots, channel: Channel) -> Answer | None:
    """The answer for a channel, in the language of the question and for the year that it asks
    about, or None. In the middle of something else a text offers no choices of its own."""
    services = turn.services
    ways_on: WaysOn = "letters" if turn.conversation.uses_letters else "digits"
    return services.facilities.knowledge.find_answer(
        slots.topic,
        channel,
        slots.language or turn.language,
        services.today,
        year=slots.year,
        ways_on="none" if turn.is_digressing else ways_on,
    )


def find_full(turn: TurnContext, slots: AnswerSlots) -> str | None:
    """The whole answer, or None."""
    services = turn.services
    language = slots.language or turn.language
    return services.facilities.knowledge.find_full(slots.topic, language, services.today)


def record(turn: TurnContext, answer: Answer, confidence: float) -> None:
    """Keep the receipt of an answer that was said or sent."""
    services, conversation = turn.services, turn.conversation
    record_answer(
        services.db,
        answer,
        conversation_id=conversation.id,
        turn=conversation.turn,
        channel=conversation.channel,
        confidence=confidence,
        phone=conversation.phone,
        phone_key=conversation.phone_key,
        now=services.now,
    )
