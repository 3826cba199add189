"""Whether a message asks something."""

from __future__ import annotations

import re
from functools import cache

from nlu.embedded.lexicon import load_cues

_ENGLISH_OPENING = re.compile(
    r"^(?:so|and|but|well|ok|please|sorry|excuse me)?[, ]*"
    r"(?:what|how|when|where|can|could|is|are|do|does|am|should|which|who|why|will)\b"
)
# 管不管, 得唔得; 动不动 and 时不时 ask nothing.
_EITHER_WAY = re.compile(r"(?![动时不唔])([\u4e00-\u9fff])[不唔]\1")
_WAY = "投诉|举报|仲裁|起诉|打官司|监察|法院|信访|劳动局|协商|调解"
_WHICH = re.compile(
    rf"先.{{1,8}}还是先?.{{1,8}}|(?:{_WAY}).{{0,4}}还是.{{0,4}}(?:{_WAY})"
    r"|\bwhich\b.{0,30}\bfirst\b|\bfirst\b.{0,20}\bor\b.{0,20}\bfirst\b"
)
_LATIN = re.compile(r"[a-z]")


def is_asking(plain: str) -> bool:
    """Whether simplified words ask something: by a question mark or a word of asking. An English
    message must begin as a question, because "when" and "is" stand in every story."""
    lowered = plain.lower().strip()
    if "?" in lowered or "？" in lowered:
        return True
    if _LATIN.search(lowered) and not any(c > "\u2e80" for c in lowered):
        return _ENGLISH_OPENING.match(lowered) is not None
    return bool(_asks().search(lowered) or _EITHER_WAY.search(lowered) or asks_which(lowered))


def asks_which(plain: str) -> bool:
    """Whether simplified words ask which of two ways is meant ("先投诉还是先仲裁")."""
    return _WHICH.search(plain.lower()) is not None


@cache
def _asks() -> re.Pattern[str]:
    return re.compile(load_cues()["asks"])
