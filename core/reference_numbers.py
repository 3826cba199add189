"""Case numbers that survive being read aloud and cannot be guessed: ``DG`` + day + seven random
digits + check digit.

Numbers given before had a sequence of four to six digits in place of the random ones; they are
shorter, and stay valid.

The check digit is Damm's (H. M. Damm, Total anti-symmetrische Quasigruppen, 2004). Unlike ISO 7064
mod 11,10 it finds every single wrong digit *and* every swap of two neighbours, the two errors that
people make when they repeat digits, with one decimal digit and no letter.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import date
from itertools import accumulate

from core.characters import half_width
from core.errors import ConflictError, InputError

PREFIX = "DG"
_DAY_DIGITS = 8
# Of ten million numbers a day, a city of 4,500 cases a day has given one in two thousand.
RANDOM_DIGITS = 7
_SEQUENCE_DIGITS = range(4, 7)
_MIDDLES = (RANDOM_DIGITS, *reversed(_SEQUENCE_DIGITS))
# The longest first: a new number contains stretches that look like an old one.
_LENGTHS = tuple(_DAY_DIGITS + middle + 1 for middle in _MIDDLES)
MAX_NUMBER_DIGITS = max(_LENGTHS)
_FIRST_YEAR = 2020
_MAX_DRAWS = 50

DrawDigits = Callable[[int], str]
"""Draws so many decimal digits by chance."""


def draw_digits(count: int) -> str:
    """So many digits that nobody can foretell."""
    return f"{secrets.randbelow(10**count):0{count}d}"


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


def check_digit(digits: str) -> str:
    """Damm's check digit of a string of decimal digits."""
    interim = "0"
    for digit in digits:
        interim = _DAMM[int(interim)][int(digit)]
    return interim


def make_case_number(day: date, middle: str) -> str:
    """The number of a local day with the digits ``middle``, such as DG2026112348210375."""
    body = f"{day:%Y%m%d}{middle}"
    return PREFIX + body + check_digit(body)


def group_case_number(number: str) -> str:
    """The number in groups for the eye: ``DG 20261123 4821037 5``."""
    digits = number.removeprefix(PREFIX)
    return f"{PREFIX} {digits[:_DAY_DIGITS]} {digits[_DAY_DIGITS:-1]} {digits[-1]}"


def is_case_number(number: str) -> bool:
    """Whether this is a canonical number: prefix, a real day, right length and check digit."""
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
        pieces = re.findall(r"\d+", match.group())
        for candidate in _candidates(pieces):
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


def draw_case_number(day: date, draw: DrawDigits, is_taken: Callable[[str], bool]) -> str:
    """A number of a local day that no case has.

    Raises ConflictError when every number that is drawn is taken.
    """
    for _ in range(_MAX_DRAWS):
        number = make_case_number(day, draw(RANDOM_DIGITS))
        if not is_taken(number):
            return number
    raise ConflictError("No free case number was drawn.")


def _plain_digits(text: str) -> str:
    plain = half_width(text)
    plain = _ENGLISH_DIGIT.sub(lambda word: _ENGLISH_DIGITS[word.group().lower()], plain)
    return plain.translate(_CHINESE_DIGITS)


def _candidates(pieces: list[str]) -> list[str]:
    """Stretches of the digits that might be a number, the likeliest first: all of them; those that
    end where somebody paused; the longest from the left."""
    digits = "".join(pieces)
    pauses = set(accumulate(map(len, pieces)))
    spans = [
        (start, start + length)
        for start in range(len(digits))
        for length in _LENGTHS
        if start + length <= len(digits)
    ]
    spans.sort(key=lambda span: (span != (0, len(digits)), span[0], span[1] not in pauses))
    return [digits[start:end] for start, end in spans]


def _has_real_day(digits: str) -> bool:
    try:
        day = date.fromisoformat(f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}")
    except ValueError:
        return False
    return day.year >= _FIRST_YEAR
