"""Digits as people say them one by one. Pure."""

from __future__ import annotations

import re
import unicodedata

from core.characters import half_width

_CHINESE = str.maketrans("零〇洞一幺么二两三四五六七拐八九", "0001112234567789")
_ENGLISH = {
    "zero": "0", "oh": "0", "one": "1", "two": "2", "three": "3", "four": "4",
    "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
}  # fmt: skip
_ENGLISH_DIGIT = re.compile(r"\b(" + "|".join(_ENGLISH) + r")\b", re.IGNORECASE)


def digits_of(words: str) -> str:
    """All digits of simplified words, in order; empty without one."""
    plain = half_width(words).translate(_CHINESE)
    plain = _ENGLISH_DIGIT.sub(lambda match: _ENGLISH[match[1].lower()], plain)
    return "".join(character for character in plain if "0" <= character <= "9")


def is_number(words: str) -> bool:
    """Whether simplified words are a number said digit by digit and nothing else but what people
    say around one ("我的编号是…", "尾号", "it is"): "三个月没发工资" is none."""
    return bool(digits_of(words)) and not _AROUND.sub("", _without_digits(words)).strip()


def _without_digits(words: str) -> str:
    plain = unicodedata.normalize("NFKC", words).lower()
    return _DIGIT.sub(" ", _ENGLISH_DIGIT.sub(" ", plain))


_DIGIT = re.compile(r"[0-9零〇洞一幺么二两三四五六七拐八九]")
_AROUND = re.compile(
    r"谢谢|多谢|唔该|麻烦|请查|帮我查|查一下|查下|帮我|请|查|对|收到的|收到|短信|里|"
    r"我的|我嘅|我|你的|诉求|投诉|案件|案子|登记|手机|电话|查询|编号|号码|单号|尾号|验证|密码|号|码|"
    r"最后|后|四位|位|数字|是|系|为|就|应该|好像|这个|那个|个|嗯|呃|啊|额|的|嘅|dg|"
    r"\b(?:my|the|case|complaint|number|code|is|it(?:'?s)?|last|four|digits|are|no|and|um|uh|dg|d|g|phone|mobile|"
    r"thanks|thank|you|please|check|for|me|of|ends|in|with|hash|pound|plus)\b|"
    r"[\W_]"
)
