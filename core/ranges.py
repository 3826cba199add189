"""Values known only to lie between two ends: days, counts, sums."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

T = TypeVar("T", date, int, Decimal)


@dataclass(frozen=True)
class Range(Generic[T]):
    """Both ends are included; None is an open end. ``Range(2, 3)`` is 两三个, ``Range(100, None)``
    is 一百多人, and 去年年底 is the first to the last of December.

    Raises ValueError when the ends are the wrong way round.
    """

    lower: T | None
    upper: T | None

    def __post_init__(self) -> None:
        if self.lower is not None and self.upper is not None and self.lower > self.upper:
            raise ValueError(f"{self.lower} comes after {self.upper}")

    @classmethod
    def exactly(cls, value: T) -> Range[T]:
        """The range that holds one value."""
        return cls(value, value)

    @property
    def is_exact(self) -> bool:
        """Whether only one value lies in it."""
        return self.lower is not None and self.lower == self.upper

    @property
    def at_least(self) -> T | None:
        """The lower end for statistics; the upper one when there is no lower."""
        return self.upper if self.lower is None else self.lower

    @property
    def at_most(self) -> T | None:
        """The upper end for urgency; the lower one when there is no upper."""
        return self.lower if self.upper is None else self.upper
