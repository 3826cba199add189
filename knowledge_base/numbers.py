"""Every number that a sentence claims, in Chinese or English, in digits or words.

Used by the checks: a number in an answer must be a figure, stand in a cited article, or be listed
with a reason.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from core.chinese_numerals import read_numeral

_CN = "零〇一二三四五六七八九十百千万亿两"
_CN_NUMBER = re.compile(rf"百分之([{_CN}点]+)|([{_CN}]+(?:点[{_CN}]+)?)")
_DIGITS = re.compile(r"(\d[\d,]*(?:\.\d+)?)(万?)")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．％", "0123456789.%")
# Counting words, menu keys and idioms that claim nothing.
_HARMLESS_ZH = re.compile(
    r"一(?:个(?!月)|次|方|种|些|般|样|致|律|定|切|直|旦|起|经|并|同|份|名|家|项|位|句|条|张|边|时|下|步|体|"
    r"笔|手|如|向|再|概|刻|天天|式|共|点|线|审|裁终局|裁|窗|站|网|卡|人|套|部分|事|本|封|户|味|提|开始|纸|早)"
    r"|统一|唯一|(?<!百分)之一|万一|逐一|不一|同一|单一|十分|千万不|千万别|四舍五入|五险|一金|三方|第三人|第三者|"
    r"零就业|零工|三期|双方|百分比|多方|两者|二者|二维码|两(?:地|边|头)|二手"
)
_WORDS_EN = {
    "one": None, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "eighteen": 18, "twenty": 20, "thirty": 30, "forty": 40,
    "fifty": 50, "sixty": 60, "ninety": 90, "hundred": 100,
    "double": 2, "twice": 2, "triple": 3,
}  # fmt: skip
_HALF = {"一半": Decimal(50), "半年": Decimal(6), "半个月": Decimal("0.5"), "半天": Decimal("0.5")}
SERVICE_NUMBERS = frozenset(
    Decimal(n) for n in (12333, 12345, 12348, 12329, 12366, 12350, 12393, 110, 120)
)


def numbers_in(text: str) -> frozenset[Decimal]:
    """All numbers that ``text`` claims, whatever their notation."""
    text = text.translate(_FULL_WIDTH)
    found = _digits(text)
    found |= _chinese_numbers(_HARMLESS_ZH.sub(" ", text))
    found |= {
        Decimal(number)
        for word, number in _WORDS_EN.items()
        if number is not None and re.search(rf"\b{word}\b", text, re.IGNORECASE)
    }
    found |= {number for word, number in _HALF.items() if word in text}
    if "双倍" in text:
        found.add(Decimal(2))
    return frozenset(found - SERVICE_NUMBERS)


def numbers_in_law(text: str) -> frozenset[Decimal]:
    """All numbers of an article, also its years as months and its multiples as percent."""
    text = text.translate(_FULL_WIDTH)
    found = _digits(text) | _chinese_numbers(text)
    found |= {number for word, number in _HALF.items() if word in text}
    found |= {Decimal(2) for word in ("二倍", "两倍", "加倍") if word in text}
    in_months = {number * 12 for number in found if number < 10 and "年" in text}
    in_percent = {number * 100 for number in found if number < 10 and "倍" in text}
    return frozenset(found | in_months | in_percent)


def _digits(text: str) -> set[Decimal]:
    """Numbers in digits, also before 万 (1万 is 10000)."""
    return {
        Decimal(number.replace(",", "")) * (10000 if ten_thousand else 1)
        for number, ten_thousand in _DIGITS.findall(text)
    }


def _chinese_numbers(text: str) -> set[Decimal]:
    found = set()
    for match in _CN_NUMBER.finditer(text):
        words = match[1] or match[2]
        for word in {words, *re.split("[、]", words)}:
            number = _to_number(word)
            if number is not None:
                found.add(number)
    return found


def _to_number(words: str) -> Decimal | None:
    words = words.replace("〇", "零").replace("两", "二")
    if len(words) > 1 and not re.search("[十百千万亿点]", words):
        if "零" in words:
            return Decimal("".join(str("零一二三四五六七八九".index(w)) for w in words))
        # 二三 (two or three): not one number.
        return None
    try:
        return Decimal(str(read_numeral(words)))
    except (ValueError, InvalidOperation):
        return None
