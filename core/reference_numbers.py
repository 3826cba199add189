"""Case numbers that survive being read aloud: ``DG`` + day + sequence + check digit.

The check digit is Damm's (H. M. Damm, Total anti-symmetrische Quasigruppen, 2004). Unlike ISO 7064
mod 11,10 it finds every single wrong digit *and* every swap of two neighbours, the two errors that
people make when they repeat digits, with one decimal digit and no letter.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from sqlalchemy import Date, Integer
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.database import Base
from core.errors import InputError

PREFIX = "DG"
_DAY_DIGITS = 8
_SEQUENCE_DIGITS = 4
# A day with more than 9,999 cases gets longer sequences rather than an error.
_MOST_SEQUENCE_DIGITS = 6
_LENGTHS = range(_DAY_DIGITS + _SEQUENCE_DIGITS + 1, _DAY_DIGITS + _MOST_SEQUENCE_DIGITS + 2)
_FIRST_YEAR = 2020

_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
_CHINESE_DIGITS = str.maketrans("零〇○洞一幺么二两兩三四五六七拐八九勾", "0000111222345677899")
_ENGLISH_DIGITS = {
    "zero": "0",
    "oh": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
}
_ENGLISH_DIGIT = re.compile(r"\b(" + "|".join(_ENGLISH_DIGITS) + r")\b", re.IGNORECASE)
_BETWEEN = r"[\s\-_.,、，。·/:：]*"
_DIGIT_RUN = re.compile(rf"\d(?:{_BETWEEN}\d)+")


class CaseSequence(Base):
    """The last sequence number given on a local day."""

    __tablename__ = "case_sequences"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    last: Mapped[int] = mapped_column(Integer)


def check_digit(digits: str) -> str:
    """Damm's check digit of a string of decimal digits."""
    interim = "0"
    for digit in digits:
        interim = _DAMM[int(interim)][int(digit)]
    return interim


def make_case_number(day: date, sequence: int) -> str:
    """The number of the ``sequence``-th case (from 1) of a local day, such as DG2026112300015."""
    body = f"{day:%Y%m%d}{sequence:0{_SEQUENCE_DIGITS}d}"
    return PREFIX + body + check_digit(body)


def group_case_number(number: str) -> str:
    """The number in groups for the eye: ``DG 20261123 0001 5``."""
    digits = number.removeprefix(PREFIX)
    return f"{PREFIX} {digits[:_DAY_DIGITS]} {digits[_DAY_DIGITS:-1]} {digits[-1]}"


def is_case_number(number: str) -> bool:
    """Whether this is a canonical number: prefix, a real day, sequence, right check digit."""
    digits = number.removeprefix(PREFIX)
    if not number.startswith(PREFIX) or not re.fullmatch(r"[0-9]+", digits):
        return False
    return len(digits) in _LENGTHS and _has_real_day(digits) and check_digit(digits) == "0"


def find_case_number(text: str) -> str | None:
    """The first case number said or written in ``text``, canonical, or None.

    Understands spaces and dashes, lower case, full width, Chinese and English digit words, a
    missing ``DG``, and further digits behind the number (such as the last four of a phone).
    """
    for match in _DIGIT_RUN.finditer(_plain_digits(text)):
        digits = re.sub(r"\D", "", match.group())
        for candidate in _candidates(digits):
            if is_case_number(PREFIX + candidate):
                return PREFIX + candidate
    return None


def parse_case_number(text: str) -> str:
    """The case number in ``text``, canonical.

    Raises InputError with field ``case_number`` when there is none or its check digit is wrong.
    """
    number = find_case_number(text)
    if number is None:
        raise InputError("There is no valid case number in this text.", "case_number")
    return number


def next_case_number(db: Session, day: date) -> str:
    """Take the next number of a local day.

    One atomic statement, so that two writers never get the same number; a rolled-back unit of
    work gives its number back.
    """
    dialect = db.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement = (
        insert(CaseSequence)
        .values(day=day, last=1)
        .on_conflict_do_update(index_elements=["day"], set_={"last": CaseSequence.last + 1})
        .returning(CaseSequence.last)
    )
    return make_case_number(day, db.scalars(statement).one())


def _plain_digits(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    plain = _ENGLISH_DIGIT.sub(lambda word: _ENGLISH_DIGITS[word.group().lower()], plain)
    return plain.translate(_CHINESE_DIGITS)


def _candidates(digits: str) -> list[str]:
    """Stretches of ``digits`` that might be a number: the whole first, then from the left."""
    whole = [digits] if len(digits) in _LENGTHS else []
    starts = range(len(digits) - _LENGTHS[0] + 1)
    parts = [digits[start : start + length] for start in starts for length in _LENGTHS]
    return whole + [part for part in parts if len(part) in _LENGTHS]


def _has_real_day(digits: str) -> bool:
    try:
        day = date.fromisoformat(f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}")
    except ValueError:
        return False
    return day.year >= _FIRST_YEAR
