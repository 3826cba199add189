"""One spelling for what is written in many: width, script, dialect, mistakes, numerals, fillers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from opencc import OpenCC

from core.characters import half_width
from nlu.embedded.language import detect_language
from nlu.embedded.lexicon import load_fillers, load_replacements
from nlu.entities.numerals import CHINESE_NUMBER, CHINESE_NUMERAL, parse_number
from nlu.interpretation import Language

_CONVERTER = OpenCC("t2s")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
# A dot said with a time of day, an amount or "a little" is no Cantonese "how".
_CANTONESE_HOW = re.compile(r"(?<![\d一二三四五六七八九十有早晚几半差])点(?![多钟半\d])")
# From the first numeral of a row only: whatever fails there fails from its other numerals too.
_COUNTED = re.compile(
    rf"(?<!{CHINESE_NUMERAL})({CHINESE_NUMBER})(?=个?(?:月|年|天|小时|钟头|周岁|岁|级|块|元|日|次|名|人|倍|成))"
)
_DATE = re.compile(
    r"(?:19|20)?\d{2}年(?:\d{1,2}月)?(?:份|底|初)?(?:\d{1,2}[日号])?|(?<!\d)\d{1,2}月份?\d{1,2}[日号]|"
    r"(?:19|20)\d{2}[-./]\d{1,2}(?:[-./]\d{1,2})?"
)
_LONG_NUMBER = re.compile(r"\d{3,}(?:\.\d+)?|\d+\.\d+|\d+[万千wk]")
_CONTACT = re.compile(
    r"(?:我的|本人|联系)?(?:电话|手机|联系方式|号码)?(?:号码?)?[是为:：\s]{0,8}(?<!\d)1[3-9]\d{9}(?!\d)"
)
_SPACE = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])|\s+(?=\s)")
_CLAUSE_END = re.compile(r"[。！？!?；;\n\r，,、：:…~～]+")
_OTHER_MARKS = re.compile(r"[^\u3400-\u9fffa-z0-9+'\s-]+")


@dataclass(frozen=True)
class NormalText:
    """A message in one spelling. ``plain`` keeps punctuation and numbers (for entities),
    ``clauses`` are the normalised clauses without either of fillers and marks."""

    plain: str
    clauses: tuple[str, ...]
    language: Language

    @property
    def joined(self) -> str:
        """All clauses as one text, a space between them."""
        return " ".join(self.clauses)


def normalise(text: str, language: Language | None = None) -> NormalText:
    """A message in one spelling; ``language`` when it is known, else the text decides."""
    detected = detect_language(text)
    plain = simplify(text)
    lowered = plain.lower()
    if detected == "yue" or language == "yue":
        lowered = _CANTONESE_HOW.sub("怎么", _replace("cantonese", lowered))
    lowered = _replace("mistakes", lowered)
    lowered = _DATE.sub("", _COUNTED.sub(_arabic, lowered))
    lowered = _LONG_NUMBER.sub("", lowered)
    clauses = (_clean(clause) for clause in _CLAUSE_END.split(lowered))
    return NormalText(plain, tuple(c for c in clauses if c), language or detected)


def simplify(text: str) -> str:
    """Half width, simplified characters, single spaces; nothing else changed."""
    half = half_width(text)
    return _SPACE.sub("", "".join(map(_simplify_character, half))).strip()


def without_contact(plain: str) -> str:
    """A message without the phone number that a citizen leaves, which says nothing of the wish."""
    return _CONTACT.sub("", plain)


def has_chinese(text: str) -> bool:
    """Whether any Chinese character stands in the text."""
    return bool(_CHINESE.search(text))


@lru_cache(maxsize=20_000)
def _simplify_character(character: str) -> str:
    if not _CHINESE.match(character):
        return character
    return str(_CONVERTER.convert(character))


def _arabic(match: re.Match[str]) -> str:
    number = parse_number(match[1])
    return match[1] if number is None else str(int(number))


def _clean(clause: str) -> str:
    words = _filler_pattern().sub("", _OTHER_MARKS.sub(" ", clause))
    return " ".join(words.split())


def _replace(table: str, text: str) -> str:
    replacements = load_replacements(table)
    return _pattern(table).sub(lambda m: replacements[m[0]], text)


@cache
def _pattern(table: str) -> re.Pattern[str]:
    words = sorted(load_replacements(table), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))


@cache
def _filler_pattern() -> re.Pattern[str]:
    words = sorted(load_fillers(), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))
