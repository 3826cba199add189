"""A ranking as canonical JSON: what is frozen, hashed and read again. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from ratings.ranking import CityMean, OfficeCounts, RankingRules, Standing

_WRITTEN_IF_ANY = frozenset({"unproved", "held"})


@dataclass(frozen=True)
class RankingDocument:
    """All that a ranking says: rules, the city mean it drew to, counts, standings.

    ``exclusions`` counts by reason code. ``best_and_worst`` gives, in a year's document, each
    office's best and worst month.
    """

    period: str
    rules: RankingRules
    city_mean: CityMean
    standings: tuple[Standing, ...]
    exclusions: Mapping[str, int]
    best_and_worst: Mapping[str, tuple[str, str]]

    @property
    def ratings(self) -> int:
        """Ratings of the whole city in the period."""
        return sum(standing.counts.ratings for standing in self.standings)

    @property
    def points(self) -> Decimal:
        """Points of the whole city in the period."""
        each = (standing.counts.points_by(self.rules) for standing in self.standings)
        return sum(each, Decimal(0))

    @property
    def ranks(self) -> dict[str, int]:
        """Rank by office, of those ranked."""
        return {s.office_id: s.rank for s in self.standings if s.rank is not None}

    def dumps(self) -> str:
        """Canonical JSON: sorted keys, no spaces, decimals as strings; the same bytes always."""
        value = {
            "period": self.period,
            "rules": self.rules.to_json(),
            "city_mean": {
                "points": _plain(self.city_mean.points),
                "ratings": self.city_mean.ratings,
            },
            "standings": [_standing_to_json(standing) for standing in self.standings],
            "exclusions": dict(self.exclusions),
            "best_and_worst": {k: list(v) for k, v in self.best_and_worst.items()},
        }
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def load_document(text: str) -> RankingDocument:
    """The document from ``dumps``."""
    raw = json.loads(text)
    mean = raw["city_mean"]
    return RankingDocument(
        period=raw["period"],
        rules=RankingRules.from_json(raw["rules"]),
        city_mean=CityMean(Decimal(mean["points"]), mean["ratings"]),
        standings=tuple(_standing_from_json(standing) for standing in raw["standings"]),
        exclusions=raw["exclusions"],
        best_and_worst={k: (v[0], v[1]) for k, v in raw["best_and_worst"].items()},
    )


def hash_document(text: str) -> str:
    """SHA-256 of the canonical JSON, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def _standing_to_json(standing: Standing) -> dict[str, Any]:
    fields = asdict(standing)
    counts = fields.pop("counts")
    # A document from before these were counted stays the same to the byte.
    counts = {name: n for name, n in counts.items() if n or name not in _WRITTEN_IF_ANY}
    return {name: _plain(value) for name, value in {**fields, **counts}.items()}


def _standing_from_json(raw: Mapping[str, Any]) -> Standing:
    return Standing(
        office_id=raw["office_id"],
        rank=raw["rank"],
        score=_decimal(raw["score"]),
        grade=raw["grade"],
        satisfied_rate=_decimal(raw["satisfied_rate"]),
        response_rate=_decimal(raw["response_rate"]),
        rank_change=raw["rank_change"],
        counts=OfficeCounts(
            levels=(
                raw["levels"][0],
                raw["levels"][1],
                raw["levels"][2],
                raw["levels"][3],
                raw["levels"][4],
            ),
            asked=raw["asked"],
            answered=raw["answered"],
            mended_in_time=raw["mended_in_time"],
            rectification_open=raw["rectification_open"],
            excluded=raw["excluded"],
            points=_decimal(raw["points"]),
            unproved=raw.get("unproved", 0),
            held=raw.get("held", 0),
        ),
    )


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)
