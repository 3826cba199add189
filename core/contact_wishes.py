"""Safe contact: how, when and whether a citizen wants to be reached. Pure.

A call at the wrong moment, or a text that names the matter, can cost a citizen the job. What is
wished binds every text that nobody asked for, and every call-back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum

from core.clock import to_local

_DAY_FROM, _EVENING_FROM, _EVENING_UNTIL = time(9), time(18), time(21)
_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


class ContactWay(StrEnum):
    """Whether and how the citizen may be reached."""

    ANY = "any"
    CALL = "call"
    TEXT = "text"
    NONE = "none"


class ContactHours(StrEnum):
    """When: at any time, from 9 to 18, from 18 to 21, or on Saturdays and Sundays from 9 to 21."""

    ANY = "any"
    DAY = "day"
    EVENING = "evening"
    REST_DAYS = "rest_days"


@dataclass(frozen=True)
class ContactWish:
    """What was wished. ``is_discreet``: texts name no matter. ``words``: as it was said."""

    way: ContactWay = ContactWay.ANY
    hours: ContactHours = ContactHours.ANY
    is_discreet: bool = False
    words: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was wished."""
        return replace(self, words="") == ContactWish()

    @property
    def allows_text(self) -> bool:
        """Whether a text that was not asked for may be sent."""
        return self.way in (ContactWay.ANY, ContactWay.TEXT)

    @property
    def allows_call(self) -> bool:
        """Whether the citizen may be called."""
        return self.way in (ContactWay.ANY, ContactWay.CALL)

    def allows_at(self, at: datetime) -> bool:
        """Whether ``at`` (aware) lies in the wished hours of Dongguan."""
        local = to_local(at)
        match self.hours:
            case ContactHours.DAY:
                return _DAY_FROM <= local.time() < _EVENING_FROM
            case ContactHours.EVENING:
                return _EVENING_FROM <= local.time() < _EVENING_UNTIL
            case ContactHours.REST_DAYS:
                is_rest = local.weekday() >= _SATURDAY
                return is_rest and _DAY_FROM <= local.time() < _EVENING_UNTIL
            case _:
                return True

    def next_allowed(self, at: datetime) -> datetime:
        """``at`` itself, or when the wished hours begin next."""
        if self.allows_at(at):
            return at
        local = to_local(at)
        begin = _EVENING_FROM if self.hours is ContactHours.EVENING else _DAY_FROM
        day = local.date()
        while True:
            moment = datetime.combine(day, begin, local.tzinfo)
            if moment > local and self.allows_at(moment):
                return moment.astimezone(at.tzinfo)
            day += _ONE_DAY

    def with_newer(self, newer: ContactWish) -> ContactWish:
        """This wish as a later one changes it; what the later one leaves open stays."""
        return ContactWish(
            way=newer.way if newer.way is not ContactWay.ANY else self.way,
            hours=newer.hours if newer.hours is not ContactHours.ANY else self.hours,
            is_discreet=newer.is_discreet or self.is_discreet,
            words="；".join(dict.fromkeys(filter(None, (self.words, newer.words)))),
        )


NO_WISH = ContactWish()
