"""What a large bare number counts: people or yuan."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from core.ranges import Range
from dialogue.context import TurnContext
from dialogue.flow import FlowSignal, GoTo, Transition
from dialogue.flows.petition.asking import next_state
from dialogue.flows.petition.correcting import set_value
from dialogue.flows.petition.facts import shown
from dialogue.flows.petition.fields import read_field
from dialogue.flows.petition.no_answers import NO_ANSWER
from dialogue.flows.petition.numbers import (
    MONEY_NAMED,
    PEOPLE_NAMED,
    is_doubtful,
    read_bare_number,
)
from dialogue.flows.petition.slots import Field, PetitionSlots, PetitionState
from dialogue.heard import Heard

_MAX_NO_MATCHES = 2


def ask_which(turn: TurnContext) -> None:
    """Say the number and ask what it counts."""
    number = Range.exactly(_doubted(turn))
    turn.say("petition.doubt", number=shown(turn, Field.AMOUNT, number))
    turn.listen()


def handle_which(turn: TurnContext, heard: Heard) -> Transition:
    """Take the number for what it counts, or another answer to the same question."""
    slots, number = turn.slots(PetitionSlots), _doubted(turn)
    choice = heard.number_of(2)
    if choice == 0 or (choice is None and PEOPLE_NAMED.search(heard.plain)):
        people = _people(heard) or Range.exactly(int(number))
        turn.put(replace(set_value(slots, Field.PEOPLE, people), doubted=None))
        return next_state(turn)
    if choice == 1 or (choice is None and MONEY_NAMED.search(heard.plain)):
        turn.put(replace(set_value(slots, Field.AMOUNT, Range.exactly(number)), doubted=None))
        # Now how many people there are is not known yet.
        return next_state(turn)
    if heard.repair in NO_ANSWER or heard.keys == "#":
        return leave_empty(turn)
    if is_doubtful(heard):
        turn.put(replace(slots, doubted=read_bare_number(heard)))
        return GoTo(PetitionState.DOUBT)
    value = _people(heard)
    if value is None or heard.yes_no is not None:
        return FlowSignal.NOT_UNDERSTOOD
    turn.put(replace(set_value(slots, Field.PEOPLE, value), doubted=None))
    return next_state(turn)


def miss_which(turn: TurnContext) -> Transition:
    """Ask once more; then go on without it, saying so."""
    slots = turn.slots(PetitionSlots)
    if slots.no_matches + 1 < _MAX_NO_MATCHES:
        turn.put(replace(slots, no_matches=slots.no_matches + 1))
        return FlowSignal.PROMPT
    turn.say("petition.left_empty")
    return leave_empty(turn)


def leave_empty(turn: TurnContext) -> Transition:
    """Nothing is stored of a number that nobody explains."""
    slots = turn.slots(PetitionSlots)
    skipped = (*slots.skipped, Field.PEOPLE)
    turn.put(replace(slots, skipped=skipped, no_matches=0, doubted=None))
    return next_state(turn)


def _people(heard: Heard) -> Range[int] | None:
    said = heard.keys.strip("#*") or heard.plain
    value = read_field(Field.PEOPLE, said, heard.entities, heard.today) if said else None
    return value if isinstance(value, Range) else None


def _doubted(turn: TurnContext) -> Decimal:
    return turn.slots(PetitionSlots).doubted or Decimal(0)
