"""How many entries have words of their own in each language of each channel. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from knowledge_base.entry import CANTONESE, LANGUAGES, Entry
from knowledge_base.wordings import Channel

CHANNEL_LANGUAGES: Mapping[Channel, tuple[str, ...]] = {
    "voice": ("zh", CANTONESE, "en"),
    "text": LANGUAGES,
}
_FIELDS: Mapping[Channel, str] = {"voice": "spoken", "text": "text"}


@dataclass(frozen=True)
class Coverage:
    """Of all entries, those with an answer and those with a short name in a channel's language,
    where no other language stands in for it."""

    channel: Channel
    language: str
    answers: int
    short_names: int


def list_coverage(entries: Collection[Entry]) -> list[Coverage]:
    """The coverage of every channel and language that answers are given in."""
    return [
        Coverage(
            channel,
            language,
            answers=sum(language in getattr(entry, _FIELDS[channel]) for entry in entries),
            short_names=sum(language in entry.short_name for entry in entries),
        )
        for channel, languages in CHANNEL_LANGUAGES.items()
        for language in languages
    ]
