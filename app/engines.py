"""The engine of a process: which model it should have, where that lies, how it is loaded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from app.learner_status import read_status
from app.training import training_topics
from config.settings import Settings
from core import chinese_numerals
from core.clock import Clock
from knowledge_base.loader import Content
from nlu.embedded.model_folder import ModelFolder, is_readable, model_name
from nlu.engine import NluEngine
from nlu.loaded_engine import LoadedEngine, ModelSource
from nlu.rasa_calibration import read_calibration
from nlu.rasa_engine import RasaCounters, RasaEngine
from nlu.rasa_project import CALIBRATION
from nlu.training import TrainingTopic, known_broader

log = structlog.get_logger()
# Read once before an engine is handed over: what is loaded with the first text of each language
# must not keep a citizen waiting.
_FIRST_TEXTS = ("老板拖欠工资三个月怎么办", "老細唔出糧點算", "How is overtime paid?")


class WantedModel:
    """Which model stands for the content of the moment."""

    def __init__(self, current: Callable[[], Content]) -> None:
        self._current = current
        self._known: tuple[Content, list[TrainingTopic], str] | None = None

    def topics(self) -> list[TrainingTopic]:
        """What the model is learnt from."""
        return self._look()[1]

    def name(self) -> str:
        """The model's name. Cheap while the content stays the same."""
        return self._look()[2]

    def _look(self) -> tuple[Content, list[TrainingTopic], str]:
        content, known = self._current(), self._known
        if known is None or known[0] is not content:
            topics = training_topics(content)
            known = (content, topics, model_name(topics))
            self._known = known
        return known


def make_engine(
    settings: Settings, wanted: WantedModel, clock: Clock, rasa_counters: RasaCounters
) -> LoadedEngine:
    """The engine that the settings choose; nothing is loaded until it is started or asked."""
    folder = ModelFolder(settings.models)

    def load(name: str) -> NluEngine | None:
        if not folder.has(name):
            return None
        # Only processes that understand questions pay for importing the recogniser.
        from dialogue.heard import read_all
        from nlu.embedded.storage import find_engine

        embedded = find_engine(folder, name, clock)
        if embedded is None:
            log.error("a broken model was taken away", model=name)
            return None
        engine: NluEngine = embedded
        if settings.nlu_engine == "rasa":
            engine = _with_rasa(settings, embedded, wanted.topics(), clock, rasa_counters)
        # What is understood first is answered aloud, with numbers as words.
        chinese_numerals.prepare()
        for text in _FIRST_TEXTS:
            embedded.interpret(text)
            read_all(text, embedded)
        return engine

    def last() -> str:
        name = read_status(settings.var_dir).model
        return name if is_readable(name) else ""

    return LoadedEngine(ModelSource(wanted.name, load, last))


def _with_rasa(
    settings: Settings,
    embedded: NluEngine,
    topics: Sequence[TrainingTopic],
    clock: Clock,
    counters: RasaCounters,
) -> RasaEngine:
    if not CALIBRATION.is_file():
        log.warning("rasa is not calibrated", missing=str(CALIBRATION))
    return RasaEngine(
        settings.rasa_url,
        embedded,
        clock,
        known_broader(topics),
        read_calibration(CALIBRATION),
        counters=counters,
    )


def embedded_engine(topics: list[TrainingTopic], models: Path, clock: Clock) -> NluEngine:
    """The embedded engine for these topics, from the folder of models or learnt now: for commands,
    never for a process that serves."""
    from nlu.embedded.storage import open_engine

    return open_engine(topics, models, clock)
