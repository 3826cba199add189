"""Splitting the text of a law into its articles."""

from __future__ import annotations

import re

from core.chinese_numerals import read_numeral

# Space within a line: over line ends each empty line would begin a new search.
_SPACE = r"[^\S\n]"
_HEADING = re.compile(
    rf"^(?:[#*]|{_SPACE})*第([零〇一二三四五六七八九十百千0-9]{{1,12}})条"
    r"(?:之[一二三四五六七八九十]+)?(?=[\s　*]|$)",
    re.MULTILINE,
)
# A part, chapter or section: a Markdown heading, or a short line of its own in plain text.
_SECTION = re.compile(
    rf"^(?:#{{1,6}}\s.*|{_SPACE}*第[一二三四五六七八九十百]+[编章节]{_SPACE}+\S.{{0,30}})$",
    re.MULTILINE,
)


def split_articles(text: str) -> dict[int, str]:
    """Article number to the article's words, from Markdown or plain text.

    An article begins at a line that starts with 第…条. What stands before the first, and chapter
    headings, belong to none. A number that comes again (a quotation) stays with the article it
    stands in.
    """
    articles: dict[int, str] = {}
    expected_after = 0
    headings = []
    for match in _HEADING.finditer(text):
        number = article_number(match[1])
        if number > expected_after:
            headings.append((number, match.start(), match.end()))
            expected_after = number
    ends = [start for _, start, _ in headings[1:]] + [len(text)]
    for (number, _, begin), end in zip(headings, ends, strict=False):
        body = text[begin:end]
        articles[number] = _SECTION.sub("", body).strip(" 　*\n#")
    return articles


def article_number(words: str) -> int:
    """An article's number from digits or Chinese numerals."""
    return int(words) if words.isdigit() else int(read_numeral(words.replace("〇", "零")))
