"""The facts that may be found in a message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.ranges import Range


@dataclass(frozen=True)
class NamedLaw:
    """A law and article that the citizen named, as in 劳动合同法第38条."""

    law: str
    article: int | None


@dataclass(frozen=True)
class Entities:
    """What a message names. None or empty when it names nothing of the kind.

    ``town`` is an id of config/towns.yaml; ``dates`` are local days in the order said, each with
    the precision said (去年年底 is all of December); ``duration`` the longest span named in months
    of 30 days, ``duration_months`` its lower end, ``is_in_years`` whether it was said in whole
    years or so; ``service`` how long somebody has worked, in months, which is no duration;
    ``hired`` the day on which somebody was hired, ``background`` those of the dates that are not
    when something happened (hired, a contract signed, a visit, a plan); ``amount`` the total, else
    the largest sum in yuan; ``people`` how many are concerned; ``year_asked`` the calendar year
    whose figure is asked for; ``case_number`` is DG and digits.
    """

    town: str | None = None
    dates: tuple[Range[date], ...] = ()
    duration_months: Decimal | None = None
    amount: Range[Decimal] | None = None
    people: Range[int] | None = None
    employer: str | None = None
    law: NamedLaw | None = None
    case_number: str | None = None
    duration: Range[Decimal] | None = None
    year_asked: int | None = None
    is_in_years: bool = False
    service: Range[Decimal] | None = None
    hired: Range[date] | None = None
    background: tuple[Range[date], ...] = ()


NO_ENTITIES = Entities()
