"""In which language to write back to words that no engine has looked at. Pure."""

from __future__ import annotations

import re

from config.languages import WrittenLanguage

_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{3,}")
# Kana, Hangul, Greek to Arabic, Indian scripts, Thai and its neighbours.
_FOREIGN = re.compile(
    r"[\u3041-\u30ff\uac00-\ud7a3\u0370-\u06ff\u0900-\u0eff\u0f00-\u109f\u1780-\u17ff]"
)
_FOREIGN_SHARE = 3
# Latin letters that only Vietnamese uses; a single one may be somebody's name.
_VIETNAMESE = re.compile(r"[\u1ea0-\u1ef9ăđơư]", re.IGNORECASE)
_MIN_VIETNAMESE = 3


def language_of(words: str, otherwise: WrittenLanguage = "zh") -> WrittenLanguage:
    """English for words in Latin letters, Chinese for Chinese ones, else ``otherwise``.

    T and TD are how Chinese carriers have people opt out, so short letters decide nothing.
    """
    if _CHINESE.search(words):
        return "zh"
    return "en" if _LATIN_WORD.search(words) else otherwise


def is_other_language(words: str) -> bool:
    """Whether a good part of the letters belong to neither Chinese nor English."""
    if len(_VIETNAMESE.findall(words)) >= _MIN_VIETNAMESE:
        return True
    letters = sum(character.isalpha() for character in words)
    foreign = len(_FOREIGN.findall(words))
    return foreign > 0 and foreign * _FOREIGN_SHARE >= letters
