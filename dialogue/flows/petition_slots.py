"""What a petition asks for: one table of slots, each with how its answer is read.

Petition-work-regulations#17 to #19 ask for name, address and request of a petitioner; the name
may be withheld here (RULES section 5).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core.errors import InputError
from core.phones import parse_phone
from nlu.entities.numerals import parse_number
from nlu.entities.values import Entities

SKIP_WORDS = frozenset(
    {
        "不知道", "不清楚", "不记得", "没有", "无", "跳过", "不说", "不想说", "匿名", "唔知", "冇",
        "skip", "no", "none", "unknown", "i don't know", "dont know", "anonymous", "#",
    }
)  # fmt: skip
_MOST_CHARACTERS = 1000


@dataclass(frozen=True)
class PetitionSlot:
    """One thing asked. ``read`` gives the JSON-able value, or None when it was not understood.

    ``is_number`` slots take keys ended by #; others take words.
    """

    name: str
    read: Callable[[str, Entities], Any]
    is_required: bool = False
    is_number: bool = False


def _words(words: str, entities: Entities) -> str | None:
    return words[:_MOST_CHARACTERS] or None


def _issue(words: str, entities: Entities) -> str | None:
    return words[:_MOST_CHARACTERS] if len(words) >= 4 else None


def _employer(words: str, entities: Entities) -> str | None:
    return entities.employer or _words(words, entities)


def _town(words: str, entities: Entities) -> str | None:
    return entities.town


def _since(words: str, entities: Entities) -> str | None:
    first = entities.dates[0].at_least if entities.dates else None
    return first.isoformat() if first else None


def _people(words: str, entities: Entities) -> int | None:
    if entities.people is not None:
        return entities.people.at_least
    number = parse_number(words.strip(" 人个個名位#。."))
    return int(number) if number is not None and 1 <= number <= 100_000 else None


def _amount(words: str, entities: Entities) -> str | None:
    if entities.amount is not None:
        return str(entities.amount.at_least)
    number = parse_number(words.strip(" 元块塊蚊钱#。."))
    return str(number) if number is not None and 0 <= number < 10**10 else None


def _phone(words: str, entities: Entities) -> str | None:
    try:
        phone = parse_phone(words.strip("# "))
    except InputError:
        return None
    return phone.e164 if phone.can_receive_texts else None


SLOTS: tuple[PetitionSlot, ...] = (
    PetitionSlot("issue", _issue, is_required=True),
    PetitionSlot("employer", _employer, is_required=True),
    PetitionSlot("town", _town),
    PetitionSlot("since_on", _since),
    PetitionSlot("people", _people, is_number=True),
    PetitionSlot("amount_yuan", _amount, is_number=True),
    PetitionSlot("wanted", _words),
    PetitionSlot("evidence", _words),
    PetitionSlot("name", _words),
)
PHONE_SLOT = PetitionSlot("case_phone", _phone, is_number=True)
SLOT_BY_NAME = {slot.name: slot for slot in (*SLOTS, PHONE_SLOT)}
# Names that are recorded as well when they were not heard well, and where their recordings are.
RECORDED_SLOTS = ("employer", "name")
RECORDING_SLOTS = tuple(f"{name}_recording" for name in RECORDED_SLOTS)
# In the order of the keys by which a citizen corrects them.
CORRECTABLE = ("issue", "employer", "town", "since_on", "people", "amount_yuan")


def day_of(value: object) -> date | None:
    """A slot's day, or None."""
    return date.fromisoformat(str(value)) if value else None


def yuan_of(value: object) -> Decimal | None:
    """A slot's amount, or None."""
    return Decimal(str(value)) if value is not None else None
