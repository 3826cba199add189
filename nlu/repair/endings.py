"""What the last clause of a message does to the conversation ("打不通 那继续吧")."""

from __future__ import annotations

import re

from nlu.repair.kinds import find_repair
from nlu.repair.readings import RepairKind

# Texts in Chinese part clauses by spaces as well.
_MARK = r"[，,。；;！!？?\n]"
_LAST_MARK = re.compile(
    rf"^(?P<before>.*(?:{_MARK}|(?<=[\u3400-\u9fff])\s))(?P<last>[^，,。；;！!？?\n]+)[。！!.]?$",
    re.DOTALL,
)


def split_ending(text: str) -> tuple[str, RepairKind | None]:
    """The words before the last clause and the kind of repair that this clause is; a message whose
    last clause is none, or that has only one, comes back whole without a kind."""
    parted = _LAST_MARK.match(text.strip())
    kind = find_repair(parted["last"]) if parted else None
    return (parted["before"].strip(), kind) if parted and kind else (text, None)
