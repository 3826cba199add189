"""The documentation says what the code does."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask

from app import health
from app.asking import OUTCOMES, Asker, ask
from app.cli import COMMANDS, main
from app.jobs import JOBS
from app.trial.conversing import Texter
from app.trial.parts import open_trial
from app.trial.scripts import Conversations
from config.settings import Settings
from dialogue.flow_map import draw_flows
from dialogue.flows.registry import FLOWS
from hotline.twilio import blueprint as voice
from knowledge_base.loader import Content
from knowledge_base.published import KnowledgeBase
from nlu.engine import NluEngine
from sms import blueprint as text
from tests.conftest import MORNING

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
OPERATIONS = (DOCS / "operations.md").read_text(encoding="utf-8")
INTERFACES = (DOCS / "interfaces.md").read_text(encoding="utf-8")
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
LINK = re.compile(r"\[[^\]]+\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)")


def section(title: str, page: str = OPERATIONS) -> str:
    return page.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def first_cells(part: str, header: str) -> list[str]:
    """What stands in code in the first cells of the table with this header."""
    table = part.split(f"| {header} |", 1)[1].split("\n\n", 1)[0]
    return re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)


# --- settings, jobs, commands -------------------------------------------------------------------


def test_every_setting_is_documented_and_nothing_else() -> None:
    documented = re.findall(r"^\| `([A-Z_]+)` \|", section("Settings"), re.MULTILINE)
    assert sorted(documented) == sorted(name.upper() for name in Settings.model_fields)


def test_every_job_is_documented_with_its_times() -> None:
    documented = re.findall(r"^\| `([a-z_]+)` \| (.+) \|$", section("Scheduled work"), re.MULTILINE)
    assert documented == [(job.name, job.when) for job in JOBS]


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in COMMANDS:
        assert f"python -m app {name}" in readme, name


# --- interfaces ---------------------------------------------------------------------------------


def test_the_fields_of_ask_are_documented_in_their_order(nlu: NluEngine, content: Content) -> None:
    row = ask(nlu, KnowledgeBase(lambda: content), "你好", Asker("text", date(2026, 11, 30)))
    part = section("ask", INTERFACES)
    assert first_cells(part, "field") == list(row)
    assert first_cells(part, "entity") == list(row["entities"])
    outcomes = next(line for line in part.splitlines() if line.startswith("| `outcome` |"))
    assert tuple(re.findall(r"`(\w+)`", outcomes)[1:]) == OUTCOMES


def test_the_fields_of_converse_are_documented_in_their_order(
    nlu: NluEngine, content: Content
) -> None:
    with open_trial(MORNING, nlu, content) as parts:
        row = Texter(parts, "+8613800138000").observer.observe(None, [], replied=())
    assert first_cells(section("converse", INTERFACES), "field") == list(row)


def test_the_fields_of_answers_are_documented_in_their_order(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["kb", "answers", "--json"]) == 0
    named = re.findall(r'"(\w+)": ', capsys.readouterr().out.splitlines()[0])
    assert first_cells(section("kb answers", INTERFACES), "field") == named


def test_every_webhook_is_documented_and_nothing_else() -> None:
    nothing = cast(Any, None)
    app = Flask("routes", static_folder=None)
    app.register_blueprint(voice.make_blueprint(nothing, nothing))
    app.register_blueprint(text.make_blueprint(nothing, nothing, nothing))
    app.register_blueprint(health.make_blueprint(nothing))
    served = {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    rows = re.findall(r"^\| `(/[^`]+)` \| (\w+) \|", section("HTTP", INTERFACES), re.MULTILINE)
    assert set(rows) == served
    assert len(rows) == len(served)


# --- conversations and flows --------------------------------------------------------------------


def test_the_map_of_the_flows_is_what_the_code_declares(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["flows"]) == 0
    drawn = capsys.readouterr().out
    assert drawn == (DOCS / "flows.md").read_text(encoding="utf-8"), (
        "write it again: python -m app flows > docs/flows.md"
    )


def test_the_map_has_every_state_of_every_flow() -> None:
    drawn = draw_flows()
    for flow in FLOWS:
        part = section(flow.name, drawn)
        assert first_cells(part, "state") == [str(state) for state in flow.states]
        arrows = sum(len(targets) for targets in (flow.to, *(s.to for s in flow.specs.values())))
        assert part.count(" --> ") == arrows + 1


def test_the_conversation_that_is_shown_can_be_held(
    nlu: NluEngine, content: Content, tmp_path: Path
) -> None:
    page = (DOCS / "conversations.md").read_text(encoding="utf-8")
    shown = tmp_path / "shown.yaml"
    shown.write_text(page.split("```yaml\n", 1)[1].split("```", 1)[0], encoding="utf-8")
    assert Conversations.load(shown).check(nlu, content) == []


# --- the pages themselves -----------------------------------------------------------------------


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(path.name[:4]) for path in DECISIONS]
    assert numbers == list(range(1, len(numbers) + 1))
    for number, path in zip(numbers, DECISIONS, strict=True):
        page = path.read_text(encoding="utf-8")
        assert page.startswith(f"# {number}. "), path.name
        assert all(f"**{part}.**" in page for part in ("Context", "Decision", "Consequence"))


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *sorted(DOCS.glob("*.md")), *DECISIONS], ids=lambda path: path.name
)
def test_links_lead_somewhere(page: Path) -> None:
    for target, heading in LINK.findall(page.read_text(encoding="utf-8")):
        found = (page.parent / target).resolve() if target else page
        assert found.exists(), f"{page.name}: {target}"
        if heading:
            titles = re.findall(r"^#+ (.+)$", found.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in [title.lower().replace(" ", "-") for title in titles], heading
