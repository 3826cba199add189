"""Chinese and Arabic numbers as they are said, typed and recognised."""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = {
    **{c: i for i, c in enumerate("零一二三四五六七八九")},
    **{c: i for i, c in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    "两": 2,
    "俩": 2,
    "仨": 3,
    "幺": 1,
}
UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
LARGE_UNITS = {"万": 10_000, "亿": 100_000_000}

CHINESE_NUMERAL = "[零〇一二三四五六七八九十百千万亿两俩仨壹贰叁肆伍陆柒捌玖拾佰仟]"
CHINESE_NUMBER = f"{CHINESE_NUMERAL}+"
NUMBER = rf"(?:\d[\d,]*(?:\.\d+)?\s*[万千wWkK]?(?![\d.])|{CHINESE_NUMBER})"

_ALL_UNITS = {**UNITS, **LARGE_UNITS, "w": 10_000, "k": 1000}
_TOKEN = re.compile(
    rf"\s*(?:(\d[\d,]*(?:\.\d+)?)|([{''.join(DIGITS)}]+)|([{''.join(_ALL_UNITS)}]))\s*"
)
_LARGE = 10_000
_MAX_DIGITS = 18
# Longer than any number that is said; units upon units would make one of thousands of digits.
_MAX_CHARACTERS = 40


def parse_number(text: str) -> Decimal | None:
    """A number in digits, Chinese numerals or both (3.5万, 1万5, 三千二, 两百); None if it is none.

    A last single digit after a unit counts the next lower unit: 三千二 is 3200, 13万2 is 132000.
    """
    cleaned = text.strip().lower().replace("廿", "二十").replace("卅", "三十")
    if len(cleaned) > _MAX_CHARACTERS:
        return None
    tokens: list[re.Match[str]] = []
    at = 0
    while at < len(cleaned):
        token = _TOKEN.match(cleaned, at)
        if token is None:
            return None
        tokens.append(token)
        at = token.end()
    return _value(tokens) if tokens else None


def _value(tokens: list[re.Match[str]]) -> Decimal | None:
    total = section = Decimal(0)
    digit: Decimal | None = None
    last_unit, digits = 1, ""
    for token in tokens:
        if token[3]:
            unit = _ALL_UNITS[token[3]]
            total, section = _with_unit(total, section, digit, unit)
            digit, last_unit = None, unit
            continue
        digits = token[1].replace(",", "") if token[1] else _as_digits(token[2])
        if digit or len(digits) > _MAX_DIGITS:
            return None
        digit = Decimal(digits)
    if digit is None:
        return total + section
    is_next_unit = last_unit >= 100 and len(digits) == 1
    return total + section + digit * (last_unit // 10 if is_next_unit else 1)


def _with_unit(
    total: Decimal, section: Decimal, digit: Decimal | None, unit: int
) -> tuple[Decimal, Decimal]:
    """Total and section below ten thousand after one more unit; a unit alone counts one of it."""
    if unit < _LARGE:
        return total, section + (Decimal(1) if digit is None else digit) * unit
    counted = section + (digit or 0)
    if total and total < unit:
        return (total + counted) * unit, Decimal(0)
    return total + (counted or Decimal(1)) * unit, Decimal(0)


def _as_digits(chinese: str) -> str:
    return "".join(str(DIGITS[c]) for c in chinese)
