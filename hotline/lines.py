"""Who gets a line: so many in all, so many for one number, a share for withheld numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from hotline.calls import count_open_calls
from hotline.models import Call


@dataclass(frozen=True)
class Caller:
    """Who calls: the keyed hash of the number (empty when withheld), and whether the carrier says
    that it is theirs."""

    phone_key: str
    is_vouched: bool


@dataclass(frozen=True)
class LineRules:
    """How many calls hold a line at once.

    ``max_calls`` in all, ``max_per_number`` of one number (those of ``switchboards``, keyed hashes,
    are exempt), ``withheld_percent`` of all lines for callers who withhold their number.
    """

    max_calls: int
    max_per_number: int = 2
    withheld_percent: int = 25
    switchboards: frozenset[str] = field(default_factory=frozenset)

    @property
    def max_withheld(self) -> int:
        """Lines that withheld numbers may hold together; one at least."""
        return max(1, self.max_calls * self.withheld_percent // 100)


def has_free_line(db: Session, rules: LineRules, caller: Caller, now: datetime) -> bool:
    """Whether this caller gets a line now.

    Calls that only claim a number are counted apart from those whose carrier vouches for it, so
    that nobody takes up the lines of somebody else's number.
    """
    if count_open_calls(db, now) >= rules.max_calls:
        return False
    if not caller.phone_key:
        return _count(db, now, Call.phone_key.is_(None)) < rules.max_withheld
    if caller.phone_key in rules.switchboards:
        return True
    own = _count(db, now, Call.phone_key == caller.phone_key, Call.is_vouched == caller.is_vouched)
    return own < rules.max_per_number


def _count(db: Session, now: datetime, *of_caller: ColumnElement[bool]) -> int:
    open_calls = select(func.count()).where(
        Call.ended_at.is_(None), Call.has_line, Call.alive_until > now, *of_caller
    )
    return db.scalar(open_calls) or 0
