"""Bare numbers, of which it is not said what they count. Pure."""

from __future__ import annotations

import re
from decimal import Decimal

from dialogue.heard import Heard
from nlu.entities.numerals import parse_number

# So many people are hardly ever meant by a number without its unit ("一万二" is money).
_MIN_DOUBTFUL = 500
_MARKS = " 。.!！,，#*吧啊呀了"
PEOPLE_NAMED = re.compile(r"人|工友|员工|同事|位|people|workers|persons|heads", re.IGNORECASE)
MONEY_NAMED = re.compile(r"钱|錢|元|块|塊|蚊|金额|工资|yuan|rmb|money|amount|wage", re.IGNORECASE)


def is_doubtful(heard: Heard) -> bool:
    """Whether an answer to "how many people" is a large number and nothing more."""
    number = read_bare_number(heard)
    return number is not None and number >= _MIN_DOUBTFUL


def read_bare_number(heard: Heard) -> Decimal | None:
    """The number that was keyed, or that is the whole of the words, without any unit."""
    said = heard.keys.strip("#*") or heard.plain.strip(_MARKS)
    return parse_number(said) if said else None
