"""What a Rasa model's confidences are worth: fitted on what it did not learn, kept beside it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from app.training import training_topics
from core.errors import ConfigurationError
from knowledge_base.loader import Content
from nlu.rasa_calibrating import fit_calibration, open_calibration
from nlu.rasa_calibration import (
    UNCALIBRATED,
    RasaCalibration,
    read_calibration,
    write_calibration,
)
from nlu.rasa_export import export_rasa, read_held_back
from nlu.training import load_background, load_intents

# Speaks as `rasa run` does: always sure of one topic, and counts its starts.
_SERVES = """#!{python}
import json, pathlib, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

with pathlib.Path(r"{starts}").open("a") as starts:
    starts.write("started\\n")

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        ranking = [{{"name": "ask_overtime-pay-rates", "confidence": 0.02}},
                   {{"name": "ask_severance-calculation", "confidence": 0.01}}]
        body = json.dumps({{"intent": ranking[0], "intent_ranking": ranking}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

HTTPServer(("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1])), Handler).serve_forever()
"""


def test_without_a_curve_confidences_stay_those_of_rasa() -> None:
    candidates = UNCALIBRATED.candidates({"ask_a": 0.7, "ask_b": 0.2, "out_of_scope": 0.1})
    assert [c.topic for c in candidates] == ["a", "b"]
    assert [c.confidence for c in candidates] == pytest.approx([0.7, 0.2])


def test_an_act_takes_nothing_from_the_topic_beside_it() -> None:
    alone = UNCALIBRATED.candidates({"ask_a": 0.5, "ask_b": 0.5})
    beside = UNCALIBRATED.candidates({"act_complaint": 0.8, "ask_a": 0.1, "ask_b": 0.1})
    assert [c.confidence for c in beside] == pytest.approx([c.confidence for c in alone])


def test_the_lead_over_the_background_counts() -> None:
    curve = RasaCalibration(bias=0.0, of_odds=0.0, of_lead=1.0)
    ahead = curve.candidates({"ask_a": 0.04, "out_of_scope": 0.01})
    behind = curve.candidates({"ask_a": 0.04, "out_of_scope": 0.4})
    assert ahead[0].confidence == pytest.approx(0.8)
    assert behind[0].confidence < 0.1


def test_a_model_that_spreads_its_confidence_is_believed_where_it_leads() -> None:
    leads = {"ask_a": 0.05, "ask_b": 0.005, "ask_c": 0.005}
    wavers = {"ask_b": 0.021, "ask_a": 0.02, "ask_c": 0.02}
    rankings = [("ask_a", leads)] * 38 + [("ask_b", leads)] * 2
    rankings += [(f"ask_{topic}", wavers) for topic in "abcd"] * 10
    rankings += [("out_of_scope", wavers)] * 5
    curve = fit_calibration(rankings)
    assert curve.candidates(leads)[0].confidence > 0.85
    assert curve.candidates(wavers)[0].confidence < 0.5


def test_nothing_is_fitted_where_nothing_can_be_told() -> None:
    assert fit_calibration([]) == UNCALIBRATED
    assert fit_calibration([("ask_a", {"ask_b": 0.9})]) == UNCALIBRATED


def test_a_curve_is_kept(tmp_path: Path) -> None:
    curve = RasaCalibration(1.5, 0.7, 0.2)
    assert read_calibration(tmp_path / "calibration.json") == UNCALIBRATED
    write_calibration(curve, tmp_path / "calibration.json")
    assert read_calibration(tmp_path / "calibration.json") == curve
    (tmp_path / "calibration.json").write_text("[1]", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="is no calibration"):
        read_calibration(tmp_path / "calibration.json")


@pytest.fixture
def project(content: Content, tmp_path: Path) -> Path:
    """A project of all entries."""
    export_rasa(training_topics(content), load_intents(), load_background(), tmp_path)
    return tmp_path


def test_a_model_is_asked_once_what_it_did_not_learn(project: Path) -> None:
    program = project / "rasa"
    script = _SERVES.format(python=sys.executable, starts=project / "starts")
    program.write_text(script, encoding="utf-8")
    program.chmod(0o755)
    model = project / "model.tar.gz"
    found = open_calibration(project, model, program)
    assert found != UNCALIBRATED
    assert open_calibration(project, model, program) == found
    assert (project / "starts").read_text(encoding="utf-8").split() == ["started"]
    assert (project / "model.calibration.json").is_file()


def test_what_is_held_back_is_not_learnt(project: Path) -> None:
    written = (project / "data" / "nlu.yml").read_text(encoding="utf-8")
    learnt = set(re.findall(r"- \S.*", written))
    held_back = read_held_back(project)
    assert 0.02 < len(held_back) / len(learnt) < 0.06
    assert len({intent for _, intent in held_back}) > 100
    assert not {f"- {text}" for text, _ in held_back} & learnt
