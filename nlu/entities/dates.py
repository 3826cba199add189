"""Days and spans of time as citizens name them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from nlu.entities.numerals import CHINESE_NUMBER, DIGITS, parse_number

_N = rf"(?:\d{{1,4}}|{CHINESE_NUMBER})"
_YEAR_WORDS = {"今年": 0, "本年": 0, "去年": -1, "前年": -2, "大前年": -3, "明年": 1}
_MONTH_WORDS = {"这个月": 0, "本月": 0, "上个月": -1, "上月": -1, "上上个月": -2, "下个月": 1}
_WEEK_WORDS = {"上周": -7, "上星期": -7, "上个星期": -7, "上礼拜": -7, "上个礼拜": -7}
_DAY_WORDS = {
    **_WEEK_WORDS,
    "今天": 0,
    "今日": 0,
    "昨天": -1,
    "昨日": -1,
    "前天": -2,
    "明天": 1,
    "大前天": -3,
}

_YEAR_NUMBER = r"(?:(?:19|20)?\d{2}|[零〇一二三四五六七八九]{2,4})"
_MONTH_NUMBER = r"(?:\d{1,2}|十[一二]?|[一二三四五六七八九])"
_DAY_NUMBER = r"(?:\d{1,2}|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_FULL = re.compile(
    rf"(?:(?P<year>{_YEAR_NUMBER})\s*年\s*|(?P<yw>大前年|今年|本年|去年|前年|明年)的?)?"
    rf"(?P<month>{_MONTH_NUMBER})\s*月(?:份)?(?!饼)"
    rf"(?:\s*(?P<day>{_DAY_NUMBER})\s*[日号])?"
)
_DIGITAL = re.compile(r"(?<!\d)((?:19|20)\d{2})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?!\d)")
_YEAR = re.compile(
    r"(?<!\d)((?:19|20)\d{2}|[一二][零〇一二三四五六七八九]{3})\s*年(?!\s*\d{1,2}\s*月)"
)
_MONTHS_AGO = re.compile(rf"({_N})\s*(天|个月|个星期|周|年)(?:以)?前")
_YEARS_AND_MONTHS = re.compile(
    rf"(?P<years>{_N})年(?:零|又|加|外加|and)?(?P<months>{_N})个(?P<half>半)?月"
)
_SPAN = re.compile(
    rf"(?P<half>半)\s*(?P<halfunit>个月|个多月|年)"
    rf"|(?P<n>{_N}(?:\.\d+)?)\s*(?P<more>多|来|几)?\s*(?P<unit>个多月|个半月|个月|月工资|年半|年|个?星期|个?礼拜|周|天|日(?=之?内|以内|左右))"
    rf"|(?P<en>\d+(?:\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|twelve)\s+"
    rf"(?P<enunit>years?|months?|weeks?|days?)",
    re.IGNORECASE,
)
_EN_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# "may" and "march" are other words too: a month has a capital, and a day, a year or "in" beside it.
_EN_MONTH = re.compile(
    r"(?:\b(?:in|since|from|until|on|last)\s+)?\b(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|"
    r"Apr(?:il)?|(?<=in )May|(?<=since )May|May(?=\s+\d)|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|"
    r"Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b(?:\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?\b)?"
    r"(?:,?\s*(?P<year>(?:19|20)\d{2})\b)?"
)
_EN_RELATIVE = re.compile(r"\b(?:yesterday|last (?:week|month|year))\b", re.IGNORECASE)
_EN_NUMBERS = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], start=1
    )
} | {"twelve": 12}
_DAYS_A_MONTH = Decimal(30)
_MONTHS_OF_UNIT = {
    "个月": Decimal(1),
    "个多月": Decimal(1),
    "月工资": Decimal(1),
    "年": Decimal(12),
    "星期": Decimal(7) / _DAYS_A_MONTH,
    "个星期": Decimal(7) / _DAYS_A_MONTH,
    "礼拜": Decimal(7) / _DAYS_A_MONTH,
    "个礼拜": Decimal(7) / _DAYS_A_MONTH,
    "周": Decimal(7) / _DAYS_A_MONTH,
    "天": 1 / _DAYS_A_MONTH,
    "日": 1 / _DAYS_A_MONTH,
    "year": Decimal(12),
    "month": Decimal(1),
    "week": Decimal(7) / _DAYS_A_MONTH,
    "day": 1 / _DAYS_A_MONTH,
}


def find_dates(text: str, today: date) -> tuple[date, ...]:
    """The days named in a text, in order; relative ones counted from ``today`` (local).

    A month without a year is the latest such month that has begun; a month or a year without a day
    stands for its first day. Impossible days are left out.
    """
    found: list[tuple[int, date]] = []
    taken: list[tuple[int, int]] = []
    for start, end, day in _matches(text, today):
        if day is None or any(start < e and s < end for s, e in taken):
            continue
        taken.append((start, end))
        found.append((start, day))
    return tuple(dict.fromkeys(day for _, day in sorted(found)))


def find_duration_months(text: str) -> Decimal | None:
    """The longest span named, in months of 30 days, to two decimals; None without one."""
    spans = [months for match in _SPAN.finditer(text) if (months := _span_months(match))]
    spans += [_years_and_months(match) for match in _YEARS_AND_MONTHS.finditer(text)]
    return max(spans).quantize(Decimal("0.01")) if spans else None


def _matches(text: str, today: date) -> Iterator[tuple[int, int, date | None]]:
    for m in _DIGITAL.finditer(text):
        yield m.start(), m.end(), _day(int(m[1]), int(m[2]), int(m[3] or 1))
    for m in _FULL.finditer(text):
        yield m.start(), m.end(), _full_day(m, today)
    for m in _YEAR.finditer(text):
        yield m.start(), m.end(), _day(_year_number(m[1]), 1, 1)
    for m in _MONTHS_AGO.finditer(text):
        yield m.start(), m.end(), _ago(m[1], m[2], today)
    for start, end, offset in _find_words(text, _MONTH_WORDS):
        yield start, end, _shift_months(today.replace(day=1), offset)
    for start, end, offset in _find_words(text, _DAY_WORDS):
        yield start, end, today + timedelta(days=offset)
    for m in _EN_MONTH.finditer(text):
        yield m.start(), m.end(), _english_month(m, today)
    for m in _EN_RELATIVE.finditer(text):
        yield m.start(), m.end(), _english_relative(m[0].lower(), today)
    for start, end, offset in _find_words(text, _YEAR_WORDS):
        yield start, end, date(today.year + offset, 1, 1)


def _find_words(text: str, words: Mapping[str, int]) -> Iterator[tuple[int, int, int]]:
    """Start, end and value of each of the words in a text, longer words first."""
    found = [word for word in words if word in text]
    for word in sorted(found, key=len, reverse=True):
        for match in re.finditer(re.escape(word), text):
            yield match.start(), match.end(), words[word]


def _english_month(match: re.Match[str], today: date) -> date | None:
    month = _EN_MONTHS.index(match["month"][:3].lower()) + 1
    day = int(match["day"] or 1)
    if match["year"]:
        return _day(int(match["year"]), month, day)
    this_year = _day(today.year, month, day)
    return _day(today.year - 1, month, day) if this_year and this_year > today else this_year


def _english_relative(words: str, today: date) -> date:
    if words == "yesterday":
        return today - timedelta(days=1)
    if words.endswith("week"):
        return today - timedelta(days=7)
    if words.endswith("year"):
        return date(today.year - 1, 1, 1)
    return _shift_months(today.replace(day=1), -1)


def _full_day(match: re.Match[str], today: date) -> date | None:
    month = int(parse_number(match["month"]) or 0)
    day = int(parse_number(match["day"]) or 0) if match["day"] else 1
    if match["yw"]:
        return _day(today.year + _YEAR_WORDS[match["yw"]], month, day)
    if match["year"]:
        return _day(_year_number(match["year"]), month, day)
    this_year = _day(today.year, month, day)
    return _day(today.year - 1, month, day) if this_year and this_year > today else this_year


def _year_number(text: str) -> int:
    digits = "".join(str(DIGITS.get(c, c)) for c in text)
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _ago(number: str, unit: str, today: date) -> date | None:
    value = parse_number(number)
    if value is None or value > 3000:
        return None
    count = int(value)
    if unit == "个月":
        return _shift_months(today, -count)
    if unit == "年":
        return _shift_months(today, -12 * count) if count < 100 else None
    return today - timedelta(days=count * (1 if unit == "天" else 7))


def _shift_months(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    for last in (day.day, 30, 29, 28):
        shifted = _day(year, month + 1, min(day.day, last))
        if shifted:
            return shifted
    raise AssertionError("every month has 28 days")


def _years_and_months(match: re.Match[str]) -> Decimal:
    years = parse_number(match["years"]) or Decimal(0)
    months = parse_number(match["months"].lstrip("零")) or Decimal(0)
    half = Decimal("0.5") if match["half"] else Decimal(0)
    return (years * 12 if years <= 70 else Decimal(0)) + months + half


def _span_months(match: re.Match[str]) -> Decimal | None:
    if match["half"]:
        return Decimal("0.5") if match["halfunit"] != "年" else Decimal(6)
    if match["en"]:
        word = match["en"].lower()
        number = Decimal(_EN_NUMBERS[word]) if word in _EN_NUMBERS else Decimal(word)
        return number * _MONTHS_OF_UNIT[match["enunit"].lower().rstrip("s")]
    number = parse_number(match["n"]) or Decimal(0)
    unit = match["unit"]
    if unit in ("年半", "个半月"):
        return number * 12 + 6 if unit == "年半" else number + Decimal("0.5")
    if unit == "年" and number > 70:
        return None  # a calendar year, not a span
    return number * _MONTHS_OF_UNIT[unit]
