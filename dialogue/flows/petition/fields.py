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
from nlu.entities.answers import read_amount_answer, read_people_answer, sum_of_months
from nlu.entities.numerals import parse_number
from nlu.entities.towns import find_town_by_sound
from nlu.entities.values import Entities

_HALF_A_MONTH = timedelta(days=15)
_HALF_A_YEAR = 6  # months
MAX_CHARACTERS = 1000
# "厚街镇" is where an employer is, and not what it is called.
_MAX_PLACE = 4
MAX_PEOPLE = 100_000
MAX_YUAN = Decimal(10) ** 10
_PEOPLE_UNITS = "人个名位#。.,， "
_MONEY_UNITS = "个元块塊蚊钱圆#。.,， "
_ALONE = re.compile(r"^(?:就|只有|只是|得)?(?:我|自己|本人)(?:自己)?(?:一个|一个人|1个|1个人)?$")


def read_field(field: Field, plain: str, entities: Entities, today: date) -> object | None:
    """The value that simplified words give for a field, or None when they cannot be one."""
    return _READERS[field](plain.strip(), entities, today)


def since_of(entities: Entities, today: date) -> Range[date] | None:
    """Since when: the first date that has begun and on which something happened, else how long it
    has gone on, counted back from today. Never a day to come, a plan, or the time of service."""
    for days in entities.dates:
        if _may_be_since(days, entities, today):
            return _until(days, today)
    if entities.duration is None:
        return None
    longest, shortest = entities.duration.upper, entities.duration.lower
    # "Three months" is said to the month, "two years" to the year: half of one either way.
    months = _HALF_A_YEAR if entities.is_in_years else 0
    around = timedelta(0) if entities.is_in_years else _HALF_A_MONTH
    earliest = None if longest is None else _months_before(today, longest + months) - around
    latest = today if shortest is None else _months_before(today, shortest - months) + around
    return Range(earliest, min(latest, today))


def _may_be_since(days: Range[date], entities: Entities, today: date) -> bool:
    begun = days.at_least
    is_begun = begun is not None and begun <= today
    return is_begun and days != entities.hired and days not in entities.background


def _until(days: Range[date], today: date) -> Range[date]:
    """The same days without those to come: what began this year began by today."""
    if days.lower is None or days.upper is None:
        return days
    return Range(days.lower, min(days.upper, today))


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
    name = read_employer(plain)
    return entities.employer if name is None or _is_other_fact(name, entities) else name


def _is_other_fact(name: str, entities: Entities) -> bool:
    """Whether a short answer names a place, a day, people or a sum and no employer."""
    if entities.town is not None and len(name) <= _MAX_PLACE:
        return True
    is_fact = bool(entities.dates or entities.duration or entities.people or entities.amount)
    return is_fact and entities.employer is None


def _town(plain: str, entities: Entities, today: date) -> str | None:
    return entities.town or find_town_by_sound(plain)


def _since(plain: str, entities: Entities, today: date) -> Range[date] | None:
    return since_of(entities, today)


def _people(plain: str, entities: Entities, today: date) -> Range[int] | None:
    # The answer as a whole first: 七八个吧 也可能九个 is more than its first number.
    answered = read_people_answer(plain)
    if answered is not None or entities.people is not None:
        return answered or entities.people
    if _ALONE.match(plain.strip(" 。.!！")):
        return Range.exactly(1)
    number = _number(plain, _PEOPLE_UNITS)
    whole = None if number is None else int(number)
    return Range.exactly(whole) if whole is not None and 1 <= whole <= MAX_PEOPLE else None


def _amount(plain: str, entities: Entities, today: date) -> Range[Decimal] | None:
    if entities.amount is not None:
        return sum_of_months(plain, entities.amount, entities.duration) or entities.amount
    if entities.people is not None:
        return None
    number = _number(plain, _MONEY_UNITS)
    if number is None:
        return read_amount_answer(plain)
    return Range.exactly(number) if 0 < number < MAX_YUAN else None


def _number(plain: str, units: str) -> Decimal | None:
    return parse_number(plain.strip().rstrip(units))


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
