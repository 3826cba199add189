"""The training data and domain of the Rasa project, written from the same samples.

Intents: ``ask_<topic>`` for a topic, ``act_<act>`` for an act, ``out_of_scope`` for the background.
One question in twenty is held back: what Rasa has not learnt shows how sure it may be.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import yaml

from nlu.embedded.normalising import normalise
from nlu.training import BackgroundArea, IntentSamples, Sample, TrainingTopic

TOPIC_PREFIX = "ask_"
INTENT_PREFIX = "act_"
OUT_OF_SCOPE = "out_of_scope"
HELD_BACK = "held_back.yml"
_VERSION = "3.1"
_ONE_IN = 20


def export_rasa(
    topics: Sequence[TrainingTopic],
    intents: Sequence[IntentSamples],
    background: Sequence[BackgroundArea],
    project: Path,
) -> int:
    """Write ``data/nlu.yml``, ``domain.yml`` and ``held_back.yml`` into a Rasa project; returns how
    many examples there are to learn from. Texts are normalised as those that the engine sends."""
    asked = {f"{TOPIC_PREFIX}{t.topic}": t.samples for t in topics}
    asked[OUT_OF_SCOPE] = tuple(sample for area in background for sample in area.samples)
    learnt = {
        name: [s.text for s in samples if not _is_held_back(s)] for name, samples in asked.items()
    }
    held_back = {
        name: [s.text for s in samples if _is_held_back(s)] for name, samples in asked.items()
    }
    for topic in topics:
        names = [*topic.title.values(), *topic.short_name.values()]
        learnt[f"{TOPIC_PREFIX}{topic.topic}"] += names
    learnt |= {f"{INTENT_PREFIX}{a.intent}": [s.text for s in a.samples] for a in intents}
    (project / "data").mkdir(parents=True, exist_ok=True)
    names = sorted(learnt)
    _write(project / "domain.yml", {"version": _VERSION, "intents": names})
    _write_examples(project / HELD_BACK, held_back)
    return _write_examples(project / "data" / "nlu.yml", learnt)


def read_held_back(project: Path) -> list[tuple[str, str]]:
    """The questions that an exported project does not learn from, each with its intent."""
    content = yaml.safe_load((project / HELD_BACK).read_text(encoding="utf-8"))
    return [
        (line.removeprefix("- "), str(row["intent"]))
        for row in content["nlu"]
        for line in row["examples"].splitlines()
    ]


def spell_for_rasa(text: str) -> str:
    """A text as Rasa is trained on and asked with: one spelling, clauses kept, fillers dropped."""
    return normalise(text).joined or text.strip() or "?"


def _is_held_back(sample: Sample) -> bool:
    """Chosen by the text alone, so that the others stay where they are when one is added. Two-word
    texts stay: hardly one is without its like."""
    digest = hashlib.sha256(sample.text.encode()).digest()
    return sample.style != "short" and int.from_bytes(digest[:4]) % _ONE_IN == 0


def _spelled(texts: Iterable[str]) -> list[str]:
    spelled = (" ".join(spell_for_rasa(text).split()) for text in texts)
    return list(dict.fromkeys(text for text in spelled if text))


def _listed(texts: Iterable[str]) -> str:
    # Square brackets, braces and backslashes mark entities in Rasa's examples.
    return "".join(f"- {text.translate(_ENTITY_MARKS)}\n" for text in texts)


def _write_examples(path: Path, texts: dict[str, list[str]]) -> int:
    """Write examples by intent in Rasa's format; returns how many."""
    examples = {name: _spelled(listed) for name, listed in sorted(texts.items())}
    rows = [{"intent": n, "examples": _listed(each)} for n, each in examples.items() if each]
    _write(path, {"version": _VERSION, "nlu": rows})
    return sum(map(len, examples.values()))


_ENTITY_MARKS = str.maketrans(dict.fromkeys("[](){}\\|", " "))


def _write(path: Path, content: dict[str, object]) -> None:
    text = yaml.dump(content, allow_unicode=True, sort_keys=False, width=1000)
    path.write_text(text, encoding="utf-8")
