"""What a large bare number counts: people or yuan."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from core.ranges import Range
from dialogue.context import TurnContext
from dialogue.flow import FlowSignal, GoTo, Transition
from dialogue.flows.petition.asking import MAX_NO_MATCHES, next_state, skip
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


def ask_which(turn: TurnContext) -> None:
    """Say the number and ask what it counts."""
    number = Range.exactly(_doubted(turn))
    turn.say("petition.doubt", number=shown(turn, Field.AMOUNT, number))
    turn.listen()


def handle_which(turn: TurnContext, heard: Heard) -> Transition:
    """Take the number for what it counts, or another answer to the same question."""
    number = _doubted(turn)
    choice = heard.number_of(2)
    if choice == 0 or (choice is None and PEOPLE_NAMED.search(heard.plain)):
        return _store(turn, Field.PEOPLE, _people(heard) or Range.exactly(int(number)))
    if choice == 1 or (choice is None and MONEY_NAMED.search(heard.plain)):
        # How many people there are is asked again.
        return _store(turn, Field.AMOUNT, Range.exactly(number))
    if heard.repair in NO_ANSWER or heard.keys == "#":
        return _leave_empty(turn)
    if is_doubtful(heard):
        turn.put(replace(turn.slots(PetitionSlots), doubted=read_bare_number(heard)))
        return GoTo(PetitionState.DOUBT)
    value = _people(heard)
    if value is None or heard.yes_no is not None:
        return FlowSignal.NOT_UNDERSTOOD
    return _store(turn, Field.PEOPLE, value)


def miss_which(turn: TurnContext) -> Transition:
    """Ask once more; then go on without it, saying so."""
    slots = turn.slots(PetitionSlots)
    if slots.no_matches + 1 < MAX_NO_MATCHES:
        turn.put(replace(slots, no_matches=slots.no_matches + 1))
        return FlowSignal.PROMPT
    turn.say("petition.left_empty")
    return _leave_empty(turn)


def _leave_empty(turn: TurnContext) -> Transition:
    """Nothing is stored of a number that nobody explains."""
    turn.put(replace(turn.slots(PetitionSlots), doubted=None))
    return skip(turn, Field.PEOPLE)


def _store(turn: TurnContext, field: Field, value: Range[Any]) -> Transition:
    turn.put(replace(set_value(turn.slots(PetitionSlots), field, value), doubted=None))
    return next_state(turn)


def _people(heard: Heard) -> Range[int] | None:
    said = heard.keys.strip("#*") or heard.plain
    value = read_field(Field.PEOPLE, said, heard.entities, heard.today) if said else None
    return value if isinstance(value, Range) else None


def _doubted(turn: TurnContext) -> Decimal:
    return turn.slots(PetitionSlots).doubted or Decimal(0)
