"""What a process understands and knows: the published content and the engine that follows it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from app.engines import WantedModel, make_engine
from app.foundations import Foundations
from knowledge_base.loader import Content, own_content
from knowledge_base.published import KnowledgeBase
from knowledge_base.source import ContentSource
from nlu.loaded_engine import LoadedEngine
from nlu.rasa_engine import RasaCounters


@dataclass(frozen=True)
class Understanding(Foundations):
    """Content and engine, built when they are first needed."""

    @cached_property
    def content_source(self) -> ContentSource:
        """The published content of this process, watched for changes."""
        source = ContentSource(own_content(), self.database, self.clock)
        source.start()
        return source

    @property
    def content(self) -> Content:
        """The published content as of now."""
        return self.content_source.current()

    @cached_property
    def knowledge(self) -> KnowledgeBase:
        """Answers by topic."""
        return KnowledgeBase(self.content_source.current)

    @cached_property
    def nlu(self) -> LoadedEngine:
        """The engine that understands messages; it follows the content when it is started."""
        wanted = WantedModel(self.content_source.current)
        return make_engine(self.settings, wanted, self.clock, self.rasa_counters)

    @cached_property
    def rasa_counters(self) -> RasaCounters:
        """What became of the messages that a Rasa server was asked about."""
        return RasaCounters()
