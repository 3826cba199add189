"""Telling machines from people, so that two robots do not write to each other for ever. Pure."""

from __future__ import annotations

import re

# How often the same words are answered within a while.
MOST_SAME = 3
_MARKS = re.compile(
    r"^\W*(自动回复|自動回覆|系统自动|auto[- ]?repl|automatic reply|out of office|"
    r"this is an automated|delivery (status|failure)|您好，我现在有事不在)",
    re.IGNORECASE,
)
# Commercial texts carry their sender's name in these brackets, and a code or a way to opt out.
_SIGNATURE = re.compile(r"^【[^】]{2,20}】|【[^】]{2,20}】$")
_COMMERCIAL = re.compile(
    r"验证码|校验码|动态码|退订回|回复?(T|TD|R|N)退订|拒收请?回", re.IGNORECASE
)


def is_automatic(words: str) -> bool:
    """Whether the words are those of an answering machine, or of a commercial sender."""
    plain = words.strip()
    if _MARKS.search(plain):
        return True
    return bool(_SIGNATURE.search(plain) and _COMMERCIAL.search(plain))


def is_repetition(words: str, same_before: int) -> bool:
    """Whether the same words came too often to be a person's; keys and digits may repeat."""
    return same_before >= MOST_SAME and len(words.strip()) > MOST_SAME
