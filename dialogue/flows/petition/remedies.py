"""The remedies of a petition in words, with their limits and what the limits rest on."""

from __future__ import annotations

from datetime import date

from casework.remedies import DayNeeded, Matter, RemedyAdvice, sort_remedies
from casework.vocabulary import Remedy
from dialogue.context import TurnContext
from dialogue.conversation import Channel
from dialogue.flows.petition.slots import PetitionSlots
from dialogue.spoken_forms import day_in_words
from dialogue.wordings import wording
from knowledge_base.wordings import written_language

_MAX_NAMED = 3
_ASKED_FOR = (DayNeeded.SINCE, DayNeeded.LEFT, DayNeeded.RECEIVED)


def advice_of(slots: PetitionSlots, today: date) -> tuple[RemedyAdvice, ...]:
    """The remedies for the problems that were told, the best first."""
    topics = slots.topics or (None,)
    matters = [
        Matter(
            topic=topic,
            since=slots.since,
            known=slots.received,
            employment_ended=slots.left,
            is_still_employed=slots.is_employed,
            is_since_assumed=number > 0,
        )
        for number, topic in enumerate(topics)
    ]
    return sort_remedies(matters, today)


def find_day_needed(turn: TurnContext, slots: PetitionSlots) -> DayNeeded | None:
    """The day that decides whether there is still time, or None. Somebody who does not know since
    when is not asked again."""
    if slots.since is None:
        return None
    days = [advice.day_needed for advice in advice_of(slots, turn.services.today)]
    return next((day for day in days if day in _ASKED_FOR), None)


def remedy_words(turn: TurnContext, slots: PetitionSlots, channel: Channel) -> str:
    """The citizen's remedies besides the petition, each with its limit, in sentences as they are
    said on the phone or written in a text."""
    advised = [
        advice
        for advice in advice_of(slots, turn.services.today)
        if advice.remedy != Remedy.PETITION
    ][:_MAX_NAMED]
    language = turn.language if channel == "voice" else written_language(turn.language)

    def word(key: str, **days: date | None) -> str:
        words = {name: day_in_words(day, language, channel) for name, day in days.items()}
        return wording(language, channel, f"petition.remedy.{key}", **words)

    sentences = [word(advice.wording_key, limit=advice.act_by) for advice in advised]
    assumed = next((a for a in advised if a.act_by and a.is_assumed and a.counted_from), None)
    if assumed is not None and assumed.counted_from is not None:
        sentences.append(word("assumed", day=assumed.counted_from.at_least))
    if any(advice.mentions_interruption for advice in advised):
        sentences.append(word("interruption"))
    return word("joint").join(sentence for sentence in sentences if sentence)
