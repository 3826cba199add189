"""The parts of a service at a moment of the test's choosing, with the engine trained before."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from app.wiring import Parts
from core.clock import FixedClock
from nlu.engine import NluEngine
from nlu.loaded_engine import LoadedEngine, ModelSource


@dataclass(frozen=True)
class TimedParts(Parts):
    """Parts with a fixed clock and a trained engine."""

    at: FixedClock
    engine: NluEngine

    @cached_property
    def clock(self) -> FixedClock:  # type: ignore[override]
        return self.at

    @cached_property
    def nlu(self) -> LoadedEngine:
        return LoadedEngine(ModelSource(lambda: "a model", lambda _name: self.engine))
