"""Where a text may be cut: never inside what is read as one. Pure.

Kept whole: characters as they are seen (emoji of several parts, flags), numbers with their unit,
Latin words, case numbers and addresses, law names in 《》 and their articles (第39条).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

import regex

# Where a text is best cut: a line, a sentence, a clause, a word.
_BREAKS = ("\n", "。！？!?；;", "，,、：:", " ")
_CLUSTER = regex.compile(r"\X")
_NUMERAL = "0-9０-９零〇一二三四五六七八九十百千"
_NTH = rf"第[{_NUMERAL}]{{1,8}}"
_ARTICLE = rf"{_NTH}[条章节](?:之[{_NUMERAL}]{{1,2}})?(?:{_NTH}款)?(?:{_NTH}项)?|{_NTH}[款项]"
_WHOLE = re.compile(
    r"(?:https?://|www\.)[^\s\u3000-\u9fff\uff00-\uffef]+"
    rf"|《[^《》\n]{{1,60}}》(?:{_ARTICLE})?|{_ARTICLE}"
    r"|[A-Za-zÀ-ɏ0-9０-９](?:[A-Za-zÀ-ɏ0-9０-９'’.,:：/@_%+-]*[A-Za-zÀ-ɏ0-9０-９%])?"
    r"(?:个月|小时|分钟|个工作日|[元年月日天号条款项人次倍岁周%％])?"
)
# A part does not begin with what closes the sentence before it.
_CLOSING = frozenset("。，、；：！？）》」』”’】,.;:!?)]}…%％")


@dataclass(frozen=True)
class Cutter:
    """A text and the places at which it may be cut."""

    words: str

    @cached_property
    def _wholes(self) -> list[tuple[int, int]]:
        return [
            match.span() for match in _WHOLE.finditer(self.words) if match.end() > match.start()
        ]

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _end in self._wholes]

    @cached_property
    def _clusters(self) -> frozenset[int]:
        return frozenset(match.start() for match in _CLUSTER.finditer(self.words))

    def may_cut(self, at: int) -> bool:
        """Whether nothing that is read as one stands across a place."""
        if at not in self._clusters or self.words[at] in _CLOSING:
            return False
        found = bisect_right(self._starts, at) - 1
        if found < 0:
            return True
        start, end = self._wholes[found]
        return not start < at < end

    def end_of_part(self, start: int, furthest: int) -> int:
        """Where a part that begins at ``start`` and cannot go beyond ``furthest`` best ends.

        At the end of a line, sentence, clause or word where there is one in the last third; else
        as late as possible. Inside a whole only where it is longer than a part.
        """
        last_third = start + (furthest - start) * 2 // 3
        for marks in _BREAKS:
            for at in range(furthest, last_third, -1):
                if self.words[at - 1] in marks and self.may_cut(at):
                    return at
        for at in range(furthest, start, -1):
            if self.may_cut(at):
                return at
        return next((at for at in range(furthest, start, -1) if at in self._clusters), furthest)
