"""The curated entries as the plain values from which an engine learns."""

from __future__ import annotations

from knowledge_base.entry import LANGUAGES
from knowledge_base.loader import Content
from nlu.training import Sample, TrainingTopic


def training_topics(content: Content) -> list[TrainingTopic]:
    """One training topic an entry, in the order of the content."""
    return [
        TrainingTopic(
            topic=entry.topic,
            category=entry.category,
            title=dict(entry.title),
            # Cantonese is learnt from the samples; its names are for the ear only.
            short_name={language: entry.short_name[language] for language in LANGUAGES},
            samples=tuple(
                Sample(text, style) for style, texts in entry.samples.items() for text in texts
            ),
        )
        for entry in content.entries.values()
    ]
