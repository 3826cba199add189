"""The published content as the dialogue asks for it: answers by topic, as of a local day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from knowledge_base.citations import Citation
from knowledge_base.entry import Entry
from knowledge_base.loader import Content
from knowledge_base.rendering import Answer, WaysOn, render_answer, render_full
from knowledge_base.wordings import Channel, written_language


class KnowledgeBase:
    """Answers from the content that ``current`` gives, which may change while the service runs."""

    def __init__(self, current: Callable[[], Content]) -> None:
        self._current = current

    @property
    def content(self) -> Content:
        """The content as of now."""
        return self._current()

    def find_entry(self, topic: str, on: date) -> Entry | None:
        """The entry of a topic that may be given on a local day, or None."""
        entry = self.content.entries.get(topic)
        return entry if entry is not None and entry.is_in_force(on) else None

    def find_answer(
        self,
        topic: str,
        channel: Channel,
        language: str,
        on: date,
        *,
        year: int | None = None,
        ways_on: WaysOn = "digits",
    ) -> Answer | None:
        """The short answer, or None when the topic has no entry in force that day.

        ``year`` is the year that was asked about: the answer then gives what is known of it, and
        never the figures of today without their date. ``ways_on``: see ``render_answer``.
        """
        entry = self.find_entry(topic, on)
        if entry is None:
            return None
        return render_answer(self.content, entry, channel, language, on, year=year, ways_on=ways_on)

    def find_full(self, topic: str, language: str, on: date) -> str | None:
        """The full answer as running text, or None."""
        entry = self.find_entry(topic, on)
        return render_full(self.content, entry, language, on) if entry else None

    def short_name(self, topic: str, language: str) -> str:
        """How the topic is called when it is offered; a Cantonese caller hears the Mandarin name of
        a topic without one of its own. Raises KeyError for an unknown topic."""
        names = self.content.entries[topic].short_name
        return names.get(language) or names[written_language(language)]

    def topics_citing(self, citation: Citation, on: date) -> tuple[str, ...]:
        """Topics in force that day whose entries cite an article, the most about it first."""
        citing = [
            (entry.citations.index(citation), len(entry.citations), entry.topic)
            for entry in self.content.entries.values()
            if citation in entry.citations and entry.is_in_force(on)
        ]
        return tuple(topic for *_, topic in sorted(citing))
