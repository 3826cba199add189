"""The engine that is trained and runs inside the process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.clock import Clock, local_date
from nlu.broader import lead_with_broader
from nlu.embedded.acts import ActModel, is_clear_question
from nlu.embedded.keywords import LONGEST_KEYWORD, find_keyword
from nlu.embedded.normalising import NormalText, normalise, simplify
from nlu.embedded.topics import TITLE_STYLE, Example, TopicModel
from nlu.entities.extraction import find_entities
from nlu.entities.values import Entities
from nlu.interpretation import Act, Interpretation, Language
from nlu.training import ActSamples, BackgroundArea, TrainingTopic, load_broader

# Below this probability that any topic is meant, the message is about none.
LEAST_DOMAIN = 0.3
LONGEST_TEXT = 2000


@dataclass(frozen=True)
class EmbeddedEngine:
    """Understands messages with models learnt from the entries' own samples."""

    topics: TopicModel
    acts: ActModel
    clock: Clock
    broader: Mapping[str, str]

    @classmethod
    def train(
        cls,
        topics: Sequence[TrainingTopic],
        acts: Sequence[ActSamples],
        background: Sequence[BackgroundArea],
        clock: Clock,
    ) -> EmbeddedEngine:
        """Learn from topics, acts and out-of-scope questions; under a minute for 250 topics."""
        asked = [s.text for t in topics for s in t.samples]
        asked += [s.text for area in background for s in area.samples]
        acted = [(s.text, group.act) for group in acts for s in group.samples]
        questions = [text for text in map(simplify, asked) if is_clear_question(text)]
        texts = questions + [simplify(text) for text, _ in acted]
        labels = [Act.QUESTION] * len(questions) + [act for _, act in acted]
        return cls(
            TopicModel.fit([*_topic_examples(topics), *_background_examples(background)]),
            ActModel.fit(texts, labels),
            clock,
            known_broader(topics),
        )

    def interpret(self, text: str, *, language: Language | None = None) -> Interpretation:
        """Understand one message; a whole-message keyword wins over what was learnt."""
        normal = normalise(text[:LONGEST_TEXT], language)
        entities = find_entities(normal.plain, local_date(self.clock.now()))
        keyword = find_keyword(text) if len(normal.plain) <= LONGEST_KEYWORD else None
        if keyword:
            return Interpretation(keyword, 1.0, None, 0.0, (), normal.language, entities)
        return self._read(normal, entities)

    def _read(self, normal: NormalText, entities: Entities) -> Interpretation:
        act = self.acts.read(normal.plain)
        reading = self.topics.read(normal.joined)
        candidates = lead_with_broader(reading.candidates, self.broader)
        inside = bool(candidates) and reading.domain >= LEAST_DOMAIN
        return Interpretation(
            act=act.act,
            act_confidence=act.confidence,
            topic=candidates[0].topic if inside else None,
            confidence=candidates[0].confidence if inside else 0.0,
            candidates=candidates,
            language=normal.language,
            entities=entities,
        )


def known_broader(topics: Sequence[TrainingTopic]) -> dict[str, str]:
    """Narrower -> broader topic, where both have an entry."""
    known = {topic.topic for topic in topics}
    return {n: b for n, b in load_broader().items() if n in known and b in known}


def _topic_examples(topics: Sequence[TrainingTopic]) -> list[Example]:
    examples = []
    for topic in topics:
        names = dict.fromkeys([*topic.title.values(), *topic.short_name.values()])
        styled = [(s.text, s.style) for s in topic.samples] + [(n, TITLE_STYLE) for n in names]
        examples += [
            Example(normalise(text).joined, topic.topic, style, True) for text, style in styled
        ]
    return examples


def _background_examples(background: Sequence[BackgroundArea]) -> list[Example]:
    return [
        Example(normalise(sample.text).joined, area.area, sample.style, False)
        for area in background
        for sample in area.samples
    ]
