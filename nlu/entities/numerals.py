"""Chinese and Arabic numbers as they are said, typed and recognised."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

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

CHINESE_NUMBER = "[零〇一二三四五六七八九十百千万亿两俩仨壹贰叁肆伍陆柒捌玖拾佰仟]+"
NUMBER = rf"(?:\d[\d,]*(?:\.\d+)?\s*[万千wWkK]?(?![\d.])|{CHINESE_NUMBER})"

_SUFFIXES = {"万": 10_000, "w": 10_000, "千": 1000, "k": 1000, "": 1}
_ARABIC = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*([万千wk]?)")


def parse_number(text: str) -> Decimal | None:
    """A number in digits, Chinese numerals or both (3.5万, 三千二, 两百); None if it is none."""
    cleaned = text.strip().lower()
    arabic = _ARABIC.fullmatch(cleaned)
    if arabic:
        return _arabic_value(arabic.group(1), arabic.group(2))
    if not cleaned or not re.fullmatch(CHINESE_NUMBER, cleaned):
        return None
    return Decimal(_chinese_value(cleaned))


def _arabic_value(digits: str, suffix: str) -> Decimal | None:
    try:
        return Decimal(digits.replace(",", "")) * _SUFFIXES[suffix]
    except InvalidOperation:
        return None


def _chinese_value(text: str) -> int:
    if not any(c in UNITS or c in LARGE_UNITS for c in text):
        return int("".join(str(DIGITS[c]) for c in text))
    total = section = digit = 0
    last_unit = 1
    for c in text:
        if c in DIGITS:
            digit = DIGITS[c]
            last_unit = 1 if digit == 0 else last_unit
        elif c in UNITS:
            section += (digit or 1) * UNITS[c]
            digit, last_unit = 0, UNITS[c]
        else:
            total = (total + section + digit) * LARGE_UNITS[c]
            section, digit, last_unit = 0, 0, LARGE_UNITS[c]
    # 三千二 is 3200: a last digit after a unit counts the next lower unit.
    return total + section + digit * (last_unit // 10 if last_unit >= 100 else 1)
