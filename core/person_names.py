"""Whether two written names are the same one: a person is not two by another spelling."""

from __future__ import annotations

from core.characters import half_width


def fold_name(name: str) -> str:
    """A name without case, width, spaces and marks: "Li Wei", "ＬＩ－ＷＥＩ" and
    "li.wei" are one. Empty for what names nobody."""
    return "".join(c for c in half_width(name).casefold() if c.isalnum())


def is_same_name(first: str, second: str) -> bool:
    """Whether two names are one in other spellings; what names nobody is not a second person."""
    folded = {fold_name(first), fold_name(second)}
    return len(folded) == 1 or "" in folded
