"""States, fields and slots of lodging a petition.

Petition-work-regulations#17 to #19 ask for name, address and request of a petitioner; the name may
be withheld here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from casework.remedies import DayNeeded
from core.ranges import Range
from dialogue.slots import Slots, State


class PetitionState(State):
    """From the story to the read-back."""

    STORY = "story"
    ASK = "ask"
    ASK_DAY = "ask_day"
    DOUBT = "doubt"
    CODE = "code"
    RECORD = "record"
    READ_BACK = "read_back"
    WHICH = "which"


class Field(StrEnum):
    """What is asked for, in this order. The names are those of the slots."""

    ISSUE = "issue"
    EMPLOYER = "employer"
    TOWN = "town"
    SINCE = "since"
    PEOPLE = "people"
    AMOUNT = "amount_yuan"
    WANTED = "wanted"
    EVIDENCE = "evidence"
    NAME = "name"
    PHONE = "phone"


NUMBER_FIELDS = frozenset({Field.PEOPLE, Field.AMOUNT, Field.PHONE})
"""Fields that keys can answer, ended by #."""
RECORDED_FIELDS = frozenset({Field.EMPLOYER, Field.NAME})
"""Names that are recorded as well when they were not heard well."""


@dataclass(frozen=True)
class NameRecording:
    """A name that was recorded because it was not understood."""

    field: Field
    provider_sid: str
    seconds: int


@dataclass(frozen=True)
class PetitionSlots(Slots):
    """``said`` is the message that began it. ``skipped`` are fields that stay empty.

    ``topics`` are the problems of the story, ``is_confirmed`` tells that the citizen confirmed it.
    ``asking`` is the field that is asked for, ``last`` the one that was filled last; ``heard`` is a
    name that was heard badly, ``doubted`` a number of which it is not clear what it counts.
    ``day_needed`` is the day on which a limit hangs, asked for once
    (``has_asked_day``): when it began, when the employment ended (``left``; ``is_employed`` when it
    goes on), when an award or decision was ``received``. ``code_sent_to`` is the number to which a
    code was sent last, ``unproved`` are those that stay a claim, ``refusals`` counts numbers to
    which no text may go.
    """

    flow: ClassVar[str] = "petition"
    is_filling_in: ClassVar[bool] = True
    waits: ClassVar[bool] = True

    said: str = ""
    issue: str = ""
    employer: str = ""
    town: str = ""
    since: Range[date] | None = None
    people: Range[int] | None = None
    amount_yuan: Range[Decimal] | None = None
    wanted: str = ""
    evidence: str = ""
    name: str = ""
    phone: str = ""
    topics: tuple[str, ...] = ()
    is_confirmed: bool = False
    skipped: tuple[Field, ...] = ()
    asking: Field | None = None
    last: Field | None = None
    no_matches: int = 0
    heard: str = ""
    recordings: tuple[NameRecording, ...] = ()
    has_asked_day: bool = False
    day_needed: DayNeeded | None = None
    left: Range[date] | None = None
    received: Range[date] | None = None
    is_employed: bool | None = None
    code_sent_to: str = ""
    unproved: tuple[str, ...] = ()
    refusals: int = 0
    doubted: Decimal | None = None

    def value(self, field: Field) -> object:
        """What is in a field; empty or None when nothing is."""
        return getattr(self, field.value)

    @property
    def filled(self) -> tuple[Field, ...]:
        """The fields that hold something, in order."""
        return tuple(field for field in Field if self.value(field))
