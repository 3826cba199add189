"""What a citizen wrote under or over a quoted text. Pure.

Phones quote in many ways: lines that begin with ">", brackets with a line of dashes below, or the
whole text again with the answer behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from nlu.texts import split_at_footer

_MAX_CHARACTERS = 4_000
# A shorter text of ours may stand in a message by chance.
_MIN_QUOTE = 15
_QUOTED_LINE = re.compile(r"^\s*(?:>|＞|\|\s)")
_DASHES = re.compile(r"^[\s\-—–－_=]{3,}$")
_OPENING = re.compile(r"^\s*[「『]")
_ORIGINAL = re.compile(
    r"^\W*(?:original message|forwarded message)\W*$"
    r"|^\W*(?:原始?(?:短信|信息|消息|邮件)|转发(?:短信|信息)?)\W*$"
    r"|^On .{4,80} wrote:\s*$|^.{2,60}写道[:：]\s*$",
    re.IGNORECASE,
)
_OURS = re.compile(r"^\W*12333\s*[:：]")
_ASKS = re.compile(r"[?？]|吗|怎么|是真的|什么")
_EDGES = " \t\n\r.。:：!！,，;；、)）]】」』”\"'-—–_=*~"


def without_quote(words: str, ours: Iterable[str] = ()) -> str:
    """What the citizen added to a quoted text, or ``words`` where nothing is quoted or added.

    ``ours``: the newest texts to the number, which are known again by their content.
    """
    if len(words) > _MAX_CHARACTERS:
        return words
    added = _behind_ours(words, ours) or _outside_quote(words)
    return added if any(c.isalnum() or ord(c) > 0x2000 for c in added) else words


def _outside_quote(words: str) -> str:
    lines = words.strip().split("\n")
    if len(lines) == 1:
        return _behind_footer(words)
    dashes = next((i for i, line in enumerate(lines) if _DASHES.match(line)), None)
    if dashes is not None and _OPENING.match(lines[0]):
        return "\n".join(lines[dashes + 1 :]).strip()
    original = next((i for i, line in enumerate(lines) if i and _ORIGINAL.match(line)), None)
    stored = [line for line in lines[:original] if not _QUOTED_LINE.match(line)]
    stored = [line for line in stored if not _ORIGINAL.match(line)]
    if stored and _OURS.match(stored[0]):
        return _behind_footer("\n".join(stored)) or "\n".join(stored[1:]).strip()
    return "\n".join(stored).strip()


def _behind_footer(words: str) -> str:
    """What stands behind a text of ours that ends with the key that stops it."""
    if not _OURS.match(words):
        return ""
    added = split_at_footer(words)[1].strip(_EDGES)
    return "" if _ASKS.search(added) else added


def _behind_ours(words: str, ours: Iterable[str]) -> str:
    """What stands behind the words of one of our texts, spaces and line ends not counted."""
    letters = "".join(words.split())
    for text in ours:
        quoted = "".join(text.split())
        if len(quoted) >= _MIN_QUOTE and quoted in letters and letters != quoted:
            before, _, after = letters.partition(quoted)
            end = len(after.lstrip(_EDGES)) or len(before.rstrip(_EDGES))
            return _tail_of(words, end) if after.strip(_EDGES) else _head_of(words, end)
    return ""


def _tail_of(words: str, size: int) -> str:
    """The end of the words that holds ``size`` characters other than spaces."""
    at = len(words)
    while size and at:
        at -= 1
        size -= not words[at].isspace()
    return words[at:].strip()


def _head_of(words: str, size: int) -> str:
    return _tail_of(words[::-1], size)[::-1].strip(_EDGES)
