"""Days counted from today in Chinese: 昨天, 上周三, 上个月15号, 三个月前."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from core.ranges import Range
from nlu.entities.dates.chinese_parts import BARE_DAY, DAY, PART, day_numbers, part_of_month
from nlu.entities.dates.found import Days, Found, month_days, shift_months, week_days, year_days
from nlu.entities.quantities import Quantity
from nlu.entities.spans import Span, Unit, find_spans
from nlu.entities.words import alternatives, load_words

_WORDS = load_words("days")
_DAYS: dict[str, int] = _WORDS["days"]
_LOOSE: dict[str, list[int]] = _WORDS["loose"]
_MONTHS: dict[str, int] = _WORDS["months"]
_WEEKS: dict[str, int] = _WORDS["weeks"]
_WEEKDAYS: dict[str, int] = _WORDS["weekdays"]

# 目前日子, 以后日子, 提前天数, 晚上月底, 以上月份: none of these words.
_NOT_AFTER = r"(?<![目之以提然晚早])"
_DAY_WORD = re.compile(rf"{_NOT_AFTER}(?:{alternatives([*_DAYS, *_LOOSE])})")
_MONTH_WORD = re.compile(
    rf"{_NOT_AFTER}(?P<month>{alternatives(_MONTHS)})(?!饼)份?\s?(?:的|嘅)?\s?"
    rf"(?:{PART}|{DAY}|{BARE_DAY})?"
)
_WEEK_WORD = re.compile(
    rf"{_NOT_AFTER}(?P<week>{alternatives(_WEEKS)})(?:的|嘅)?\s?(?:(?:星期|周)?"
    r"(?P<weekday>[一二三四五六日天1-7])(?![个天次周\d]))?(?P<weekend>末)?"
)
_WEEKDAY = re.compile(
    r"(?<![\d一二两三四五六几每逢上下这本个到至~、和-])(?:周|星期|礼拜)(?:(?P<weekday>[一二三四五])"
    r"|(?P<restday>[六日天])(?!也|都|要|加班|上班|休|算|不|双|单|能|可|是|放|有))"
    r"(?![个次天年岁到至~、和-]|休|[六日])"
)
_MONTH_EDGE = re.compile(
    r"(?<![\d一二两三四五六七八九十个每几多半逢上这本下正腊冬])月(?:初|头|底|尾|末|中旬|上旬|下旬)(?![薪级])"
)
_BEFORE = re.compile(
    r"\s?(?:左右|多)?(?:之前|以前|前)(?!后)|\s+(?:ago|back|earlier)\b", re.IGNORECASE
)
_NOTICE_AFTER = re.compile(r".{0,3}通知")
_NOTICE_BEFORE = re.compile(r"(?:[要需须得应满]|应当|必须|提早|提前|至少|试用期|期满)$")
_MAX_MONTHS_AGO = 12 * 60
_DAYS_AROUND = 7


def find_relative(text: str, today: date, quantities: tuple[Quantity, ...]) -> Iterator[Found]:
    """Days by words and counts from today; ``quantities`` are the numbers of the text."""
    for match in _DAY_WORD.finditer(text):
        yield Found(match.start(), match.end(), _day_word(match[0], today))
    for match in _MONTH_WORD.finditer(text) if "月" in text else ():
        yield Found(match.start(), match.end(), _month_word(match, today))
    for match in _MONTH_EDGE.finditer(text) if "月" in text else ():
        yield Found(match.start(), match.end(), _month_edge(match[0], today))
    for match in _WEEK_WORD.finditer(text):
        yield Found(match.start(), match.end(), _week_word(match, today))
    for match in _WEEKDAY.finditer(text):
        number = _WEEKDAYS[match["weekday"] or match["restday"]]
        yield Found(match.start(), match.end(), latest_weekday(number, today))
    yield from _ago(text, today, quantities)


def latest_weekday(number: int, today: date) -> Days:
    """The latest such day of the week (0 = Monday), today included."""
    return Range.exactly(today - timedelta(days=(today.weekday() - number) % 7))


def days_ago(span: Span, today: date) -> Days | None:
    """What a length of time before today is: see the package's docstring for its precision."""
    newest, oldest = span.count.lower, span.count.upper
    first = None if oldest is None else _edge(span, oldest, today, is_first=True)
    last = None if newest is None else _edge(span, newest, today, is_first=False)
    if first is None and last is None:
        return None
    return Range(first, last)


def _edge(span: Span, count: Decimal, today: date, *, is_first: bool) -> date | None:
    if count * span.unit.value > _MAX_MONTHS_AGO:
        return None
    if span.unit is Unit.DAY:
        return today - timedelta(days=int(count))
    if span.unit is Unit.WEEK:
        week = week_days(today, -int(count))
        return week.lower if is_first else week.upper
    months = count * span.unit.value
    day = shift_months(today, -int(months))
    if months != int(months):
        day -= timedelta(days=15 + (_DAYS_AROUND if is_first else -_DAYS_AROUND))
        return day
    if span.is_more:
        return day
    whole = month_days(day.year, day.month)
    if span.unit is Unit.YEAR and count == int(count):
        whole = year_days(day.year)
    if whole is None:
        return None
    return whole.lower if is_first else whole.upper


def _ago(text: str, today: date, quantities: tuple[Quantity, ...]) -> Iterator[Found]:
    if "前" not in text and " ago" not in text and " back" not in text and " earlier" not in text:
        return
    for span in find_spans(text, quantities):
        before = _BEFORE.match(text, span.end)
        if before and not _is_notice(text, span.start, before.end()):
            yield Found(span.start, before.end(), days_ago(span, today))


def _is_notice(text: str, start: int, end: int) -> bool:
    """Whether 三十天前 is a term of notice: 要三十天前通知."""
    is_due = _NOTICE_BEFORE.search(text[max(0, start - 3) : start])
    return bool(is_due or _NOTICE_AFTER.match(text, end))


def _day_word(word: str, today: date) -> Days:
    if word in _LOOSE:
        first, last = _LOOSE[word]
        return Range(today + timedelta(days=first), today + timedelta(days=last))
    return Range.exactly(today + timedelta(days=_DAYS[word]))


def _month_word(match: re.Match[str], today: date) -> Days | None:
    month = shift_months(today.replace(day=1), _MONTHS[match["month"]])
    numbers = day_numbers(match)
    if numbers:
        days = month_days(month.year, month.month, *numbers)
        return days if days and days.upper and days.upper.day >= numbers[0] else None
    if match["part"]:
        return month_days(month.year, month.month, *part_of_month(match["part"]))
    return month_days(month.year, month.month)


def _month_edge(word: str, today: date) -> Days | None:
    """月底: of this month when it has begun, else of the month before."""
    for back in (0, 1):
        month = shift_months(today.replace(day=1), -back)
        days = month_days(month.year, month.month, *part_of_month(word[1:]))
        if days and days.lower and days.lower <= today:
            return days
    return None


def _week_word(match: re.Match[str], today: date) -> Days:
    week = week_days(today, _WEEKS[match["week"]])
    monday = week.lower or today
    if match["weekend"]:
        return Range(monday + timedelta(days=5), monday + timedelta(days=6))
    if match["weekday"]:
        return Range.exactly(monday + timedelta(days=_WEEKDAYS[match["weekday"]]))
    return week
