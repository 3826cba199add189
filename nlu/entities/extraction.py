"""All entities of one message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from core.ranges import Range
from nlu.entities.amounts import find_amount
from nlu.entities.background import find_hirings, is_aside
from nlu.entities.dates.finding import find_dates
from nlu.entities.dates.found import Found
from nlu.entities.english_numbers import with_digits
from nlu.entities.lookalikes import hide_lookalikes
from nlu.entities.names import find_case_number, find_employer, find_law
from nlu.entities.people import find_people
from nlu.entities.quantities import Quantity, find_quantities
from nlu.entities.service import sort_spans
from nlu.entities.spans import Span, find_spans
from nlu.entities.towns import find_town
from nlu.entities.values import Entities
from nlu.entities.year_asked import find_year_asked


def find_entities(text: str, today: date) -> Entities:
    """What a message names. ``text`` is half width and simplified; ``today`` is the local day."""
    plain = with_digits(hide_lookalikes(text))
    numbers = find_quantities(plain)
    places, found = find_dates(plain, today, numbers)
    hirings = find_hirings(plain, places)
    without_dates = _blanked(plain, ((place.start, place.end) for place in places))
    quantities = find_quantities(without_dates)
    spans = sort_spans(without_dates, find_spans(without_dates, quantities))
    longest = _longest(spans.grievance)
    duration = longest.months if longest else None
    service = _longest(spans.service) or _longest(_spans_in(hirings, plain, numbers))
    return Entities(
        town=find_town(text),
        dates=tuple(dict.fromkeys(one.days for one in found if one.days is not None)),
        duration_months=duration.at_least if duration else None,
        amount=find_amount(without_dates, quantities),
        people=find_people(without_dates, quantities),
        employer=find_employer(text),
        law=find_law(text),
        case_number=find_case_number(text),
        duration=duration,
        year_asked=find_year_asked(plain, today),
        is_in_years=longest is not None and longest.is_in_years,
        service=service.months if service else None,
        hired=next((place.days for place in hirings if place.days is not None), None),
        background=_background(plain, found, places, hirings),
    )


def _background(
    text: str, found: Sequence[Found], places: Sequence[Found], hirings: Sequence[Found]
) -> tuple[Range[date], ...]:
    """Of the dates those on which nothing happened that is complained of, and on no other of them
    either."""
    ends = {place.start: place.end for place in places}
    hired = {place.start for place in hirings}
    is_background = {
        one: one.start in hired
        or is_aside(text, one.start, one.end)
        or is_aside(text, one.start, ends.get(one.start, one.end))
        for one in found
    }
    meant = {one.days for one, is_so in is_background.items() if not is_so}
    days = (one.days for one, is_so in is_background.items() if is_so)
    return tuple(dict.fromkeys(day for day in days if day is not None and day not in meant))


def _spans_in(places: Sequence[Found], text: str, quantities: Sequence[Quantity]) -> Iterator[Span]:
    """The lengths within dates: 两年前 of 两年前入职."""
    if places:
        for span in find_spans(text, quantities):
            if any(place.start <= span.start and span.end <= place.end for place in places):
                yield span


def _longest(spans: Iterable[Span]) -> Span | None:
    return max(
        spans,
        key=lambda span: (span.months.at_least or 0, span.months.at_most or 0),
        default=None,
    )


def _blanked(text: str, places: Iterable[tuple[int, int]]) -> str:
    for start, end in places:
        text = text[:start] + "\x00" * (end - start) + text[end:]
    return text
