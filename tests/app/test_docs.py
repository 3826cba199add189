"""The documentation says what the code does."""

from __future__ import annotations

import re
import tomllib
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
from casework.deadline_rules import CLOCK_RULES, DeadlineRule
from config.settings import Settings
from dialogue.flow_map import draw_flows
from dialogue.flows.registry import FLOWS
from hotline.twilio import blueprint as voice
from knowledge_base.loader import Content
from knowledge_base.published import KnowledgeBase
from nlu.engine import NluEngine
from sms import blueprint as text
from tests.conftest import MORNING
from tools import architecture

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
ROOMS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["root_packages"]
OPERATIONS = (DOCS / "operations.md").read_text(encoding="utf-8")
INTERFACES = (DOCS / "interfaces.md").read_text(encoding="utf-8")
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
OF_THE_CODE = [DOCS / name for name in ("rules.md", "architecture.md", "glossary.md")]
GUIDES = [*OF_THE_CODE, ROOT / "CONTRIBUTING.md"]
# `hotline/turns.py` (`take_call_turn`): a name in a file.
NAME = re.compile(r"`([\w/]+\.\w+)`\s+\(`(\w+)`")
# A path in code marks: `casework/deadlines.py`, `nlu/danger/`, `dialogue/wordings/*.toml`.
FILE = re.compile(r"`((?!/|https?:)[\w.*-]+/[\w./*-]*)`")
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


# --- promises -----------------------------------------------------------------------------------


def test_the_deadlines_are_documented_as_the_code_counts_them() -> None:
    page = (DOCS / "rules.md").read_text(encoding="utf-8")
    documented = re.findall(
        r"^\| `([a-z-]+)` \| (\d[^|]+) \| [^|]+ \| (.+) \|$", page, re.MULTILINE
    )
    assert documented == [_documented(rule) for rule in CLOCK_RULES.values()]


def _documented(rule: DeadlineRule) -> tuple[str, str, str]:
    extension = f", +{rule.extension.days}" if rule.extension else ""
    sources = ("local" if source == "configuration" else f"`{source}`" for source in rule.source)
    return rule.id, f"{rule.length} {rule.unit}{extension}", ", ".join(sources)


def test_what_the_code_cites_of_the_rules_is_a_heading_there() -> None:
    page = (DOCS / "rules.md").read_text(encoding="utf-8")
    headings = [title.lower() for title in re.findall(r"^## \d+\. (.+)$", page, re.MULTILINE)]
    cited = {
        (str(path.relative_to(ROOT)), title.lower())
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        for title in re.findall(r'docs/rules\.md, "([^"]+)"', path.read_text(encoding="utf-8"))
    }
    assert cited
    assert [one for one in cited if not any(title.startswith(one[1]) for title in headings)] == []


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


@pytest.mark.parametrize("page", GUIDES, ids=lambda path: path.name)
def test_every_file_that_is_named_exists(page: Path) -> None:
    named = set(FILE.findall(page.read_text(encoding="utf-8")))
    assert len(named) > 5
    assert sorted(name for name in named if not list(ROOT.glob(name))) == []


@pytest.mark.parametrize("page", OF_THE_CODE, ids=lambda path: path.name)
def test_every_name_stands_in_the_file_that_is_named_for_it(page: Path) -> None:
    named = NAME.findall(page.read_text(encoding="utf-8"))
    assert named
    absent = [
        (file, name)
        for file, name in named
        if name not in (ROOT / file).read_text(encoding="utf-8")
    ]
    assert absent == []


def test_the_drawing_of_the_rooms_is_what_the_code_imports() -> None:
    rooms, layers = architecture.read_contract()
    drawing = architecture.draw(rooms, layers, architecture.find_imports(rooms))
    page = architecture.PAGE.read_text(encoding="utf-8")
    assert architecture.replace_drawing(page, drawing) == page, (
        "draw it again: python -m tools.architecture"
    )


def test_an_arrow_that_a_longer_way_implies_is_left_out(tmp_path: Path) -> None:
    for room, source in {
        "high": "import low\nfrom middle.one import x\nimport json\n",
        "middle": "def late() -> None:\n    from low import y\n",
        "low": "from . import near\n",
    }.items():
        (tmp_path / room).mkdir()
        (tmp_path / room / "one.py").write_text(source, encoding="utf-8")
    imports = architecture.find_imports(["high", "middle", "low"], tmp_path)
    assert imports == {"high": {"middle", "low"}, "middle": {"low"}, "low": set()}
    assert architecture.without_detours(imports)["high"] == {"middle"}
    drawing = architecture.draw(["high", "middle", "low"], [["high"], ["middle"]], imports)
    assert "    high --> middle\n    middle --> low\n" in drawing
    assert "| `high/` | `middle`, `low` |" in drawing


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(path.name[:4]) for path in DECISIONS]
    assert numbers == list(range(1, len(numbers) + 1))
    for number, path in zip(numbers, DECISIONS, strict=True):
        page = path.read_text(encoding="utf-8")
        assert page.startswith(f"# {number}. "), path.name
        assert all(f"**{part}.**" in page for part in ("Context", "Decision", "Consequence"))


@pytest.mark.parametrize(
    "page",
    [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md")), *DECISIONS],
    ids=lambda path: path.name,
)
def test_links_lead_somewhere(page: Path) -> None:
    for target, heading in LINK.findall(page.read_text(encoding="utf-8")):
        found = (page.parent / target).resolve() if target else page
        assert found.exists(), f"{page.name}: {target}"
        if heading:
            titles = re.findall(r"^#+ (.+)$", found.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in [title.lower().replace(" ", "-") for title in titles], heading
