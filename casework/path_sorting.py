"""Which roads the law gives for a matter, and until when (petition-work-regulations#31). Pure.

A limit ends on the day of the same date (the day on which it begins is not counted), or on the
month's last day where there is none. It is not moved past a rest day: a citizen who is told the
earlier day loses nothing.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from casework.vocabulary import Road
from config.yaml_files import read_yaml

_MATTERS_FILE = Path(__file__).with_name("matters.yaml")

Start = Literal["known", "happened", "none"]


@dataclass(frozen=True)
class Matter:
    """What is known of a matter. All dates are local days, None when not said.

    ``happened_on``: since when, or when it happened; ``known_on``: when the citizen learned of it
    (taken to be ``happened_on`` when not said).
    """

    topic: str | None = None
    happened_on: date | None = None
    known_on: date | None = None
    is_still_employed: bool | None = None
    employment_ended_on: date | None = None


@dataclass(frozen=True)
class RoadRule:
    """One road: its limit and where the law says so. No limit: ``start`` is ``none``."""

    road: Road
    sources: tuple[str, ...]
    start: Start = "none"
    years: int = 0
    days: int = 0
    is_open_while_employed: bool = False


@dataclass(frozen=True)
class RoadAdvice:
    """One road for one matter.

    ``limit_on``: last day, None when there is no limit, or none can be computed from what was
    said (``needs_date``). ``is_open_while_employed``: does not run while employed (wage claims).
    """

    road: Road
    sources: tuple[str, ...]
    limit_on: date | None = None
    counted_from: date | None = None
    is_expired: bool = False
    is_open_while_employed: bool = False
    needs_date: bool = False

    def as_json(self) -> dict[str, Any]:
        """The advice as a JSON-able mapping, to be kept with the case."""
        return {
            "road": str(self.road),
            "sources": list(self.sources),
            "limit_on": self.limit_on and self.limit_on.isoformat(),
            "counted_from": self.counted_from and self.counted_from.isoformat(),
            "is_expired": self.is_expired,
            "is_open_while_employed": self.is_open_while_employed,
            "needs_date": self.needs_date,
        }


_ARB = "labour-dispute-mediation-arbitration-law"
_SORT = "petition-work-regulations#31"
_INSPECTION = RoadRule(
    Road.INSPECTION, ("labour-inspection-regulations#20", _SORT), start="happened", years=2
)
_ARBITRATION = RoadRule(Road.ARBITRATION, (f"{_ARB}#27", _SORT), start="known", years=1)
_WAGE_ARBITRATION = replace(_ARBITRATION, is_open_while_employed=True)
_COURT = RoadRule(Road.COURT, (f"{_ARB}#48", f"{_ARB}#50", _SORT), start="known", days=15)
_RECOGNITION = RoadRule(
    Road.ADMINISTRATIVE,
    ("work-injury-insurance-regulations#17", _SORT),
    start="happened",
    years=1,
)
_LEVY = RoadRule(Road.ADMINISTRATIVE, ("social-insurance-law#63", "social-insurance-law#83", _SORT))
_REVIEW = RoadRule(Road.REVIEW, ("social-insurance-law#83", _SORT))
_ELSEWHERE = RoadRule(Road.ELSEWHERE, ("petition-work-regulations#23",))
_PETITION = RoadRule(Road.PETITION, (_SORT, "petition-work-regulations#34"))

_ROADS: Mapping[str, tuple[RoadRule, ...]] = MappingProxyType(
    {
        "wages": (_INSPECTION, _WAGE_ARBITRATION),
        "standards": (_INSPECTION, _ARBITRATION),
        "disputes": (_ARBITRATION,),
        "awards": (_COURT,),
        "insurance_duty": (_LEVY, _ARBITRATION),
        "injury_recognition": (_RECOGNITION,),
        "benefits": (_REVIEW,),
        "elsewhere": (_ELSEWHERE,),
    }
)


def sort_paths(matter: Matter, today: date) -> tuple[RoadAdvice, ...]:
    """The roads for a matter, the best first; a road whose limit has passed comes after the open
    ones. The petition itself is always the last, because taking it goes on either way."""
    rules = _ROADS.get(matters_by_topic().get(matter.topic or "", ""), ())
    advice = [_advise(rule, matter, today) for rule in rules]
    advice.sort(key=lambda road: road.is_expired)
    return (*advice, _advise(_PETITION, matter, today))


def first_road(roads: tuple[RoadAdvice, ...]) -> Road:
    """The road under which a case is worked on: the first one that is still open."""
    return next(advice.road for advice in roads if not advice.is_expired)


def add_years(day: date, years: int) -> date:
    """The same date years later; the last of February for the 29th where there is none."""
    last = calendar.monthrange(day.year + years, day.month)[1]
    return date(day.year + years, day.month, min(day.day, last))


def _advise(rule: RoadRule, matter: Matter, today: date) -> RoadAdvice:
    advice = RoadAdvice(rule.road, rule.sources)
    if rule.start == "none":
        return advice
    if rule.is_open_while_employed and matter.is_still_employed:
        return replace(advice, is_open_while_employed=True)
    counted_from = _start_of(rule, matter)
    if counted_from is None:
        return replace(advice, needs_date=True)
    limit_on = add_years(counted_from, rule.years) + timedelta(days=rule.days)
    return replace(
        advice, limit_on=limit_on, counted_from=counted_from, is_expired=today > limit_on
    )


def _start_of(rule: RoadRule, matter: Matter) -> date | None:
    if rule.is_open_while_employed and matter.employment_ended_on is not None:
        return matter.employment_ended_on
    if rule.start == "known":
        return matter.known_on or matter.happened_on
    return matter.happened_on


@lru_cache(maxsize=1)
def matters_by_topic() -> Mapping[str, str]:
    """The sort of matter of each topic of ``matters.yaml``."""
    return MappingProxyType(
        {topic: matter for matter, topics in read_yaml(_MATTERS_FILE).items() for topic in topics}
    )
