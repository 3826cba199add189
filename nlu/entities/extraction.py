"""All entities of one message."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from core.ranges import Range
from nlu.entities.amounts import find_amount
from nlu.entities.dates.finding import find_dates
from nlu.entities.english_numbers import with_digits
from nlu.entities.lookalikes import hide_lookalikes
from nlu.entities.names import find_case_number, find_employer, find_law
from nlu.entities.people import find_people
from nlu.entities.quantities import find_quantities
from nlu.entities.spans import find_spans
from nlu.entities.towns import find_town
from nlu.entities.values import Entities
from nlu.entities.year_asked import find_year_asked


def find_entities(text: str, today: date) -> Entities:
    """What a message names. ``text`` is half width and simplified; ``today`` is the local day."""
    plain = with_digits(hide_lookalikes(text))
    places, dates = find_dates(plain, today, find_quantities(plain))
    without_dates = _blanked(plain, ((found.start, found.end) for found in places))
    quantities = find_quantities(without_dates)
    duration = _longest(span.months for span in find_spans(without_dates, quantities))
    return Entities(
        town=find_town(text),
        dates=dates,
        duration_months=duration.at_least if duration else None,
        amount=find_amount(without_dates, quantities),
        people=find_people(without_dates, quantities),
        employer=find_employer(text),
        law=find_law(text),
        case_number=find_case_number(text),
        duration=duration,
        year_asked=find_year_asked(plain, today),
    )


def _longest(spans: Iterable[Range[Decimal]]) -> Range[Decimal] | None:
    return max(spans, key=lambda span: (span.at_least or 0, span.at_most or 0), default=None)


def _blanked(text: str, places: Iterable[tuple[int, int]]) -> str:
    for start, end in places:
        text = text[:start] + "\x00" * (end - start) + text[end:]
    return text
