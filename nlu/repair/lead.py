"""A correction, and what a message says before the new value."""

from __future__ import annotations

from dataclasses import dataclass

# What is filled with a telling.
SLOTS_OF_TEXT = frozenset({"issue", "wanted", "evidence", "employer"})


@dataclass(frozen=True)
class Correction:
    """``new`` replaces ``old`` in ``slot`` (None: not named); empty words were not said.

    ``is_earlier`` when the message says that it is about an earlier answer; ``is_addition`` when
    ``new`` comes to what was said and replaces nothing.
    """

    slot: str | None
    new: str
    old: str
    is_earlier: bool
    is_addition: bool = False


@dataclass
class Lead:
    """What was said before the new value."""

    slot: str | None = None
    is_weak_slot: bool = False
    is_denied: bool = False
    is_admitted: bool = False
    is_wrong: bool = False
    is_fix: bool = False
    is_fix_of_all: bool = False
    is_given: bool = False
    is_meant: bool = False
    is_should: bool = False
    is_apart: bool = False
    is_agreed_but: bool = False

    @property
    def is_sure(self) -> bool:
        """Whether it says by itself that something is to be replaced."""
        return self.is_denied or self.is_admitted or self.is_given or self.is_meant or self.has_slot

    @property
    def has_slot(self) -> bool:
        """Whether a named slot is said to be wrong or to get another value."""
        is_wrong = self.is_wrong or self.is_admitted
        return self.slot is not None and (is_wrong or self.is_fix or self.is_should)

    @property
    def stands_alone(self) -> bool:
        """Whether it is a correction without any value ("刚才说错了"); a bare no is not."""
        return self.is_admitted or self.is_fix_of_all or (self.has_slot and not self.is_should)
