"""The engine that is trained and runs inside the process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.clock import Clock, local_date
from nlu.broader import lead_with_broader
from nlu.embedded.intents import IntentModel
from nlu.embedded.keywords import LONGEST_KEYWORD, find_keyword
from nlu.embedded.normalising import NormalText, normalise, without_contact
from nlu.embedded.spelling import Spelling
from nlu.embedded.topics import TopicModel
from nlu.entities.extraction import find_entities
from nlu.entities.values import Entities
from nlu.expected_intents import expected_intent
from nlu.interpretation import Intent, Interpretation, Language

# Below this probability that any topic is meant, the message is about none.
MIN_DOMAIN = 0.57
# Who tells so much (in characters) tells what it is about; one sentence of anger may not.
SHORTEST_STORY = 40
LONGEST_TEXT = 2000


@dataclass(frozen=True)
class EmbeddedEngine:
    """Understands messages with models learnt from the entries' own samples."""

    topics: TopicModel
    intents: IntentModel
    clock: Clock
    broader: Mapping[str, str]
    spelling: Spelling

    def interpret(self, text: str, *, language: Language | None = None) -> Interpretation:
        """Understand one message; a whole-message keyword wins over what was learnt."""
        normal = normalise(text[:LONGEST_TEXT], language)
        entities = find_entities(normal.plain, local_date(self.clock.now()))
        keyword = find_keyword(text) if len(normal.plain) <= LONGEST_KEYWORD else None
        if keyword:
            return Interpretation(keyword, 1.0, None, 0.0, (), normal.language, entities)
        return self._read(normal, entities)

    def _read(self, normal: NormalText, entities: Entities) -> Interpretation:
        corrected = self.spelling.correct(normal.plain)
        read = self.intents.read(without_contact(corrected))
        intent = expected_intent(read.intent, normal.plain, entities)
        is_as_written = corrected == normal.plain
        joined = normal.joined if is_as_written else normalise(corrected, normal.language).joined
        reading = self.topics.read(joined)
        candidates = lead_with_broader(reading.candidates, self.broader)
        inside = bool(candidates) and reading.domain >= MIN_DOMAIN
        elsewhere = not inside and len(joined) >= SHORTEST_STORY
        return Interpretation(
            # A supplier's story about a shop is told to the wrong office: no petition begins.
            intent=Intent.QUESTION if elsewhere and intent is Intent.COMPLAINT else intent,
            intent_confidence=read.confidence,
            topic=candidates[0].topic if inside else None,
            confidence=candidates[0].confidence if inside else 0.0,
            candidates=candidates,
            language=normal.language,
            entities=entities,
        )
