"""The remedies of a petition in words, with their limits and what the limits rest on."""

from __future__ import annotations

from datetime import date

from casework.remedies import Matter, RemedyAdvice, sort_remedies
from casework.vocabulary import Remedy
from dialogue.context import TurnContext
from dialogue.flows.petition.slots import PetitionSlots
from dialogue.spoken_forms import as_said, full_day_words

_MAX_TOLD = {"voice": 2, "text": 3}


def advice_of(slots: PetitionSlots, today: date) -> tuple[RemedyAdvice, ...]:
    """The remedies for the problems that were told, the best first."""
    topics = slots.topics or (None,)
    matters = [
        Matter(topic=topic, since=slots.since, is_since_assumed=number > 0)
        for number, topic in enumerate(topics)
    ]
    return sort_remedies(matters, today)


def needs_day(turn: TurnContext, slots: PetitionSlots) -> bool:
    """Whether the exact day decides if there is still time."""
    return any(advice.needs_day for advice in advice_of(slots, turn.services.today))


def remedy_words(turn: TurnContext, slots: PetitionSlots) -> str:
    """The citizen's remedies besides the petition, each with its limit, in sentences."""
    told = [a for a in advice_of(slots, turn.services.today) if a.remedy != Remedy.PETITION]
    told = told[: _MAX_TOLD[turn.conversation.channel]]
    sentences = [_sentence(turn, advice) for advice in told]
    assumed = next((a for a in told if a.act_by and a.is_assumed and a.counted_from), None)
    if assumed is not None and assumed.counted_from is not None:
        day = full_day_words(assumed.counted_from.at_least, turn.language)
        sentences.append(turn.words("petition.remedy.assumed", day=as_said(turn, day)))
    if any(advice.mentions_interruption for advice in told):
        sentences.append(turn.words("petition.remedy.interruption"))
    return turn.words("petition.remedy.joint").join(s for s in sentences if s)


def _sentence(turn: TurnContext, advice: RemedyAdvice) -> str:
    limit = as_said(turn, full_day_words(advice.act_by, turn.language))
    return turn.words(f"petition.remedy.{advice.wording_key}", limit=limit)
