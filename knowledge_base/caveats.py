"""What an answer says of what it rests on: what is not verified and who can say, and since when an
amount holds."""

from __future__ import annotations

import re
from datetime import date

from knowledge_base.authorities import Scope, authority_with_phone
from knowledge_base.entry import Entry
from knowledge_base.figures import Figures
from knowledge_base.wordings import Channel, wording, write_day, written_language

_BRACKETS = re.compile(r"（[^）]*）|\([^)]*\)")
# What is said of the checking itself, and what a voice cannot read.
_NOT_SAYABLE = re.compile(
    r"未|没有|待核|为准|须|[〔〕《》()（）/%:]|\b(?:not|held|is|are|rests?|under)\b|\d"
)
_MAX_OPEN = {"zh": 26, "en": 70}


def is_verified(figures: Figures, entry: Entry, on: date) -> bool:
    """Whether the entry, with its figures of a local day, was checked at the source."""
    return entry.verified is not None and not _unverified_figures(figures, entry, on)


def authority_of(entry: Entry, language: str) -> str:
    """The entry's authority with its telephone; a national rule names no place."""
    return authority_with_phone(entry.authority, entry.scope or Scope.LOCAL, language)


def text_caveat(figures: Figures, entry: Entry, language: str, on: date) -> str:
    """The sentence of a text that names what is not verified; empty when all is.

    The date is that of the newest unverified figure, never the day of editing.
    """
    if is_verified(figures, entry, on):
        return ""
    written = written_language(language)
    doubtful = _unverified_figures(figures, entry, on)
    name = "caveat_national" if entry.scope is Scope.NATIONAL else "caveat"
    since = ""
    if doubtful:
        name += "_since"
        since = write_day(max(figures.since(one, on) for one in doubtful), written, "text")
    still_open = (entry.unverified or {}).get(written) or wording(written, "caveat_default")
    return wording(written, name).format(
        open=still_open.rstrip("。."), since=since, authority=authority_of(entry, written)
    )


def said_caveat(figures: Figures, entry: Entry, language: str, on: date) -> str:
    """The same for a voice: one sentence of its own, digits still as digits; or empty.

    It names what is open where that can be said in a few words.
    """
    if is_verified(figures, entry, on):
        return ""
    name = "said_caveat_national" if entry.scope is Scope.NATIONAL else "said_caveat"
    still_open = _sayable_open(entry, language)
    if _unverified_figures(figures, entry, on):
        name += "_figure"
    elif still_open:
        name += "_open"
    return wording(language, name).format(authority=authority_of(entry, language), open=still_open)


def figures_since(
    figures: Figures, entry: Entry, language: str, on: date, *, name: str = "figures_since"
) -> str:
    """Since when the amounts hold that are never told without their day; or empty.

    ``name`` is the template: ``said_figures_since`` for a voice.
    """
    dated = [one for one in entry.figures if figures.states_date(one)]
    if not dated:
        return ""
    channel: Channel = "voice" if name.startswith("said_") else "text"
    since = max(figures.since(one, on) for one in dated)
    return wording(language, name).format(since=write_day(since, language, channel))


def _sayable_open(entry: Entry, language: str) -> str:
    """What is open, without the document it stands in; empty where it is long, is a sentence of its
    own or cannot be read aloud. Cantonese has no words of its own for it yet."""
    words = (entry.unverified or {}).get(language, "").rstrip("。.")
    words = _BRACKETS.sub("", words).strip()
    is_short = len(words) <= _MAX_OPEN.get(language, 0)
    return words if is_short and not _NOT_SAYABLE.search(words) else ""


def _unverified_figures(figures: Figures, entry: Entry, on: date) -> list[str]:
    return [one for one in entry.figures if not figures.is_verified(one, on)]
