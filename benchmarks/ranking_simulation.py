"""Which score finds the truly better offices: a simulation over 41 offices and 12 months.

    python -m benchmarks.ranking_simulation [chart.svg]

Every office has a true quality and its own number of ratings a month (a few large, many small).
Three scores are compared by Spearman's rank correlation with the true quality, month by month, and
by who leads: the shrunken mean of ``ratings.ranking``, the plain mean of points, and the lower
bound of Wilson's 95 % interval of the share of satisfied ratings. Floors are left out: all offices
are ranked by each score. Prints a table and writes a chart.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from pathlib import Path
from statistics import mean

from scipy.stats import spearmanr

from ratings.ranking import CityMean, OfficeCounts, RankingRules, score_of

OFFICES, MONTHS, CITIES, SEED = 41, 12, 40, 12333
FEW = 30
RULES = RankingRules()
SCORES = ("shrunken", "plain mean", "Wilson bound")
COLOURS = {"shrunken": "#1d5f9e", "plain mean": "#c2571a", "Wilson bound": "#4d7f3c"}


@dataclass(frozen=True)
class Office:
    """True shares of levels 1 to 5, and the usual number of ratings a month."""

    shares: tuple[float, ...]
    volume: float

    @property
    def quality(self) -> float:
        """Expected points of a rating."""
        return sum(float(RULES.points[level]) * self.shares[level - 1] for level in range(1, 6))


@dataclass(frozen=True)
class Outcome:
    """One month of one city: rank correlation, and the leader's true rank and ratings, by score."""

    month: int
    correlation: dict[str, float]
    leader_true_rank: dict[str, int]
    leader_ratings: dict[str, int]


def make_office(chance: random.Random) -> Office:
    """An office of middling to good quality; volumes differ by a factor of about thirty."""
    good = min(max(chance.gauss(0.82, 0.07), 0.4), 0.98)
    top = chance.uniform(0.45, 0.7)
    worst = chance.uniform(0.25, 0.6)
    bad = 1 - good
    shares = (bad * worst, bad * (1 - worst), good * 0.12, good * (0.88 - top), good * top)
    return Office(shares, min(max(chance.lognormvariate(3.6, 1.0), 4), 400))


def rate(chance: random.Random, office: Office) -> OfficeCounts:
    """One month's ratings of an office."""
    number = max(1, round(chance.gauss(office.volume, sqrt(office.volume))))
    drawn = Counter(chance.choices(range(1, 6), office.shares, k=number))
    return OfficeCounts((drawn[1], drawn[2], drawn[3], drawn[4], drawn[5]))


def wilson_bound(counts: OfficeCounts) -> float:
    """Lower end of Wilson's 95 % interval of the share of levels 3 to 5."""
    n, z = counts.ratings, 1.96
    share = (n - counts.bad) / n
    centre = share + z * z / (2 * n)
    spread = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (centre - spread) / (1 + z * z / n)


def simulate_city(chance: random.Random) -> list[Outcome]:
    """Twelve months of one city; the city mean is that of the months before."""
    offices = [make_office(chance) for _ in range(OFFICES)]
    true_order = sorted(range(OFFICES), key=lambda i: -offices[i].quality)
    true_rank = {office: place + 1 for place, office in enumerate(true_order)}
    past = CityMean(Decimal(0), 0)
    outcomes = []
    for month in range(1, MONTHS + 1):
        counts = [rate(chance, office) for office in offices]
        total = CityMean(
            past.points + sum((c.points_by(RULES) for c in counts), Decimal(0)),
            past.ratings + sum(c.ratings for c in counts),
        )
        city = past if past.ratings else total
        values = {
            "shrunken": [float(score_of(c, RULES, city)) for c in counts],
            "plain mean": [float(c.points_by(RULES)) / c.ratings for c in counts],
            "Wilson bound": [wilson_bound(c) for c in counts],
        }
        leaders = {name: max(range(OFFICES), key=values[name].__getitem__) for name in SCORES}
        truth = [office.quality for office in offices]
        outcomes.append(
            Outcome(
                month,
                {name: float(spearmanr(truth, values[name]).statistic) for name in SCORES},
                {name: true_rank[leaders[name]] for name in SCORES},
                {name: counts[leaders[name]].ratings for name in SCORES},
            )
        )
        past = total
    return outcomes


def draw(outcomes: list[Outcome]) -> str:
    """A line chart of the mean rank correlation by month, as SVG."""
    left, top, width, height, low, high = 60, 50, 560, 280, 0.4, 1.0

    def x(month: int) -> float:
        return left + (month - 1) / (MONTHS - 1) * width

    def y(value: float) -> float:
        return top + (high - value) / (high - low) * height

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 130} '
        f'{top + height + 50}" font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="{left}" y="24" font-size="14" font-weight="bold">Rank correlation with true '
        f"quality, mean of {CITIES} simulated cities of {OFFICES} offices</text>",
    ]
    for step in range(7):
        value = low + step * 0.1
        parts.append(
            f'<line x1="{left}" x2="{left + width}" y1="{y(value):.1f}" y2="{y(value):.1f}" '
            f'stroke="#ddd"/><text x="{left - 8}" y="{y(value) + 4:.1f}" text-anchor="end">'
            f"{value:.1f}</text>"
        )
    parts += [
        f'<text x="{x(month):.1f}" y="{top + height + 18}" text-anchor="middle">{month}</text>'
        for month in range(1, MONTHS + 1)
    ]
    parts.append(
        f'<text x="{left + width / 2}" y="{top + height + 38}" text-anchor="middle">month</text>'
    )
    for name in SCORES:
        means = [mean(_of_month(outcomes, month, name)) for month in range(1, MONTHS + 1)]
        points = " ".join(f"{x(m):.1f},{y(v):.1f}" for m, v in enumerate(means, start=1))
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{COLOURS[name]}" '
            f'stroke-width="2.5"/><text x="{left + width + 8}" y="{y(means[-1]) + 4:.1f}" '
            f'fill="{COLOURS[name]}">{name} {mean(means):.3f}</text>'
        )
    return "\n".join([*parts, "</svg>"])


def _of_month(outcomes: list[Outcome], month: int, name: str) -> list[float]:
    return [outcome.correlation[name] for outcome in outcomes if outcome.month == month]


def main() -> None:
    """Simulate, print the table, write the chart."""
    chance = random.Random(SEED)
    outcomes = [outcome for _ in range(CITIES) for outcome in simulate_city(chance)]
    print(f"{OFFICES} offices, {MONTHS} months, {CITIES} cities")
    print(f"{'score':14} {'correlation':>12} {'leader true rank':>17} {'leader < 30 ratings':>20}")
    for name in SCORES:
        correlation = mean(outcome.correlation[name] for outcome in outcomes)
        true_rank = mean(outcome.leader_true_rank[name] for outcome in outcomes)
        few = mean(outcome.leader_ratings[name] < FEW for outcome in outcomes)
        print(f"{name:14} {correlation:12.3f} {true_rank:17.1f} {few:20.0%}")
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("ranking_simulation.svg")
    target.write_text(draw(outcomes), encoding="utf-8")
    print(f"chart: {target}")


if __name__ == "__main__":
    main()
