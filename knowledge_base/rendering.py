"""An entry as words for one channel and language, with the figures of the day.

A text answer is: conclusion and what to do (the entry's own words), since when its amounts hold,
what is unverified, legal basis, way on (docs/rules.md, "Texts"). A spoken answer is a few short
sentences with numbers as words (docs/rules.md, "Phone"). A question about a year gets what is known
of that year.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from core.text_segments import count_segments
from knowledge_base.caveats import figures_since, is_verified, said_caveat, text_caveat
from knowledge_base.citations import Citation
from knowledge_base.entry import Entry
from knowledge_base.loader import Content
from knowledge_base.spoken_numbers import speak_numbers
from knowledge_base.wordings import Channel, wording, written_language
from knowledge_base.years import YearAsked, describe_law, describe_year, find_year

WaysOn = Literal["digits", "letters", "none"]
"""Choices under a text answer: letters while digits rate an earlier service, none in the middle of
something else."""

_WAYS_ON = {"digits": "way_on", "letters": "way_on_letters"}
MAX_TEXT_SEGMENTS = 4
MAX_TEXT_CITATIONS = 3


@dataclass(frozen=True)
class Answer:
    """What is said or sent, and what an answer receipt must remember of it.

    ``language`` is the language of ``text``; ``figures`` are the values that stand in it; ``year``
    is the year that was asked about, if any.
    """

    topic: str
    text: str
    language: str
    citations: tuple[Citation, ...]
    figures: Mapping[str, str]
    version: str
    is_verified: bool
    year: int | None = None


@dataclass(frozen=True)
class AnswerGiven:
    """What a correction must know of the answer that it corrects."""

    on: date
    language: str
    year: int | None = None


@dataclass(frozen=True)
class _Wanted:
    """One rendering: of what, for whom, with the values of which day."""

    content: Content
    entry: Entry
    channel: Channel
    language: str
    on: date
    asked: YearAsked | None = None
    ways_on: WaysOn = "digits"

    @property
    def written(self) -> str:
        return written_language(self.language)


def render_answer(
    content: Content,
    entry: Entry,
    channel: Channel,
    language: str,
    on: date,
    *,
    year: int | None = None,
    ways_on: WaysOn = "digits",
) -> Answer:
    """The short answer of an entry on a local day. ``language`` is zh, yue (voice) or en.
    ``ways_on`` is how a text names what can be replied to it.

    With ``year`` it is the answer for that year: with its figures and from when to when they hold,
    or, where they are not known, with what is known and its date. Raises ContentError when a figure
    has no value on ``on``.
    """
    wanted = _wanted(_Wanted(content, entry, channel, language, on, ways_on=ways_on), year)
    values = figures_of(content, entry, wanted.on)
    parts = [*_year_parts(wanted, year, on), *_own_parts(wanted, values)]
    return Answer(
        topic=entry.topic,
        text=_finish(wanted, parts),
        language=language,
        citations=entry.citations,
        figures=values,
        version=entry.version,
        is_verified=is_verified(content.figures, entry, wanted.on),
        year=year,
    )


def figures_of(content: Content, entry: Entry, on: date) -> dict[str, str]:
    """The entry's figures as written on a local day. Raises ContentError when one has no value."""
    return {name: content.figures.written(name, on) for name in entry.figures}


def render_full(content: Content, entry: Entry, language: str, on: date) -> str:
    """The full answer with what to bring, where to go and the whole legal basis."""
    written = written_language(language)
    parts = [fill(entry.full[written], figures_of(content, entry, on))]
    for name, extra in (("bring", entry.bring), ("where", entry.where)):
        if extra:
            words = extra[written].rstrip("。.")
            parts.append(wording(written, name).format_map({name: words}))
    if figure_places(entry.full[written]):
        parts.append(figures_since(content.figures, entry, written, on))
    parts.append(text_caveat(content.figures, entry, written, on))
    if entry.citations:
        parts.append(_basis(content, entry, written, len(entry.citations)))
    return _join(parts, written)


def render_correction(content: Content, entry: Entry | None, given: AnswerGiven, on: date) -> str:
    """A text that tells a citizen that an earlier answer has changed, with the present one; for a
    withdrawn entry (None) that it counts no more. At most four segments."""
    written = written_language(given.language)
    day = given.on.isoformat()
    if entry is None:
        return wording(written, "correction_withdrawn").format(day=day)
    heading = wording(written, "correction").format(day=day, name=entry.short_name[written])
    wanted = _wanted(_Wanted(content, entry, "text", given.language, on), given.year)
    values = figures_of(content, entry, wanted.on)
    parts = [heading, *_year_parts(wanted, given.year, on), *_own_parts(wanted, values)]
    for citations in range(min(MAX_TEXT_CITATIONS, len(entry.citations)), 0, -1):
        with_basis = _join([*parts, _basis(content, entry, written, citations)], written)
        if count_segments(with_basis).segments <= MAX_TEXT_SEGMENTS:
            return with_basis
    return _join(parts, written)


def fill(words: str, figures: Mapping[str, str]) -> str:
    """``words`` with its {figure} places filled. Raises KeyError for an undeclared figure."""
    return string.Formatter().vformat(words, (), figures)


def figure_places(words: str) -> frozenset[str]:
    """The figure ids that stand in braces in ``words``."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(words) if name)


def own_words(entry: Entry, channel: Channel, language: str) -> str:
    """The entry's own words for a channel, with their {figure} places."""
    if channel == "text":
        return entry.text[written_language(language)]
    return entry.spoken.get(language) or entry.spoken[written_language(language)]


def _wanted(today: _Wanted, year: int | None) -> _Wanted:
    """The same rendering with the values of the year that was asked about."""
    if year is None or not today.entry.figures:
        return today
    asked = find_year(today.content.figures, today.entry, year, today.on)
    return replace(today, on=asked.figures_on, asked=asked)


def _year_parts(wanted: _Wanted, year: int | None, today: date) -> list[str]:
    """What is said of the year before the entry's own words."""
    if year is None or wanted.asked is None:
        law_of = year if year is not None else today.year
        return [describe_law(wanted.entry, law_of, wanted.language, wanted.channel)]
    figures, entry = wanted.content.figures, wanted.entry
    answered = describe_year(figures, entry, wanted.asked, wanted.language, wanted.channel)
    if _is_about_figures(entry):
        return [answered]
    return [answered, describe_law(entry, year, wanted.language, wanted.channel)]


def _own_parts(wanted: _Wanted, values: Mapping[str, str]) -> list[str]:
    """The entry's own words with what must be said of its figures; nothing of its own where the
    figures are the answer and those of the year are not known."""
    if wanted.asked is not None and not wanted.asked.is_known and _is_about_figures(wanted.entry):
        return []
    figures, entry, on = wanted.content.figures, wanted.entry, wanted.on
    words = own_words(entry, wanted.channel, wanted.language)
    parts = [fill(words, values)]
    is_text = wanted.channel == "text"
    if wanted.asked is None and figure_places(words):
        name = "figures_since" if is_text else "said_figures_since"
        parts.append(figures_since(figures, entry, wanted.language, on, name=name))
    caveat = text_caveat if is_text else said_caveat
    return [*parts, caveat(figures, entry, wanted.language, on)]


def _is_about_figures(entry: Entry) -> bool:
    """Whether the figures are the answer itself: they stand in what is said on the phone."""
    return bool(figure_places(entry.spoken["zh"]))


def _finish(wanted: _Wanted, parts: list[str]) -> str:
    """The parts as one string: spoken with numbers as words, or a text with basis and way on."""
    if wanted.channel == "voice":
        return speak_numbers(_join(parts, wanted.written), wanted.language)
    entry, written = wanted.entry, wanted.written
    ways_on = "" if wanted.ways_on == "none" else wording(written, _WAYS_ON[wanted.ways_on])
    text = ""
    for citations in range(min(MAX_TEXT_CITATIONS, len(entry.citations)), -1, -1):
        basis = [_basis(wanted.content, entry, written, citations)] if citations else []
        text = _join([*parts, *basis, ways_on], written)
        # Fewer laws are named rather than a fifth segment sent; at least one always stands.
        if citations <= 1 or count_segments(text).segments <= MAX_TEXT_SEGMENTS:
            break
    return text


def _basis(content: Content, entry: Entry, written: str, citations: int) -> str:
    basis = content.statutes.legal_basis(entry.citations[:citations], written)
    return wording(written, "legal_basis").format(basis=basis)


def _join(parts: list[str], written: str) -> str:
    return ("" if written == "zh" else " ").join(part for part in parts if part)
