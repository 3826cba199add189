"""The parts that Chinese dates are made of: year, months, day of the month, part of the month."""

from __future__ import annotations

import re
from datetime import date

from nlu.entities.dates.found import Days, InYear, day_in, days_between, month_days, months_between
from nlu.entities.numerals import DIGITS, parse_number
from nlu.entities.words import load_words

_CN = "零〇一二三四五六七八九"
_WORDS = load_words("years")
_YEAR_WORDS: dict[str, int] = _WORDS["words"]
NOT_IN_NUMBER = r"(?<![\d零〇一二三四五六七八九十百千第几.满足])(?<!不到)(?<!将近)"

# 证明年龄, 目前年终奖, 三年以上年限: no words for a year.
_YEAR_WORD = (
    r"(?:(?<![以之然今目年月天期星周晚早付派支退输发交基根])"
    r"(?:大前年|前年|上一年|上年|下年|后年|出年|本年度?)|(?<![证注声表写标])明年|今年|去年|旧年)"
    r"(?![纪龄限薪终休审检金]|假(?!期))"
)
# A year in digits of either kind, or a word for one.
YEAR = (
    rf"(?:(?:(?P<year>(?<!\d)(?:19|20)\d{{2}}|(?<![\d.])\d{{2}}|(?<![{_CN}十])[一二][{_CN}]{{3}}"
    rf"|(?<![{_CN}十])[{_CN}]{{2}}|两千零?二?十?[一二三四五六七八九]?)\s?年)"
    rf"|(?P<yearword>{_YEAR_WORD}))(?:度|的|里|那年|嘅)?\s?"
)
_MONTH_NUMBER = r"(?:元|\d{1,2}|十一二|十[一二]?|[一二三四五六七八九][二三四五六七八九]?)"
MONTHS = (
    rf"(?P<months>{_MONTH_NUMBER}(?:\s?(?:月份?)?\s?(?:[~-]|到|至)\s?{_MONTH_NUMBER}(?![号日\d])"
    rf"|(?:[、,或]{_MONTH_NUMBER}(?![号日\d])){{1,10}})?)\s?月(?![饼薪嫂子经供租票卡均龄嫁])份?"
)
PART = (
    r"(?P<part>月?初(?![级中次步一二三四五六七八九十])|月?头(?![一二两三几个])|上旬|中旬|下旬"
    r"|月?中(?:间|(?![国山介心午班间秋专学级途]))|月?底(?![薪层线])|月?尾|月?末)"
)
_DAY_NUMBER = (
    r"(?:[二三]?十[几多来]|[12]0几|[12]0多|二?十[一二三四五六七八][二三四五六七八九]"
    r"|[二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?"
    r"|[一二三四五六七八][二三四五六七八九]|[零〇]?[一二三四五六七八九]|\d{1,2})"
)
DAY = (
    rf"(?P<day>{_DAY_NUMBER})(?:\s?[号日](?!元)(?:\s?(?:到|至|-|~)\s?(?P<lastday>{_DAY_NUMBER})\s?[号日])?"
    rf"|\s?(?:到|至|-|~|、)\s?(?P<lastday2>{_DAY_NUMBER})\s?[号日])"
)
# A day without 号, only directly after its month.
BARE_DAY = (
    r"(?P<bareday>(?<=月)(?:[12]\d|3[01]|0?[1-9])(?![\d.,:万千百块元个名人位年天多几%w k-])"
    r"|(?<=月)(?:三十一?|二?十[一二三四五六七八九]?)(?![一二三四五六七八九万千百块元个名人位年天多几岁]))"
)
_FIRST, _MIDDLE, _LAST = (1, 10), (11, 20), (21, 31)
_PARTS = {"初": _FIRST, "头": _FIRST, "上": _FIRST, "中": _MIDDLE, "下": _LAST, "底": _LAST,
          "尾": _LAST, "末": _LAST, "间": _MIDDLE}  # fmt: skip
_TENS = {"十": 10, "1": 10, "二": 20, "2": 20, "三": 30}


def year_of(match: re.Match[str], today: date) -> int | None:
    """The year that was said; None when none was."""
    if match["yearword"]:
        return today.year + _YEAR_WORDS[match["yearword"]]
    return year_number(match["year"]) if match["year"] else None


def year_number(text: str) -> int:
    """二零二四, 2024, 24 and 两千零二十四 as a number; of two digits the latest such century."""
    if text[0] in "两" or "十" in text:
        return int(parse_number(text) or 0)
    digits = "".join(str(DIGITS.get(c, c)) for c in text)
    if len(digits) > 2:
        return int(digits)
    return int(digits) + (2000 if int(digits) < 60 else 1900)


def months_of(text: str) -> tuple[int, int] | None:
    """First and last month of 三月, 三四月, 3-5月 or 3、4、5月; None without such a month."""
    numbers: list[int] = []
    for said in re.findall(_MONTH_NUMBER, text):
        numbers += _month_numbers(said)
    if not numbers or not all(1 <= number <= 12 for number in numbers):
        return None
    return numbers[0], numbers[-1] + (12 if numbers[-1] < numbers[0] else 0)


def _month_numbers(said: str) -> list[int]:
    if said == "元":
        return [1]
    if said == "十一二":
        return [11, 12]
    if len(said) == 2 and said[0] in _CN and said[1] in _CN:
        first, second = DIGITS[said[0]], DIGITS[said[1]]
        return [first, second] if second == first + 1 else [0]
    return [int(parse_number(said) or 0)]


def day_numbers(match: re.Match[str]) -> tuple[int, int] | None:
    """First and last day of the month of 15号, 十五六号, 二十几号, 5到8号; None without one."""
    if match["bareday"]:
        return _day_ends(match["bareday"])
    if not match["day"]:
        return None
    first = _day_ends(match["day"])
    last = _day_ends(match["lastday"] or match["lastday2"] or match["day"])
    return first[0], last[1]


def _day_ends(said: str) -> tuple[int, int]:
    said = said.replace("廿", "二十").strip()
    if said[-1] in "几多来":
        tens = _TENS[said[0]]
        return tens, min(tens + 9, 31)
    if len(said) >= 2 and said[-1] in _CN and said[-2] in _CN and said[-2] not in "零〇":
        ten = 0 if len(said) == 2 else int(parse_number(said[:-2]) or 0)
        return ten + DIGITS[said[-2]], ten + DIGITS[said[-1]]
    number = int(parse_number(said) or 0)
    return number, number


def part_of_month(word: str) -> tuple[int, int]:
    """First and last day of the third of a month that 月初, 中旬 or 底 names."""
    return _PARTS[word[0] if word.endswith("旬") else word[-1]]


def in_months(months: tuple[int, int], days: tuple[int, int] | None, part: str | None) -> InYear:
    """What the months with a day or a part of the month are in each year."""
    first, last = months

    def in_year(year: int) -> Days | None:
        if days:
            return days_between(day_in(year, first, days[0]), day_in(year, first, days[1]))
        if part and first == last:
            return month_days(year, first, *part_of_month(part))
        return months_between(year, first, last)

    return in_year
