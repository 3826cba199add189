"""Whether a message asks for one article of a law and little more: 劳动合同法第39条说什么. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from num2words import num2words

from knowledge_base.statute_texts import article_number

_NUMERAL = "[零〇一二三四五六七八九十百两]"
_ARTICLE_ZH = re.compile(rf"第?\s*(\d{{1,3}}|{_NUMERAL}{{1,7}})\s*条(?:之[一二三四五六七八九十])?")
# Paragraphs and items of the article: the whole article is told.
_PARAGRAPH = re.compile(rf"第?\s*(?:\d{{1,2}}|{_NUMERAL}{{1,3}})\s*[款项]")
_LAW_ZH = re.compile(r"(?:法|条例|规定|办法|解释|细则|法典|劳动合同)(?:[（(]?[一二12][）)]?)?$")
_FILLER_ZH = re.compile(
    "请问一下|请问|麻烦您?|我想知道|我想问一下|我想问|想问一下|想问|问一下|问下|我想查一下|我想查|帮我查一下|帮我查|"
    "查一下|查询|查|帮我看一下|看一下|看看|看下|念一下|读一下|解释一下|你好|您好|就是说|那个|这个|唉|"
    "说的是什么|讲的是什么|写的是什么|说了什么|说的什么|说什么|讲什么|讲了什么|写了什么|写什么|"
    "是怎么规定的|是怎样规定的|怎么规定的|怎样规定|怎么规定|如何规定|规定了什么|规定的是什么|规定什么|"
    "是什么内容|什么内容|具体内容|内容是什么|的内容|内容|原文|全文|条文|是什么|怎么说的|怎么说|怎么写的|怎么写|"
    "点讲|点样讲|讲咩嘢|讲咩|系咩嘢|系咩|点写|我国|国家|根据|按照|依据|里面|里的|中的|里|"
    '[嗯呃额啊呢吗呀哦的是，。？！、,.?!《》"“”:：\\s]'
)
_ARTICLE_EN = re.compile(
    r"\b(?:article|art|section)s?\.?\s*(?:number|no\.?)?\s*(\d{1,3}|[a-z]+(?:[ -][a-z]+){0,4})"
)
_LAW_EN = re.compile(
    r"\b(?:law|lcl|code|act|regulations?|rules?|provisions?|measures?|interpretation)\b"
)
_FILLER_EN = re.compile(
    r"\b(?:what|whats|what's|does|do|is|say|says|said|tell|me|please|pls|show|read|can|could|you|"
    r"about|the|of|in|under|from|to|a|text|content|hello|hi|i|want|know|like|would|it|"
    r"and|china|chinese|china's|prc|people's|republic)\b|[.,;:?!()\"]"
)
_MAX_EXTRA_ZH = 2
_LONGEST = 80


@dataclass(frozen=True)
class ArticleRequest:
    """The law as it was called (empty when none was named) and the number of the article."""

    law_words: str
    article: int


def find_article_request(words: str) -> ArticleRequest | None:
    """The article asked for, or None when the message asks anything more.

    ``words`` are simplified Chinese in half width, or English. "第40条呢" names no law.
    """
    if len(words) > _LONGEST:
        return None
    return _find_zh(words) or _find_en(words.lower())


def _find_zh(words: str) -> ArticleRequest | None:
    match = _ARTICLE_ZH.search(words)
    if match is None:
        return None
    before = _FILLER_ZH.sub("", words[: match.start()])
    after = _FILLER_ZH.sub("", _PARAGRAPH.sub("", words[match.end() :]))
    if len(after) > _MAX_EXTRA_ZH or (before and not _LAW_ZH.search(before)):
        return None
    if not before and not match[0].startswith("第"):
        return None
    return ArticleRequest(before, article_number(match[1].replace("两", "二")))


def _find_en(words: str) -> ArticleRequest | None:
    match = _ARTICLE_EN.search(words)
    if match is None:
        return None
    number, rest = _number_en(match[1])
    left = _FILLER_EN.sub(" ", f"{words[: match.start()]} {rest} {words[match.end() :]}")
    law = " ".join(left.split()).replace("labor", "labour")
    if number is None or (law and not _LAW_EN.search(law)) or len(law.split()) > 8:
        return None
    return ArticleRequest(law, number)


def _number_en(words: str) -> tuple[int | None, str]:
    """The number at the head of ``words``, in digits or spoken, and the words that follow it."""
    if words.isdigit():
        return int(words), ""
    parts = words.replace("-", " ").split()
    for length in range(len(parts), 0, -1):
        number = _spoken_numbers().get(" ".join(part for part in parts[:length] if part != "and"))
        if number is not None:
            return number, " ".join(parts[length:])
    return None, words


@cache
def _spoken_numbers() -> Mapping[str, int]:
    """The numbers that articles have, as they are said in English without "and"."""
    return {
        str(num2words(number)).replace("-", " ").replace(" and ", " "): number
        for number in range(1, 1000)
    }
