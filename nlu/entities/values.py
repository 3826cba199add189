"""The facts that may be found in a message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class NamedLaw:
    """A law and article that the citizen named, as in 劳动合同法第38条."""

    law: str
    article: int | None


@dataclass(frozen=True)
class Entities:
    """What a message names. None or empty when it names nothing of the kind.

    ``town`` is an id of config/towns.yaml; ``dates`` are local days in the order said, a month or
    year standing for its first day; ``duration_months`` is the longest span named; ``amount`` the
    largest sum in yuan; ``people`` how many are concerned; ``case_number`` is DG and digits.
    """

    town: str | None = None
    dates: tuple[date, ...] = ()
    duration_months: Decimal | None = None
    amount: Decimal | None = None
    people: int | None = None
    employer: str | None = None
    law: NamedLaw | None = None
    case_number: str | None = None


NO_ENTITIES = Entities()
