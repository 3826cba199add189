"""What is known of the figures of a year that somebody asks about. Pure.

A year is known when every figure of the entry has a value in it. What holds today is not known to
hold next year; what held before the first value in the file is not known at all. Neither is ever
answered with today's figure without its date (docs/rules.md, "Dates").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge_base.caveats import authority_of
from knowledge_base.entry import Entry
from knowledge_base.figures import Figures, written
from knowledge_base.wordings import Channel, wording, write_day, write_value, written_language

_BRACKETS = re.compile(r"（[^）]*）|\s*\([^)]*\)")


@dataclass(frozen=True)
class YearAsked:
    """A year that was asked about, and the day whose values answer it.

    ``is_known`` is False when no value of that year is known: then ``figures_on`` is today.
    """

    year: int
    figures_on: date
    is_known: bool


@dataclass(frozen=True)
class _Period:
    """A figure's value and the days on which it holds; ``until`` is None while no end is known."""

    figure: str
    value: str
    since: date
    until: date | None


def find_year(figures: Figures, entry: Entry, year: int, on: date) -> YearAsked:
    """Which day's values answer a question about ``year`` that is asked on a local day."""
    last = date(year, 12, 31)
    if year == on.year:
        return YearAsked(year, on, True)
    if year < on.year:
        is_known = all(figures.has_value(one, last) for one in entry.figures)
    else:
        is_known = any(_changes_between(figures, one, on, last) for one in entry.figures)
    return YearAsked(year, last if is_known else on, is_known)


def describe_year(
    figures: Figures, entry: Entry, asked: YearAsked, language: str, channel: Channel
) -> str:
    """One or two sentences: from when to when the figures of the year hold, or what is known."""
    words = _YearWords(figures, language, channel)
    if asked.is_known:
        return words.known(entry, asked)
    return words.unknown(entry, asked)


def describe_law(entry: Entry, year: int, language: str, channel: Channel) -> str:
    """That the rule of an earlier year may differ; empty when the entry covers the year."""
    if entry.effective_from.year <= year:
        return ""
    since = write_day(entry.effective_from, language, channel)
    return wording(language, "year_law").format(since=since, year=year)


class _YearWords:
    """Sentences about the figures of a year, for one language and channel."""

    def __init__(self, figures: Figures, language: str, channel: Channel) -> None:
        self._figures = figures
        self._language = language
        self._channel = channel

    def known(self, entry: Entry, asked: YearAsked) -> str:
        """From when to when the values of the year hold, and what of the year is not known."""
        periods = [p for one in entry.figures for p in self._periods(one, asked)]
        first_day = date(asked.year, 1, 1)
        spans = {(p.since, p.until) for p in periods}
        if len(spans) == 1:
            ((since, until),) = spans
            name = "year_one" if until is None else "year_one_ended"
            answered = self._say(name, year=asked.year, since=since, until=until)
        else:
            answered = self._say("year_many", year=asked.year, values=self._list(periods))
        earliest = max(min(p.since for p in periods if p.figure == one) for one in entry.figures)
        if earliest > first_day:
            answered += self._joint() + self._say("year_before", year=asked.year, since=earliest)
        return answered

    def unknown(self, entry: Entry, asked: YearAsked) -> str:
        """That the year is not known, and what is, with its date."""
        today = asked.figures_on
        name = "year_future" if asked.year > today.year else "year_past"
        if not all(self._figures.is_verified(one, today) for one in entry.figures):
            name += "_unverified"
        periods = [self._period(one, today) for one in entry.figures]
        return self._say(
            name,
            year=asked.year,
            values=self._list(periods),
            authority=authority_of(entry, self._language),
        )

    def _periods(self, figure: str, asked: YearAsked) -> Iterator[_Period]:
        """The periods of the year up to its last day, oldest first."""
        day, last = date(asked.year, 1, 1), date(asked.year, 12, 31)
        while day <= last:
            period = self._period(figure, day) if self._figures.has_value(figure, day) else None
            if period is not None:
                yield period
            following = self._figures.next_change(figure, day)
            if following is None:
                return
            day = following

    def _period(self, figure: str, on: date) -> _Period:
        following = self._figures.next_change(figure, on)
        return _Period(
            figure=figure,
            value=written(self._figures.value(figure, on)),
            since=self._figures.since(figure, on),
            until=None if following is None else following - timedelta(days=1),
        )

    def _list(self, periods: list[_Period]) -> str:
        answered: list[str] = []
        named: tuple[date, date | None] | None = None
        for period in periods:
            words = self._value(period)
            if named == (period.since, period.until):
                words = self._named_value(period)
            named = (period.since, period.until)
            answered.append(words)
        joint = wording(self._language, "value_joint")
        return (joint if self._channel == "text" or self._language == "en" else "，").join(answered)

    def _value(self, period: _Period) -> str:
        name = "value_since" if period.until is None else "value_since_until"
        words = wording(self._language, name).format(
            since=self._day(period.since),
            until=self._day(period.until) if period.until else "",
            name=self._name(period.figure),
            value=self._amount(period),
        )
        return words.replace("：", "，") if self._channel == "voice" else words

    def _named_value(self, period: _Period) -> str:
        space = " " if self._language == "en" else ""
        return self._name(period.figure) + space + self._amount(period)

    def _name(self, figure: str) -> str:
        name = self._figures.get(figure).name[written_language(self._language)]
        return _BRACKETS.sub("", name) if self._channel == "voice" else name

    def _amount(self, period: _Period) -> str:
        unit = self._figures.get(period.figure).unit
        return write_value(period.value, unit, self._language)

    def _say(self, name: str, **values: object) -> str:
        days = {k: self._day(v) if isinstance(v, date) else v for k, v in values.items()}
        words = wording(self._language, name).format(**days)
        if self._channel == "voice":
            words = words.replace("：", "，").replace(": ", ", ").replace("; ", ", ")
        return words

    def _day(self, day: date) -> str:
        return write_day(day, self._language, self._channel)

    def _joint(self) -> str:
        return " " if self._language == "en" else ""


def _changes_between(figures: Figures, figure: str, on: date, last: date) -> bool:
    following = figures.next_change(figure, on)
    return following is not None and following <= last
