"""The training data and domain of the Rasa project, written from the same samples.

Intents: ``ask_<topic>`` for a topic, ``act_<act>`` for an act, ``out_of_scope`` for the background.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import yaml

from nlu.embedded.normalising import normalise
from nlu.training import ActSamples, BackgroundArea, TrainingTopic

TOPIC_PREFIX = "ask_"
ACT_PREFIX = "act_"
OUT_OF_SCOPE = "out_of_scope"
_VERSION = "3.1"


def export_rasa(
    topics: Sequence[TrainingTopic],
    acts: Sequence[ActSamples],
    background: Sequence[BackgroundArea],
    project: Path,
) -> int:
    """Write ``data/nlu.yml`` and ``domain.yml`` into a Rasa project; returns the number of
    examples. Texts are normalised as the engine normalises what it sends."""
    intents = {f"{TOPIC_PREFIX}{t.topic}": _topic_texts(t) for t in topics}
    intents |= {f"{ACT_PREFIX}{a.act}": [s.text for s in a.samples] for a in acts}
    intents[OUT_OF_SCOPE] = [s.text for area in background for s in area.samples]
    examples = {name: _spelled(texts) for name, texts in sorted(intents.items())}
    data = project / "data"
    data.mkdir(parents=True, exist_ok=True)
    rows = [{"intent": name, "examples": _listed(texts)} for name, texts in examples.items()]
    _write(data / "nlu.yml", {"version": _VERSION, "nlu": rows})
    _write(project / "domain.yml", {"version": _VERSION, "intents": list(examples)})
    return sum(map(len, examples.values()))


def spell_for_rasa(text: str) -> str:
    """A text as Rasa is trained on and asked with: one spelling, clauses kept, fillers dropped."""
    return normalise(text).joined or text.strip() or "?"


def _topic_texts(topic: TrainingTopic) -> list[str]:
    names = [*topic.title.values(), *topic.short_name.values()]
    return [*(sample.text for sample in topic.samples), *names]


def _spelled(texts: Iterable[str]) -> list[str]:
    spelled = (" ".join(spell_for_rasa(text).split()) for text in texts)
    return list(dict.fromkeys(text for text in spelled if text))


def _listed(texts: Iterable[str]) -> str:
    # Square brackets, braces and backslashes mark entities in Rasa's examples.
    return "".join(f"- {text.translate(_ENTITY_MARKS)}\n" for text in texts)


_ENTITY_MARKS = str.maketrans(dict.fromkeys("[](){}\\|", " "))


def _write(path: Path, content: dict[str, object]) -> None:
    text = yaml.dump(content, allow_unicode=True, sort_keys=False, width=1000)
    path.write_text(text, encoding="utf-8")
