"""The fields of a petition as they are read back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import cast

from core.phones import digits_apart
from core.ranges import Range
from dialogue.context import TurnContext
from dialogue.flows.petition.slots import Field, PetitionSlots
from dialogue.spoken_forms import (
    as_said,
    count_words,
    date_range_words,
    shortened,
)


def all_facts(turn: TurnContext, slots: PetitionSlots) -> str:
    """Every field that holds something, in order."""
    return "".join(
        turn.words(f"petition.fact.{field}", value=shown(turn, field, slots.value(field)))
        for field in slots.filled
    )


def shown(turn: TurnContext, field: Field, value: object) -> str:
    """The value of a field in words."""
    match field:
        case Field.SINCE:
            return as_said(turn, date_range_words(cast(Range[date], value), turn.language))
        case Field.PEOPLE:
            return _range(turn, cast(Range[int], value))
        case Field.AMOUNT:
            return _range(turn, cast(Range[Decimal], value))
        case Field.TOWN:
            return _town(turn, str(value))
        case Field.PHONE:
            national = str(value).removeprefix("+86")
            return digits_apart(national) if turn.is_voice else national
    return shortened(turn, str(value))


def _range(turn: TurnContext, value: Range[int] | Range[Decimal]) -> str:
    lower, upper = _number(turn, value.lower), _number(turn, value.upper)
    if value.is_exact:
        return lower
    if upper == "":
        return turn.words("case.at_least", value=lower)
    if lower == "":
        return turn.words("case.at_most", value=upper)
    return turn.words("case.from_to", lower=lower, upper=upper)


def _number(turn: TurnContext, value: int | Decimal | None) -> str:
    if value is None:
        return ""
    if isinstance(value, int):
        return count_words(value, turn.language) if turn.is_voice else str(value)
    plain = f"{value.normalize():f}"
    return as_said(turn, plain)


def _town(turn: TurnContext, town_id: str) -> str:
    town = turn.services.facilities.case_services.offices.find_town(town_id)
    if town is None:
        return town_id
    return town.name_en if turn.language == "en" else town.name_zh
