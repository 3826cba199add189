"""How the answer to each question of a petition is read. Pure.

Nothing is put into a field that it cannot be: an employer is a name, a town one of the list, a
number a number, a day a day.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from core.errors import InputError
from core.phones import parse_phone
from core.ranges import Range
from dialogue.flows.petition.names import read_employer, read_person
from dialogue.flows.petition.slots import Field
from dialogue.spoken_digits import digits_of
from nlu.entities.numerals import parse_number
from nlu.entities.towns import find_town_by_sound
from nlu.entities.values import Entities

_HALF_A_MONTH = timedelta(days=15)
MAX_CHARACTERS = 1000
MAX_PEOPLE = 100_000
MAX_YUAN = Decimal(10) ** 10
_UNITS = re.compile(r"[人个名位元块塊蚊钱圆#。.,， ]+$")
_ALONE = re.compile(r"^(?:就|只有|只是|得)?(?:我|自己|本人)(?:自己)?(?:一个|一个人|1个|1个人)?$")


def read_field(field: Field, plain: str, entities: Entities, today: date) -> object | None:
    """The value that simplified words give for a field, or None when they cannot be one."""
    return _READERS[field](plain.strip(), entities, today)


def since_of(entities: Entities, today: date) -> Range[date] | None:
    """Since when: the first day that was named, or the length of time counted back from today."""
    if entities.dates:
        return entities.dates[0]
    if entities.duration is None:
        return None
    longest, shortest = entities.duration.upper, entities.duration.lower
    # "Three months" is said to the month: half a month either way.
    earliest = None if longest is None else _months_before(today, longest) - _HALF_A_MONTH
    latest = today if shortest is None else _months_before(today, shortest) + _HALF_A_MONTH
    return Range(earliest, min(latest, today))


def _months_before(day: date, months: Decimal) -> date:
    whole = int(months)
    index = day.year * 12 + day.month - 1 - whole
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    counted = date(year, month + 1, min(day.day, last))
    return date.fromordinal(counted.toordinal() - int((months - whole) * 30))


def _words(plain: str, entities: Entities, today: date) -> str | None:
    return plain[:MAX_CHARACTERS] or None


def _employer(plain: str, entities: Entities, today: date) -> str | None:
    # The whole answer where it is a name: what is found within may be a part of it.
    return read_employer(plain) or entities.employer


def _town(plain: str, entities: Entities, today: date) -> str | None:
    return entities.town or find_town_by_sound(plain)


def _since(plain: str, entities: Entities, today: date) -> Range[date] | None:
    return since_of(entities, today)


def _people(plain: str, entities: Entities, today: date) -> Range[int] | None:
    if entities.people is not None:
        return entities.people
    if _ALONE.match(plain.strip(" 。.!！")):
        return Range.exactly(1)
    number = _number(plain)
    whole = None if number is None else int(number)
    return Range.exactly(whole) if whole is not None and 1 <= whole <= MAX_PEOPLE else None


def _amount(plain: str, entities: Entities, today: date) -> Range[Decimal] | None:
    if entities.amount is not None:
        return entities.amount
    number = _number(plain)
    return Range.exactly(number) if number is not None and 0 < number < MAX_YUAN else None


def _number(plain: str) -> Decimal | None:
    return parse_number(_UNITS.sub("", plain.strip()))


def _name(plain: str, entities: Entities, today: date) -> str | None:
    return read_person(plain)


def _phone(plain: str, entities: Entities, today: date) -> str | None:
    try:
        phone = parse_phone(plain.strip("# ") if plain.startswith("+") else digits_of(plain))
    except InputError:
        return None
    return phone.e164 if phone.can_receive_texts else None


_READERS: Mapping[Field, Callable[[str, Entities, date], object | None]] = {
    Field.ISSUE: _words,
    Field.EMPLOYER: _employer,
    Field.TOWN: _town,
    Field.SINCE: _since,
    Field.PEOPLE: _people,
    Field.AMOUNT: _amount,
    Field.WANTED: _words,
    Field.EVIDENCE: _words,
    Field.NAME: _name,
    Field.PHONE: _phone,
}
