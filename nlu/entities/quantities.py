"""Numbers as people say them, with both ends: 两三, 十几, 二十多, 8到10, not more than 5."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from functools import cache
from itertools import islice

from core.ranges import Range
from nlu.entities.numerals import DIGITS, parse_number
from nlu.entities.words import alternatives, load_words


class Limit(Enum):
    """What the words around a number make of it."""

    NONE = ""
    BELOW = "below"
    ABOVE = "above"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


@dataclass(frozen=True)
class Quantity:
    """A number in a text. ``start`` and ``end`` are those of the number without its limiting word;
    ``has_more`` is true after 多 and its like: 一百多."""

    start: int
    end: int
    lower: Decimal
    upper: Decimal
    limit: Limit = Limit.NONE
    has_more: bool = False
    is_open: bool = False

    def with_more(self) -> Quantity:
        """The same number with 多 after it: up to the next unit it was rounded to."""
        return replace(self, upper=self.upper + _rounded_to(self.lower) - 1, has_more=True)

    def times(self, factor: Decimal) -> Quantity:
        """The same number counted in smaller units."""
        return replace(self, lower=self.lower * factor, upper=self.upper * factor)

    def within(self, after: Limit = Limit.NONE, gap: Decimal = Decimal(0)) -> Range[Decimal]:
        """Both ends under the limiting word before the number or ``after`` it; ``gap`` is the
        distance to the next number that can be (one for people, none for sums)."""
        limit = self.limit if self.limit is not Limit.NONE else after
        match limit:
            case Limit.BELOW:
                return Range(None, self.upper - gap)
            case Limit.ABOVE:
                return Range(self.lower + gap, None)
            case Limit.AT_LEAST:
                return Range(self.lower, None)
            case Limit.AT_MOST:
                return Range(None, self.upper)
        return Range(self.lower, None if self.is_open else self.upper)


_CN_DIGITS = "".join(DIGITS)
_ATOM = (
    rf"(?:\d+(?:,\d{{3}})*(?:\.\d+)?(?:\s?[wk](?![a-z])|\s?(?=[十百千万亿]))?|[{_CN_DIGITS}几廿卅]"
    r"|[十百千万亿](?:[多余](?=[十百千万亿])|来(?=[百千万亿]))?)"
)
_NUMBER = re.compile(
    rf"(?:(?P<open>[上成过](?=[十百千万])|数(?=[十百千万]))|(?P<good>好)(?=几))?(?P<number>{_ATOM}{{1,16}})"
    r"(?P<more>[多余]|\+(?!\d)|(?<=[十百千万0])(?P<about>来|把))?",
    re.IGNORECASE,
)
# 个半万, 三个半千, 万半, 三万半: half of the unit more, as Cantonese says it.
_WHOLE = "(?P<whole>[一二两三四五六七八九])?"
_HALF_MORE = re.compile(
    rf"(?<![\d{_CN_DIGITS}几十百千万亿])(?:{_WHOLE}个半(?P<unit>[万千])"
    rf"|{_WHOLE.replace('whole', 'units')}(?P<before>[万千百])半(?![年个天月夜路价数辈截]))"
)
# 3200一个月: two numbers side by side.
_TWO_NUMBERS = re.compile(rf"\d[{_CN_DIGITS}几]|(?![零〇])[{_CN_DIGITS}]\d")
_WORD = re.compile(
    r"\b(?:(?P<word>(?:quite )?a few|several|a couple(?: of)?|(?P<half>half )?a dozen"
    r"|dozens(?: of(?! us))?)"
    r"(?:\s+(?P<unit>100s?|1000s?|hundred|thousand|dozen|k))?(?![\d,]))\b",
    re.IGNORECASE,
)
_WORD_ENDS = {
    "few": (2, 9),
    "several": (2, 9),
    "couple": (2, 3),
    "dozens": (24, 90),
    "dozen": (12, 12),
}
_WORD_UNITS = {"100": 100, "hundred": 100, "1000": 1000, "thousand": 1000, "k": 1000, "dozen": 12}
_JOIN = re.compile(
    r"(?:个月|[个名位人天年周元]|块钱?|yuan|rmb)?\s?(?:到|至|-|~|—|–|to\b|or\b|或者?)\s?"
    r"(?:rmb\s?|[¥￥])?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"between (?:rmb |¥)?$", re.IGNORECASE)
_LAST_UNIT = re.compile(r"[十百千万亿wk](?=\s?$)", re.IGNORECASE)
_UNIT_FACTORS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 10**8, "w": 10_000, "k": 1000}
_PAIR = re.compile(rf"[{_CN_DIGITS}]{{2}}")
_MAX_QUANTITIES = 500


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """All numbers of a text in order, a range (8到10, 3-5) as one. Number words of English are
    taken as digits (nlu.entities.english_numbers) except the vague ones (several, a dozen)."""
    singles = sorted(_singles(text), key=lambda found: found.start)
    joined: list[Quantity] = []
    for found in singles:
        if joined and (both := _joined(text, joined[-1], found)):
            joined[-1] = both
        elif not joined or found.start >= joined[-1].end:
            joined.append(found)
    return tuple(replace(found, limit=limit_before(text, found.start)) for found in joined)


def limit_after(text: str, end: int) -> Limit:
    """The limiting word that begins at ``end``: 以上, 以内."""
    match = _after_pattern().match(text, end)
    return Limit(match.lastgroup) if match else Limit.NONE


def _singles(text: str) -> Iterator[Quantity]:
    for match in islice(_HALF_MORE.finditer(text), _MAX_QUANTITIES) if "半" in text else ():
        whole = DIGITS.get(match["whole"] or match["units"] or "一", 1)
        value = (whole + Decimal("0.5")) * _UNIT_FACTORS[match["unit"] or match["before"]]
        yield Quantity(match.start(), match.end(), value, value)
    for match in islice(_NUMBER.finditer(text), _MAX_QUANTITIES):
        found = _read(match)
        if found:
            yield found
    if "a" in text or "s" in text or "A" in text:
        for match in islice(_WORD.finditer(text), _MAX_QUANTITIES):
            yield _read_word(match)


def _read(match: re.Match[str]) -> Quantity | None:
    said, more = match["number"], match["more"] or ""
    two_numbers = _TWO_NUMBERS.search(said)
    if two_numbers:
        said, more = said[: two_numbers.end() - 1], ""
    text = said.replace(" ", "").replace("廿", "二十").replace("卅", "三十")
    start = match.start("number")
    end = start + len(said.rstrip()) + len(more)
    if match["open"] or match["good"]:
        start = match.start()
    ends = _ends(text, more)
    if ends is None:
        return None
    lower, upper, has_more = ends
    if match["good"]:
        lower = lower * 3 / 2
    if match["open"] == "数":
        lower, upper = lower * 2, upper * 9
    is_open = bool(match["open"]) and match["open"] != "数"
    return Quantity(start, end, lower, upper, has_more=has_more, is_open=is_open)


def _ends(text: str, after: str) -> tuple[Decimal, Decimal, bool] | None:
    """Lowest and highest value, and whether 多 was said."""
    inner = re.search(r"[多余来](?=[十百千万亿])", text)
    if inner:
        scale = parse_number(text[inner.end() :])
        ends = _ends(text[: inner.start()], inner[0])
        return None if scale is None or ends is None else _scaled(ends, scale)
    if text.endswith("0几"):
        tens = Decimal(text[:-1])
        return tens + 1, tens + 9, False
    if "几" in text:
        is_more = text.endswith("几") and text[:-1].endswith(("百", "千", "万"))
        return _ends(text[:-1], "多") if is_more else _several(text)
    pair = _pair(text)
    if pair:
        return pair
    value = parse_number(text)
    if value is None:
        return None
    if after in ("多", "余", "+"):
        return value, value + _rounded_to(value) - 1, True
    if after in ("来", "把"):
        return value * Decimal("0.8"), value * Decimal("1.2"), False
    return value, value, False


def _scaled(ends: tuple[Decimal, Decimal, bool], scale: Decimal) -> tuple[Decimal, Decimal, bool]:
    lower, upper, has_more = ends
    highest = (upper + 1) * scale - 1 if has_more else upper * scale
    return lower * scale, highest, has_more


def _several(text: str) -> tuple[Decimal, Decimal, bool] | None:
    """几: two to nine; one to nine after a ten (十几, 二十几)."""
    lowest = re.sub("几", lambda m: "一" if text[: m.start()].endswith("十") else "二", text)
    lower, upper = parse_number(lowest), parse_number(text.replace("几", "九"))
    return None if lower is None or upper is None else (lower, upper, False)


def _pair(text: str) -> tuple[Decimal, Decimal, bool] | None:
    """两三百, 十五六: two digits side by side, the second one more than the first (or 三五)."""
    for match in _PAIR.finditer(text):
        first, second = DIGITS[match[0][0]], DIGITS[match[0][1]]
        is_pair = (second == first + 1 and first > 0) or (first, second) == (3, 5)
        is_longer = any(c in DIGITS for c in text[match.end() : match.end() + 1])
        if is_pair and not is_longer and not text[: match.start()].endswith(tuple(DIGITS)):
            lower = parse_number(text[: match.start() + 1] + text[match.end() :])
            upper = parse_number(text[: match.start()] + text[match.start() + 1 :])
            if lower is not None and upper is not None and lower <= upper:
                return lower, upper, False
    return None


def _rounded_to(value: Decimal) -> Decimal:
    """The unit that a number was rounded to: 1000 of 8000, 10 of 150, 1 of 7."""
    unit = Decimal(1)
    while value and value % (unit * 10) == 0:
        unit *= 10
    return unit


def _read_word(match: re.Match[str]) -> Quantity:
    word = next(word for word in _WORD_ENDS if word in match["word"].lower())
    lower, upper = _WORD_ENDS[word]
    factor = _WORD_UNITS[match["unit"].lower().rstrip("s")] if match["unit"] else 1
    if match["half"]:
        lower = upper = 6
    return Quantity(match.start(), match.end(), Decimal(lower * factor), Decimal(upper * factor))


def _joined(text: str, first: Quantity, second: Quantity) -> Quantity | None:
    """3到5万 is 30000 to 50000; None when the two are no range."""
    if not _JOIN.fullmatch(text, first.end, second.start):
        is_between = _BETWEEN.search(text, max(0, first.start - 14), first.start)
        if not is_between or text[first.end : second.start].strip() != "and":
            return None
    lower = first.lower
    unit = _LAST_UNIT.search(text, second.start, second.end)
    if unit and not _LAST_UNIT.search(text, first.start, first.end):
        factor = _UNIT_FACTORS[unit[0].lower()]
        lower = lower * factor if lower < second.upper / factor else lower
    if lower >= second.upper:
        return None
    return replace(second, start=first.start, lower=lower)


def limit_before(text: str, start: int) -> Limit:
    """The limiting word that ends at ``start``: 不到, at least."""
    match = _before_pattern().search(text, max(0, start - 20), start)
    return Limit(match.lastgroup) if match else Limit.NONE


@cache
def _before_pattern() -> re.Pattern[str]:
    words = load_words("quantities")
    limits = "|".join(
        f"(?P<{name}>{alternatives(said)})" for name, said in _longest_first(words["limits_before"])
    )
    between = alternatives(words["between"])
    return re.compile(rf"(?:{limits})\s?(?:(?:{between})\s?)?$", re.IGNORECASE)


@cache
def _after_pattern() -> re.Pattern[str]:
    words = load_words("quantities")["limits_after"]
    limits = "|".join(f"(?P<{name}>{alternatives(said)})" for name, said in words.items())
    return re.compile(rf"\s?(?:{limits})", re.IGNORECASE)


def _longest_first(limits: dict[str, list[str]]) -> list[tuple[str, list[str]]]:
    """不超过 must be tried before 超过: kinds that negate another come first."""
    order = ("at_most", "at_least", "below", "above")
    return [(name, limits[name]) for name in order]


@cache
def around_answer() -> re.Pattern[str]:
    """What may stand before or after a number that is the whole answer: 大概, 左右, about."""
    words = load_words("quantities")
    limits = [w for table in ("limits_before", "limits_after") for w in words[table].values()]
    said = alternatives([*words["around"], *(word for kind in limits for word in kind)])
    return re.compile(rf"\s?(?:(?:{said})\s?){{0,8}}", re.IGNORECASE)
