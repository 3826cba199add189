"""What engines learn from: topics with their samples, acts, and questions about something else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from config.yaml_files import read_yaml
from core.errors import ContentError
from nlu.interpretation import Intent

TRAINING_FOLDER = Path(__file__).parent / "training"


@dataclass(frozen=True)
class Sample:
    """One way of asking; ``style`` is short, colloquial, speech, story, employer, yue or en."""

    text: str
    style: str


@dataclass(frozen=True)
class TrainingTopic:
    """A topic as an engine sees it. Titles and short names by language ('zh', 'en')."""

    topic: str
    category: str
    title: dict[str, str]
    short_name: dict[str, str]
    samples: tuple[Sample, ...]


@dataclass(frozen=True)
class IntentSamples:
    """Ways in which citizens speak when they do not simply ask."""

    intent: Intent
    samples: tuple[Sample, ...]


@dataclass(frozen=True)
class BackgroundArea:
    """Questions about something the line does not answer, such as divorce or traffic."""

    area: str
    samples: tuple[Sample, ...]


def load_intents(folder: Path = TRAINING_FOLDER) -> tuple[IntentSamples, ...]:
    """The act samples of ``intents.yaml``; ContentError when the file is not acceptable."""
    rows = _read_groups(folder / "acts.yaml")
    return tuple(IntentSamples(Intent(name), samples) for name, samples in rows)


def load_background(folder: Path = TRAINING_FOLDER) -> tuple[BackgroundArea, ...]:
    """The out-of-scope questions of ``background.yaml``; ContentError when not acceptable."""
    rows = _read_groups(folder / "background.yaml")
    return tuple(BackgroundArea(name, samples) for name, samples in rows)


def load_broader(folder: Path = TRAINING_FOLDER) -> dict[str, str]:
    """Narrower topic -> broader topic, from ``broader.yaml``."""
    content = read_yaml(folder / "broader.yaml")
    return {str(narrow): str(broad) for narrow, broad in content.items()}


def with_own_samples(
    topics: Iterable[TrainingTopic], folder: Path = TRAINING_FOLDER
) -> tuple[TrainingTopic, ...]:
    """The topics with the further samples of ``questions.yaml`` added to their own."""
    more = dict(_read_groups(folder / "questions.yaml"))
    return tuple(
        replace(topic, samples=topic.samples + more.get(topic.topic, ())) for topic in topics
    )


def _read_groups(path: Path) -> list[tuple[str, tuple[Sample, ...]]]:
    """A mapping of group -> style -> list of texts."""
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise ContentError(f"{path.name}: expected groups of samples")
    groups = []
    for name, styles in content.items():
        if not isinstance(styles, dict):
            raise ContentError(f"{path.name}: {name}: expected styles of samples")
        samples = [
            Sample(str(text), str(style))
            for style, texts in styles.items()
            for text in cast(list[object], texts)
        ]
        if not samples:
            raise ContentError(f"{path.name}: {name}: no samples")
        groups.append((str(name), tuple(samples)))
    return groups


def known_broader(topics: Sequence[TrainingTopic]) -> dict[str, str]:
    """Narrower -> broader topic, where both have an entry."""
    known = {topic.topic for topic in topics}
    return {n: b for n, b in load_broader().items() if n in known and b in known}
