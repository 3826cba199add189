"""States and slots of reading out an article of a law."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dialogue.slots import Slots, State


class StatuteState(State):
    """The article itself, or what comes nearest to the one that was asked for."""

    READ = "read"
    NEAREST = "nearest"


@dataclass(frozen=True)
class StatuteSlots(Slots):
    """``law_words`` and ``article`` are what was asked for; ``statute`` is the law that was found,
    ``part`` the part of the article that is read; ``offers`` are laws and articles to choose
    from."""

    flow: ClassVar[str] = "statute"

    law_words: str = ""
    article: int = 0
    statute: str = ""
    part: int = 0
    offers: tuple[tuple[str, int], ...] = ()
