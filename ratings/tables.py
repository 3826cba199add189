"""A ranking as a table of words: for the console, the public page, CSV and XLSX.

The same cells everywhere, so that what is published in one form can be compared with another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from config.offices import OfficeDirectory
from ratings.digests import change_words
from ratings.documents import RankingDocument
from ratings.periods import is_year, parse_month
from ratings.queries import PublishedRanking
from ratings.ranking import RankingRules, Standing
from ratings.vocabulary import LEVELS
from ratings.wordings import wording

Cell = str | int | Decimal


@dataclass(frozen=True)
class RankingTable:
    """A page of a ranking, free of personal data, in one language.

    ``keys`` name the columns, ``headings`` are their words. Numbers are numbers; what is not known
    is a word. ``notes``: revision, running month, exclusions. ``method``: four sentences.
    """

    title: str
    keys: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...]
    method: tuple[str, ...]


@dataclass(frozen=True)
class _Row:
    standing: Standing
    office: str
    best_and_worst: tuple[str, str] | None
    language: str

    def word(self, key: str) -> str:
        return wording(self.language, f"table.{key}")

    def or_none(self, value: Cell | None) -> Cell:
        return self.word("none") if value is None else value


_MONTH_COLUMNS: Mapping[str, Callable[[_Row], Cell]] = {
    "rank": lambda row: row.word("too_few") if row.standing.rank is None else row.standing.rank,
    "change": lambda row: (
        row.word("none")
        if row.standing.rank is None
        else change_words(row.language, row.standing.rank_change)
    ),
    "office": lambda row: row.office,
    "score": lambda row: row.or_none(row.standing.score),
    "grade": lambda row: row.or_none(row.standing.grade),
    "ratings": lambda row: row.standing.counts.ratings,
    "satisfied_rate": lambda row: row.or_none(row.standing.satisfied_rate),
    "asked": lambda row: row.standing.counts.asked,
    "response_rate": lambda row: row.or_none(row.standing.response_rate),
    "bad": lambda row: row.standing.counts.bad,
    "mended_in_time": lambda row: row.standing.counts.mended_in_time,
    "rectification_open": lambda row: row.standing.counts.rectification_open,
    "excluded": lambda row: row.standing.counts.excluded,
    "unproved": lambda row: row.standing.counts.unproved,
    "held": lambda row: row.standing.counts.held,
}
_YEAR_COLUMNS: Mapping[str, Callable[[_Row], Cell]] = {
    **{key: cell for key, cell in _MONTH_COLUMNS.items() if key != "rectification_open"},
    "best_month": lambda row: row.or_none(row.best_and_worst and row.best_and_worst[0]),
    "worst_month": lambda row: row.or_none(row.best_and_worst and row.best_and_worst[1]),
}


def ranking_table(
    ranking: PublishedRanking, offices: OfficeDirectory, language: str
) -> RankingTable:
    """The table of a ranking. An office that is no longer in the directory keeps its id."""
    document = ranking.document
    columns = _YEAR_COLUMNS if is_year(document.period) else _MONTH_COLUMNS
    rows = tuple(
        _Row(
            standing,
            office_name(offices, standing.office_id, language),
            document.best_and_worst.get(standing.office_id),
            language,
        )
        for standing in document.standings
    )
    return RankingTable(
        title=title_of(document.period, language),
        keys=tuple(columns),
        headings=tuple(wording(language, f"table.{key}") for key in columns),
        rows=tuple(tuple(cell(row) for cell in columns.values()) for row in rows),
        notes=_notes(ranking, language),
        method=method_sentences(document.rules, language),
    )


def office_name(offices: OfficeDirectory, office_id: str, language: str) -> str:
    """The name of an office, or its id when the directory does not know it."""
    office = offices.find(office_id)
    if office is None:
        return office_id
    return office.name_en if language == "en" else office.name_zh


def title_of(period: str, language: str) -> str:
    """The title of a month's or a year's ranking."""
    if is_year(period):
        return wording(language, "page.title_year", year=period)
    year, month = parse_month(period)
    return wording(language, "page.title_month", year=year, month=month)


def method_sentences(rules: RankingRules, language: str) -> tuple[str, ...]:
    """How the ranking is computed, in four sentences with the figures of its rules."""
    values = {
        "points": " / ".join(f"{rules.points[level]}" for level in reversed(LEVELS)),
        "weight": rules.prior_weight,
        "floor": rules.floor,
        "bands": ", ".join(f"{grade} ≥ {start}" for grade, start in rules.bands),
    }
    return tuple(wording(language, f"page.method_{n}", **values) for n in range(1, 5))


def _notes(ranking: PublishedRanking, language: str) -> tuple[str, ...]:
    notes = []
    if not ranking.is_frozen:
        notes.append(wording(language, "page.running"))
    if ranking.code is not None:
        reason = wording(language, f"revision.{ranking.code}")
        if ranking.words:
            reason = f"{reason} ({ranking.words})"
        notes.append(wording(language, "page.revision", revision=ranking.revision, reason=reason))
    notes.append(_exclusion_note(ranking.document, language))
    return tuple(notes)


def _exclusion_note(document: RankingDocument, language: str) -> str:
    if not document.exclusions:
        return wording(language, "page.excluded_none")
    reasons = ", ".join(
        f"{wording(language, f'exclusion.{code}')} {count}"
        for code, count in sorted(document.exclusions.items())
    )
    total = sum(document.exclusions.values())
    return wording(language, "page.excluded", count=total, reasons=reasons)
