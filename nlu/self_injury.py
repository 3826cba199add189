"""Who has already done something against their own life.

A threat calls for somebody who listens; a deed that is done calls for an ambulance first, also
when it was somebody else's and the citizen only reports it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import partial
from pathlib import Path

from config.yaml_files import get_pattern
from nlu.danger.spelling import respell

_FILE = Path(__file__).with_suffix(".yaml")
_pattern = partial(get_pattern, _FILE)
# Characters before a deed in which its subject and its intention stand.
_BEFORE = 30


class InjuredPerson(StrEnum):
    """Whose deed it was."""

    OTHER = "other"
    ONESELF = "oneself"


def find_self_injury(words: str) -> InjuredPerson | None:
    """Who has jumped, hanged or cut themselves or taken poison, None when nobody has: a deed that
    is only meant, threatened or feared is none. Never raises; whether it is a danger of now says
    ``nlu.danger``."""
    text = respell(words)
    deed = next(_list_deeds(text), None)
    if deed is None:
        return None
    before = text[max(0, deed.start() - _BEFORE) : deed.start()]
    other, oneself = _find_last("others", before), _find_last("oneself", before)
    if other == oneself:
        # Nobody is named.
        is_other = _pattern("disabling").search(deed[0]) or _pattern("state").search(text)
        return InjuredPerson.OTHER if is_other else InjuredPerson.ONESELF
    return InjuredPerson.OTHER if other > oneself else InjuredPerson.ONESELF


def _list_deeds(text: str) -> Iterator[re.Match[str]]:
    names = ("done", "deed") if _pattern("state").search(text) else ("done",)
    for name in names:
        for match in _pattern(name).finditer(text):
            before = text[max(0, match.start() - _BEFORE) : match.start()]
            if not _pattern("intended").search(before):
                yield match


def _find_last(name: str, text: str) -> int:
    """Where the last of these words begins, -1 for none."""
    return max((match.start() for match in _pattern(name).finditer(text)), default=-1)
