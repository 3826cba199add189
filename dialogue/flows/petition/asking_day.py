"""The exact day on which a limit hangs, asked for once."""

from __future__ import annotations

from dataclasses import replace

from casework.remedies import DayNeeded
from dialogue.context import TurnContext
from dialogue.flow import FlowSignal, Transition
from dialogue.flows.petition.asking import next_state
from dialogue.flows.petition.correcting import set_value
from dialogue.flows.petition.fields import since_of
from dialogue.flows.petition.no_answers import NO_ANSWER
from dialogue.flows.petition.slots import Field, PetitionSlots
from dialogue.heard import Heard
from dialogue.phrases import has_phrase


def ask_day(turn: TurnContext) -> None:
    """Ask for the day on which a limit hangs."""
    turn.say(f"petition.ask_day.{turn.slots(PetitionSlots).day_needed}")
    turn.listen()


def handle_day(turn: TurnContext, heard: Heard) -> Transition:
    """Take the day, or that the employment goes on."""
    slots = turn.slots(PetitionSlots)
    if slots.day_needed is DayNeeded.LEFT and has_phrase("still_employed", heard.plain):
        turn.put(replace(slots, is_employed=True))
        return next_state(turn)
    if heard.repair in NO_ANSWER or heard.yes_no is not None or heard.keys == "#":
        return next_state(turn)
    day = since_of(heard.entities, heard.today)
    if day is None:
        return FlowSignal.NOT_UNDERSTOOD
    if slots.day_needed is DayNeeded.LEFT:
        turn.put(replace(slots, left=day))
    elif slots.day_needed is DayNeeded.RECEIVED:
        turn.put(replace(slots, received=day))
    else:
        turn.put(set_value(slots, Field.SINCE, day))
    return next_state(turn)


def miss_day(turn: TurnContext) -> Transition:
    """Go on with what is known."""
    return next_state(turn)
