"""How many people are concerned: 两三个人, 我和三个同事, 一百多人, 就我一个."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from core.ranges import Range
from nlu.entities.numerals import parse_number
from nlu.entities.quantities import Limit, Quantity, around_answer, limit_after
from nlu.entities.words import alternatives, load_words

_MAX_PEOPLE = 1_000_000
_OPEN_FROM = 100
_ONE = Decimal(1)
_CJK = "\u4e00-\u9fff"
_NEAR = 14
_MAX_ANSWER = 60
_FEW_OF_US = re.compile(
    r"(?:我们|我哋|咱们?|他们|佢哋)([两三四五六七八九十]|十[一二三四五六七八九])个"
    r"(?![月小星礼工季厂公部车班多半几来钟]|人的活)"
)
_CLAUSE = re.compile(r"[,。;!?\n]|\.\s")
_QUESTION = re.compile(r"[?吗呢]|可以|才能|才算|多少")
_MEASURE = re.compile(r"\s?[个名位号]?")
_WE_ARE = re.compile(r"\s*(?:we are|there are|there were)\b", re.IGNORECASE)


@dataclass(frozen=True)
class _Count:
    """A number of heads; ``is_size`` when it is said of a plant rather than of those concerned."""

    people: Range[int]
    is_size: bool = False


def find_people(text: str, quantities: Sequence[Quantity]) -> Range[int] | None:
    """How many people a message is about: the largest number said of those concerned, the speaker
    counted in (我和三个同事 is four), else the size that is said of a plant; None without one.

    ``quantities`` are the numbers of the text. A whole answer may leave the noun out (七八个).
    """
    counts = [count for quantity in quantities if (count := _count(text, quantity))]
    named = [count for count in counts if not count.is_size] or counts
    said = [count.people for count in named]
    said += [] if said else list(_without_number(text))
    return max(said, key=_max_of) if said else None


def _max_of(people: Range[int]) -> tuple[int, int]:
    return people.at_most or 0, people.at_least or 0


def _count(text: str, quantity: Quantity) -> _Count | None:
    noun = _noun_pattern().match(text, quantity.end) or _english_noun().match(text, quantity.end)
    end = noun.end() if noun else _end_of_answer(text, quantity)
    counted = _with_self_counted().search(text[max(0, quantity.start - 12) : quantity.start])
    if end is None and counted:
        end = quantity.end
    if end is None or _is_other(text, quantity):
        return None
    more = _more_with_self(text, quantity, noun)
    people = _people(quantity, limit_after(text, end), more)
    if people is None:
        return None
    before = text[max(0, quantity.start - 8) : quantity.start]
    return _Count(people, bool(_size_pattern().search(before)))


def _people(quantity: Quantity, after: Limit, more: int) -> Range[int] | None:
    within = quantity.within(after, _ONE)
    lower = None if within.lower is None else int(within.lower) + more
    upper = None if within.upper is None else int(within.upper) + more
    if quantity.has_more and lower is not None and quantity.limit is Limit.NONE:
        is_open = lower >= _OPEN_FROM
        lower, upper = (lower, None) if is_open else (lower + 1, upper)
    if max(lower or 0, upper or 0) > _MAX_PEOPLE or (lower or upper or 0) < 1:
        return None
    return Range(lower, upper)


def _is_other(text: str, quantity: Quantity) -> bool:
    """Whether the number is that of something else: 干三个人的活, 一个人, 几个人可以投诉."""
    before = text[max(0, quantity.start - 4) : quantity.start]
    if quantity.lower == quantity.upper == 1 and quantity.limit is Limit.NONE:
        return not (
            _self_pattern().search(before) or text[quantity.start - 1 : quantity.start] == "1"
        )
    if quantity.lower != int(quantity.lower) and quantity.lower == quantity.upper:
        return True
    return bool(_other_before().search(before)) or _is_asked(text, quantity)


def _is_asked(text: str, quantity: Quantity) -> bool:
    """Whether 几个人 asks rather than tells."""
    if text[quantity.start : quantity.end] != "几":
        return False
    after = text[quantity.end : quantity.end + _NEAR]
    before = text[max(0, quantity.start - 1) : quantity.start]
    return bool(_QUESTION.search(after) or before in ("是", "要", "满", "够", "第"))


def _more_with_self(text: str, quantity: Quantity, noun: re.Match[str] | None) -> int:
    """One more where the speaker is not in the number: 我和三个同事, 除了我还有五个."""
    if noun and _and_me().match(text, noun.end()):
        return 1
    before = text[max(0, quantity.start - _NEAR) : quantity.start]
    return 1 if _beside_self().search(before) else 0


def _end_of_answer(text: str, quantity: Quantity) -> int | None:
    """Where 七八个 ends when it is all that is said; None when it is not."""
    if len(text) > _MAX_ANSWER:
        return None
    measure = _MEASURE.match(text, quantity.end)
    end = measure.end() if measure else quantity.end
    lead = _CLAUSE.split(text[: quantity.start])[-1]
    is_with_self = _beside_self().search(lead)
    if end == quantity.end and not (_WE_ARE.match(text) or is_with_self):
        return None
    if is_with_self:
        lead = lead[: is_with_self.start()]
    around = around_answer()
    rest = _CLAUSE.split(text[end:])[0]
    return end if around.fullmatch(rest.strip()) and around.fullmatch(lead.strip()) else None


def _without_number(text: str) -> Iterator[Range[int]]:
    words = _words()
    lowered = text.lower()
    few = _FEW_OF_US.search(text)
    if few:
        yield Range.exactly(int(parse_number(few[1]) or 1))
    elif any(word in lowered for word in words["trios"]):
        yield Range.exactly(3)
    elif any(word in lowered for word in words["couples"]) or _with_one().search(text):
        yield Range.exactly(2)
    elif _alone_pattern().search(text):
        yield Range.exactly(1)


def _words() -> dict[str, Any]:
    return load_words("people")


@cache
def _noun_pattern() -> re.Pattern[str]:
    words = _words()
    measures, persons = alternatives(words["measures"]), alternatives(words["persons"])
    no_person = alternatives(words["no_person_before"])
    return re.compile(
        rf"\s?(?:{measures})?\s?(?:外地|本地|女|男|老|新|小|普通|一线|被欠薪的?|受害的?|车间的?)?"
        rf"(?:{persons})(?!{no_person})"
        # 二十三个人工资: a person and their wages, no worker.
        rf"|\s?(?:个|名|位)人(?=工资|工钱)"
    )


@cache
def _english_noun() -> re.Pattern[str]:
    words = _words()
    persons, kinds = alternatives(words["en_persons"]), alternatives(words["en_adjectives"])
    return re.compile(
        rf"\s?(?:of us\b|(?:(?:{kinds})\s+){{0,3}}(?:{persons})\b)(?!'s)", re.IGNORECASE
    )


@cache
def _size_pattern() -> re.Pattern[str]:
    return re.compile(alternatives(_words()["sizes"]), re.IGNORECASE)


@cache
def _around_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?:(?:{alternatives(_words()['around'])})\s?){{0,6}}", re.IGNORECASE)


@cache
def _beside_self() -> re.Pattern[str]:
    return re.compile(
        r"(?:除(?:了|开|咗)?我(?:自己|以外|之外|外)?,?\s?(?:还|另外|仲)?有?"
        r"|(?<!们)我(?:和|跟|与|同埋|同|及|还有|以及|外加|加上)(?:我的?)?(?:另外|其他|其余)?的?(?:另)?"
        r"|(?<!不)另外还有|还有另外|仲有另外"
        r"|\b(?:me and|i and|besides me,?|apart from me,?|myself and)(?: my| the)?(?: other)?"
        r"|\bme plus)\s?$",
        re.IGNORECASE,
    )


@cache
def _with_self_counted() -> re.Pattern[str]:
    return re.compile(
        r"(?:加(?:上|埋)?|连(?:埋)?|包括|算上)我(?:自己)?(?:在内)?,?(?:一共|总共|就|是|有|共)?$"
    )


@cache
def _and_me() -> re.Pattern[str]:
    return re.compile(
        r"\s?(?:[和跟与同]|加上?|还有)我(?![们说讲的一])|\s+(?:and|plus)\s+(?:me|myself|i)\b(?!\s+was)",
        re.IGNORECASE,
    )


@cache
def _self_pattern() -> re.Pattern[str]:
    return re.compile(
        r"(?:我(?:和|跟|与|同|同埋|还有)(?:另外|我)?|(?:me|I) and |就我|只有我|得我|我自己)$"
    )


@cache
def _other_before() -> re.Pattern[str]:
    return re.compile(r"(?:干|顶|做|当|每|逢|顶替|抵|隔|每隔|分)\s?$|(?:每|满|不足)\w?$")


@cache
def _with_one() -> re.Pattern[str]:
    words = _words()
    chinese, english = alternatives(words["companions"]), alternatives(words["en_companions"])
    return re.compile(
        rf"我(?:和|跟|与|同)(?:我的?)?(?:一个|另一个|另外一个)?(?:{chinese})"
        rf"|\bme and (?:my |a |1 |one )?(?:{english})\b|\bmy (?:{english}) and (?:i|me)\b",
        re.IGNORECASE,
    )


@cache
def _alone_pattern() -> re.Pattern[str]:
    words = "|".join(
        rf"\b{re.escape(w)}\b" if w.isascii() else re.escape(w) for w in _words()["alone"]
    )
    not_after = "".join(rf"(?<!{word})" for word in ("不止", "不只", "不止我", "不只我", "不是我"))
    return re.compile(
        rf"(?<![每几一两]){not_after}(?:{words}|^(?:就|只有?|得)?[一1]个人?$|^just 1$|^1人$)"
        rf"(?![{_CJK}]{{0,2}}(?:干|顶|做|的活))",
        re.IGNORECASE,
    )
