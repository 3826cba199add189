"""An article in pieces that can be said or sent. Pure."""

from __future__ import annotations

import re

from knowledge_base.spoken_numbers import speak_numbers

# Where a piece may end, the better ends first: paragraph, sentence, item, clause.
_ENDS = ("\n", "。", "；;：:", "，、,")
_ITEM = re.compile(r"[（(]([一二三四五六七八九十]+)[）)]")
_UNSPEAKABLE = re.compile(r"[《》〈〉“”\"（）()\[\]【】]")


def cut_article(words: str, most: int) -> tuple[str, ...]:
    """The words in pieces of at most ``most`` characters that end where one would pause."""
    pieces: list[str] = []
    rest = words.strip()
    while len(rest) > most:
        end = _find_end(rest[:most])
        pieces.append(rest[:end].strip())
        rest = rest[end:].strip()
    return (*pieces, rest)


def speakable(words: str) -> str:
    """A piece of an article as a voice can read it: items counted out, no brackets or quotes."""
    words = _ITEM.sub(r"第\1项，", words.replace("\n", ""))
    return speak_numbers(_UNSPEAKABLE.sub("", words), "zh")


def _find_end(head: str) -> int:
    for ends in _ENDS:
        found = max(head.rfind(end) for end in ends) + 1
        # An end near the beginning would leave pieces of a few words.
        if found > len(head) // 3:
            return found
    return len(head)
