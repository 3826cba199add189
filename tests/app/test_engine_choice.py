"""NLU_ENGINE and RASA_URL choose the engine, and the monitoring sees what becomes of messages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.metrics import measure
from app.tables import metadata
from app.wiring import Parts
from config.settings import load_settings
from nlu.engine import NluEngine
from tests.app.test_settings import COMPLETE
from tests.nlu.rasa_double import RasaDouble, serve_double

# The model of the real content lies here.
VAR = Path(__file__).parents[2] / "var"


@pytest.fixture
def rasa() -> Iterator[RasaDouble]:
    with serve_double() as double:
        double.ranks(("ask_overtime-pay-rates", 0.9), ("ask_annual-leave-days", 0.05))
        yield double


@pytest.fixture(params=["embedded", "rasa"])
def parts(
    request: pytest.FixtureRequest,
    rasa: RasaDouble,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Parts]:
    settings = {
        **COMPLETE,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'test.sqlite3'}",
        "VAR_DIR": str(VAR),
        "NLU_ENGINE": request.param,
        "RASA_URL": rasa.url,
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    parts = Parts(load_settings())
    metadata.create_all(parts.database.engine)
    yield parts
    parts.nlu.stop()
    parts.content_source.stop()
    parts.database.dispose()


def counted(parts: Parts) -> dict[str, float]:
    return {name: value for name, _, value in measure(parts) if name.startswith("rasa_")}


def test_the_chosen_engine_reads_and_the_embedded_one_stands_behind_it(
    parts: Parts, rasa: RasaDouble, nlu: NluEngine
) -> None:
    assert nlu is not None  # The model of the real content has been learnt by now.
    engine = parts.nlu
    is_rasa = parts.settings.nlu_engine == "rasa"
    topic = engine.interpret("试用期最长多久").topic
    assert topic == ("overtime-pay-rates" if is_rasa else "probation-period-length")
    rasa.status = 500
    assert engine.interpret("试用期最长多久").topic == "probation-period-length"
    assert len(rasa.asked) == (2 if is_rasa else 0)
    assert counted(parts) == {
        "rasa_answered": float(is_rasa),
        "rasa_failed": float(is_rasa),
        "rasa_skipped": 0.0,
    }
