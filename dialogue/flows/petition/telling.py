"""What a citizen tells of a grievance, taken into the fields that it names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dialogue.flows.petition.fields import MAX_CHARACTERS, since_of
from dialogue.flows.petition.slots import Field, PetitionSlots
from dialogue.heard import Heard
from nlu.engine import NluEngine
from nlu.problems import classify_issue, is_story, names_problem

__all__ = [
    "add_story",
    "fill_from_entities",
    "is_story",
    "named_facts",
    "names_problem",
    "replace_in_story",
]


def add_story(slots: PetitionSlots, heard: Heard, nlu: NluEngine) -> PetitionSlots:
    """The slots with a story added to what was told before, its problems found, and the facts
    that it names filled in where nothing was yet."""
    issue = "；".join(filter(None, (slots.issue, heard.words)))[:MAX_CHARACTERS]
    slots = replace(slots, issue=issue, topics=classify_issue(issue, nlu), last=Field.ISSUE)
    return fill_from_entities(slots, heard)


def fill_from_entities(slots: PetitionSlots, heard: Heard) -> PetitionSlots:
    """Take what was named along with something else, so that nobody is asked for it again."""
    new = {f.value: v for f, v in named_facts(heard).items() if not slots.value(f)}
    return replace(slots, **new)


def named_facts(heard: Heard) -> dict[Field, Any]:
    """The values of fields that words name."""
    entities = heard.entities
    named: dict[Field, Any] = {
        Field.EMPLOYER: entities.employer,
        Field.TOWN: entities.town,
        Field.SINCE: since_of(entities, heard.today),
        Field.PEOPLE: entities.people,
        Field.AMOUNT: entities.amount,
    }
    return {field: value for field, value in named.items() if value is not None}


def replace_in_story(slots: PetitionSlots, old: str, new: str, nlu: NluEngine) -> PetitionSlots:
    """The slots with a part of the story corrected, where it stands there."""
    if not old or old not in slots.issue:
        return slots
    issue = slots.issue.replace(old, new)
    return replace(slots, issue=issue, topics=classify_issue(issue, nlu))
