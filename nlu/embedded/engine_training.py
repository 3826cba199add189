"""Training the embedded engine. Needs libraries that reading does not."""

from __future__ import annotations

from collections.abc import Sequence

from spellchecker import SpellChecker

from core.clock import Clock
from nlu.embedded.engine import EmbeddedEngine
from nlu.embedded.intent_training import fit_intents
from nlu.embedded.intents import is_clear_question
from nlu.embedded.lexicon import load_concepts, load_fillers, load_replacements
from nlu.embedded.normalising import normalise, simplify
from nlu.embedded.spelling import Spelling
from nlu.embedded.topic_training import TITLE_STYLE, Example, fit_topics
from nlu.interpretation import Intent
from nlu.training import BackgroundArea, IntentSamples, TrainingTopic, known_broader

# A word that is found no oftener in the dictionary's texts was counted from a list of words.
_RARE_WORD = 50


def train_engine(
    topics: Sequence[TrainingTopic],
    intents: Sequence[IntentSamples],
    background: Sequence[BackgroundArea],
    clock: Clock,
) -> EmbeddedEngine:
    """Learn from topics, acts and out-of-scope questions; under a minute for 250 topics."""
    asked = [s.text for t in topics for s in t.samples]
    asked += [s.text for area in background for s in area.samples]
    questions = [text for text in map(simplify, asked) if is_clear_question(text)]
    acted = [(simplify(s.text), group.intent) for group in intents for s in group.samples]
    names = [n for t in topics for n in (*t.title.values(), *t.short_name.values())]
    spelt = [*map(simplify, [*asked, *names]), *(text for text, _ in acted)]
    return EmbeddedEngine(
        fit_topics([*_topic_examples(topics), *_background_examples(background)]),
        fit_intents(
            questions + [text for text, _ in acted],
            [Intent.QUESTION] * len(questions) + [intent for _, intent in acted],
        ),
        clock,
        known_broader(topics),
        Spelling.fit(spelt, _known_words(), _english_words()),
    )


def _known_words() -> list[str]:
    """The words of the tables: right spellings whether a sample has them or not."""
    written = [*load_concepts(), *load_fillers(), *load_replacements("cantonese")]
    return [*written, *load_replacements("mistakes").values()]


def _english_words() -> list[str]:
    """The sixty thousand or so words that are not rare in English."""
    counts: dict[str, int] = SpellChecker(language="en").word_frequency.dictionary
    return [word for word, count in counts.items() if count > _RARE_WORD]


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
