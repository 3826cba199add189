"""Which remedies the law gives for a petition, and until when (petition-work-regulations#31). Pure.

A limit ends on the day of the same date (the day on which it begins is not counted), or on the
month's last day where there is none. It is not moved past a rest day: a citizen who hears the
earlier day loses nothing.

"Act by" counts from the earliest day that the start can be; a remedy has expired only where the
latest day that it can be makes that certain. Taking the petition goes on either way.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import MAXYEAR, date, timedelta
from enum import StrEnum
from typing import Any, TypeAlias

from casework.remedy_rules import PETITION, LimitStart, RemedyRule, matters_by_topic, rules_of
from casework.vocabulary import Remedy
from core.ranges import Range

__all__ = [
    "DayNeeded",
    "Matter",
    "Remedy",
    "RemedyAdvice",
    "Span",
    "advice_from_json",
    "first_remedy",
    "matters_by_topic",
    "sort_remedies",
]

Span: TypeAlias = Range[date]

NEAR = timedelta(days=60)
"""A limit that ends within so many days is near."""


class DayNeeded(StrEnum):
    """The day that a limit hangs on and that was not said exactly enough."""

    SINCE = "since"
    """When it happened or began."""
    LEFT = "left"
    """The last day of the employment (or that it goes on)."""
    ENDED = "ended"
    """When the wrong ended (or that it goes on)."""
    RECEIVED = "received"
    """When the award, the decision or the diagnosis was received."""


@dataclass(frozen=True)
class Matter:
    """One problem of a petition. Days are local ranges, None when not said.

    ``since``: since when, or when it happened; ``known``: when the citizen learned of it;
    ``ended``: when the wrong ended. ``is_since_assumed``: ``since`` was said of another problem of
    the same story and is only taken to hold for this one.
    """

    topic: str | None = None
    since: Span | None = None
    known: Span | None = None
    ended: Span | None = None
    is_still_employed: bool | None = None
    employment_ended: Span | None = None
    is_since_assumed: bool = False


@dataclass(frozen=True)
class RemedyAdvice:
    """One remedy for the problems ``topics`` of one petition.

    ``act_by``: last day, counted from the earliest start; None when there is no limit or nothing to
    count from. ``counted_from``: where the start lies. ``is_assumed``: the start is not exactly
    known. ``is_expired``: it is certain that the limit has passed; never from an assumption.
    ``day_needed``: the day to ask for, because without it nobody can say whether there is time.
    ``mentions_interruption``: say that a demand, a complaint or the employer's promise starts the
    year again (labour-dispute-mediation-arbitration-law#27), for the limit is near or past.
    ``is_open_while_employed``: does not run while employed (wage claims).
    """

    remedy: Remedy
    sources: tuple[str, ...]
    topics: tuple[str, ...] = ()
    act_by: date | None = None
    counted_from: Span | None = None
    is_expired: bool = False
    day_needed: DayNeeded | None = None
    mentions_interruption: bool = False
    is_open_while_employed: bool = False
    is_assumed: bool = False

    @property
    def needs_day(self) -> bool:
        """Whether a day has to be asked for before anything is said of being late."""
        return self.day_needed is not None

    @property
    def wording_key(self) -> str:
        """The key under which the dialogue says it: ``<remedy>`` alone when there is no limit to
        speak of, ``_by`` (``act_by``), ``_maybe_late`` (never more than "may", because the limit
        can have been interrupted) or ``_needs_day``."""
        if self.is_expired:
            return f"{self.remedy}_maybe_late"
        if self.needs_day:
            return f"{self.remedy}_needs_day"
        return f"{self.remedy}_by" if self.act_by else str(self.remedy)

    def as_json(self) -> dict[str, Any]:
        """The advice as a JSON-able mapping, to be stored with the case."""
        since = self.counted_from
        return {
            "road": str(self.remedy),
            "sources": list(self.sources),
            "topics": list(self.topics),
            "limit_on": _day_text(self.act_by),
            "counted_from": _day_text(since.lower if since else None),
            "counted_until": _day_text(since.upper if since else None),
            "is_expired": self.is_expired,
            "day_needed": self.day_needed and str(self.day_needed),
            "mentions_interruption": self.mentions_interruption,
            "is_open_while_employed": self.is_open_while_employed,
            "is_assumed": self.is_assumed,
            "needs_date": self.needs_day,
        }


def advice_from_json(stored: Mapping[str, Any]) -> RemedyAdvice:
    """The advice that ``as_json`` stored, also by a version that knew no ranges."""
    lower, upper = _day(stored.get("counted_from")), _day(stored.get("counted_until"))
    needed = stored.get("day_needed") or ("since" if stored.get("needs_date") else None)
    return RemedyAdvice(
        remedy=Remedy(stored["road"]),
        sources=tuple(stored["sources"]),
        topics=tuple(stored.get("topics", ())),
        act_by=_day(stored.get("limit_on")),
        counted_from=None if lower is None and upper is None else Range(lower, upper),
        is_expired=bool(stored.get("is_expired")),
        day_needed=DayNeeded(needed) if needed else None,
        mentions_interruption=bool(stored.get("mentions_interruption")),
        is_open_while_employed=bool(stored.get("is_open_while_employed")),
        is_assumed=bool(stored.get("is_assumed")),
    )


def sort_remedies(matters: Sequence[Matter], today: date) -> tuple[RemedyAdvice, ...]:
    """The remedies of a petition's problems (the main one first), each once, the best first.

    The first remedy of each problem comes before the second ones. One that has certainly expired
    comes after the open ones, and the petition itself is always the last.
    """
    merged: dict[Remedy, RemedyAdvice] = {}
    for advice in _in_turn(matters, today):
        found = merged.get(advice.remedy)
        merged[advice.remedy] = advice if found is None else _merge(found, advice)
    sorted_advice = sorted(merged.values(), key=lambda advice: advice.is_expired)
    topics = tuple(dict.fromkeys(m.topic for m in matters if m.topic))
    return (*sorted_advice, RemedyAdvice(PETITION.remedy, PETITION.sources, topics))


def first_remedy(advice: Sequence[RemedyAdvice]) -> Remedy:
    """The remedy under which a case is worked on: the first that has not certainly expired."""
    return next(one.remedy for one in advice if not one.is_expired)


def add_years(day: date, years: int) -> date:
    """The same date years later; the last of February for the 29th where there is none."""
    year = min(day.year + years, MAXYEAR - 1)
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))


def _in_turn(matters: Sequence[Matter], today: date) -> Iterator[RemedyAdvice]:
    """Every matter's first remedy, then every matter's second one, and so on."""
    rules = [(matter, rules_of(matter.topic)) for matter in matters]
    for rank in range(max((len(of_matter) for _, of_matter in rules), default=0)):
        for matter, of_matter in rules:
            if rank < len(of_matter):
                yield _advise(of_matter[rank], matter, today)


def _advise(rule: RemedyRule, matter: Matter, today: date) -> RemedyAdvice:
    advice = RemedyAdvice(rule.remedy, rule.sources, (matter.topic,) if matter.topic else ())
    if rule.start == LimitStart.NONE:
        return advice
    if rule.start == LimitStart.LEFT and matter.is_still_employed:
        return replace(advice, is_open_while_employed=True)
    start = _start_of(rule.start, matter, today)
    if start.span is None:
        return replace(advice, day_needed=start.day)
    act_by = _limit(rule, start.span.lower)
    last_day = _limit(rule, start.span.upper)
    is_expired = not start.is_assumed and last_day is not None and today > last_day
    is_doubtful = not is_expired and (act_by is None or today > act_by)
    is_near = act_by is None or act_by - today <= NEAR
    return replace(
        advice,
        act_by=act_by,
        counted_from=start.span,
        is_expired=is_expired,
        day_needed=start.day if is_doubtful else None,
        mentions_interruption=rule.can_be_interrupted and is_near,
        is_assumed=start.is_assumed or not start.span.is_exact,
    )


@dataclass(frozen=True)
class _Start:
    """Where a limit's start lies, whether that is only assumed, and which day would settle it."""

    span: Span | None
    is_assumed: bool
    day: DayNeeded


def _start_of(start: LimitStart, matter: Matter, today: date) -> _Start:
    since = _past(matter.since, today)
    known, left = _past(matter.known, today), _past(matter.employment_ended, today)
    if start == LimitStart.EVENT:
        return _Start(known or since, not known and matter.is_since_assumed, DayNeeded.SINCE)
    if start == LimitStart.HAPPENED:
        return _Start(since, matter.is_since_assumed, DayNeeded.SINCE)
    if start == LimitStart.RECEIVED:
        return _Start(known or since, known is None, DayNeeded.RECEIVED)
    if start == LimitStart.KNOWN:
        return _Start(known or since, known is None, DayNeeded.SINCE)
    if start == LimitStart.LEFT:
        return _Start(left or since, left is None, DayNeeded.LEFT)
    ended = _past(matter.ended, today)
    if ended is None and start == LimitStart.ENDED_BY_LEAVING:
        ended = left
    return _Start(ended or since, ended is None, DayNeeded.ENDED if since else DayNeeded.SINCE)


def _past(span: Span | None, today: date) -> Span | None:
    """The part of a range that is not in the future; None when nothing of it has passed."""
    if span is None or (span.lower is not None and span.lower > today):
        return None
    return Range(span.lower, today if span.upper is None else min(span.upper, today))


def _limit(rule: RemedyRule, start: date | None) -> date | None:
    return None if start is None else add_years(start, rule.years) + timedelta(days=rule.days)


def _merge(first: RemedyAdvice, second: RemedyAdvice) -> RemedyAdvice:
    """One remedy that serves problems of several sorts: the earliest limit that is still open."""
    both = (first, second)
    live = [one for one in both if not one.is_expired] or both
    limited = [one for one in live if one.act_by is not None]
    earliest = min(limited, key=lambda one: one.act_by or date.max, default=live[0])
    return replace(
        earliest,
        sources=tuple(dict.fromkeys(s for one in both for s in one.sources)),
        topics=tuple(dict.fromkeys(t for one in both for t in one.topics)),
        day_needed=next((one.day_needed for one in live if one.needs_day), None),
        mentions_interruption=any(one.mentions_interruption for one in both),
        is_open_while_employed=all(one.is_open_while_employed for one in both),
        is_assumed=any(one.is_assumed for one in live),
    )


def _day_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None
