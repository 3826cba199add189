"""What the ranking pages show: the table, the chart and the other periods to choose from."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from config.offices import OfficeDirectory
from ratings.chart import Bar, Mean, ranking_chart
from ratings.queries import PublishedRanking, get_public_ranking, list_frozen
from ratings.ranking import one_decimal
from ratings.tables import RankingTable, office_name, ranking_table
from ratings.wordings import wording


@dataclass(frozen=True)
class RankingPage:
    """A page without personal data. ``chart`` is SVG, empty when no office is ranked;
    ``periods`` are all published ones, newest first."""

    ranking: PublishedRanking
    table: RankingTable
    chart: str
    periods: tuple[str, ...]


def public_page(db: Session, offices: OfficeDirectory, period: str, language: str) -> RankingPage:
    """The public page of a frozen month or year. Raises NotFoundError when there is none."""
    return page_of(db, offices, get_public_ranking(db, period), language)


def page_of(
    db: Session, offices: OfficeDirectory, ranking: PublishedRanking, language: str
) -> RankingPage:
    """The page of any ranking, for the console also of the month that is being counted."""
    return RankingPage(
        ranking=ranking,
        table=ranking_table(ranking, offices, language),
        chart=chart_of(ranking, offices, language),
        periods=tuple(row.period for row in list_frozen(db)),
    )


def chart_of(ranking: PublishedRanking, offices: OfficeDirectory, language: str) -> str:
    """The bar chart of the ranked offices; empty when there are none."""
    document = ranking.document
    bars = [
        Bar(office_name(offices, s.office_id, language), s.score, s.grade or "")
        for s in document.standings
        if s.score is not None
    ]
    if not bars:
        return ""
    mean = document.city_mean.value
    title = wording(language, "page.chart")
    if mean is None:
        return ranking_chart(title, bars)
    score = one_decimal(mean)
    return ranking_chart(title, bars, Mean(score, wording(language, "page.mean", mean=score)))
