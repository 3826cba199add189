"""All entities of one message."""

from __future__ import annotations

from datetime import date

from nlu.entities.amounts import find_amount, find_people
from nlu.entities.dates import find_dates, find_duration_months
from nlu.entities.names import find_case_number, find_employer, find_law
from nlu.entities.towns import find_town
from nlu.entities.values import Entities


def find_entities(text: str, today: date) -> Entities:
    """What a message names. ``text`` is half width and simplified; ``today`` is the local day."""
    case_number = find_case_number(text)
    return Entities(
        town=find_town(text),
        dates=find_dates(text, today),
        duration_months=find_duration_months(text),
        amount=find_amount(text),
        people=find_people(text),
        employer=find_employer(text),
        law=find_law(text),
        case_number=case_number,
    )
