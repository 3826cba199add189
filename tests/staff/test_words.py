"""Chinese and English say the same things, and every closed set has its words."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from accounts.audit import Action
from accounts.permissions import Role
from callcentre.models import Availability
from casework.danger import AlertOutcome, AlertState, DangerKind
from casework.deadline_rules import CLOCK_RULES, PAUSE_GROUNDS
from casework.transition_table import TRANSITIONS
from casework.urgency import load_signals
from casework.vocabulary import CaseKind, CaseState, EventKind, Means, Notified, Remedy
from dialogue.flows.registry import FLOWS
from hotline.records import OUTCOMES
from knowledge_base.models import GroupState, VersionState
from outbox.kinds import Kind
from outbox.states import Reason, TextState
from ratings.vocabulary import Decision, FlagCode, NotSent, Source
from staff.case_filters import FOLDERS
from staff.formatting import STATE_TONES
from staff.transition_forms import MOVE_FORMS
from staff.views.danger import CHANGES
from staff.views.entry_editing import DRAFTING, REVIEWING
from staff.words import LANGUAGES, all_words

ROOT = Path(__file__).parents[2]
ROOMS = ("callcentre", "casework", "ratings", "accounts", "staff")
ALONE = (ROOT / "providers" / "pictures.py",)

SETS = {
    "states": CaseState,
    "kinds": CaseKind,
    "events": EventKind,
    "means": Means,
    "told": Notified,
    "remedies": Remedy,
    "roles": Role,
    "actions": Action,
    "text_states": TextState,
    "text_reasons": Reason,
    "text_kinds": Kind,
    "decisions": Decision,
    "flags": FlagCode,
    "not_sent": NotSent,
    "sources": Source,
    "moves": TRANSITIONS,
    "clock_names": CLOCK_RULES,
    "grounds": PAUSE_GROUNDS,
    "group_states": GroupState,
    "version_states": VersionState,
    "editing.step": (*DRAFTING, *REVIEWING),
    "editing.hint": ("save", "discard", *REVIEWING),
    "editing.done": (*DRAFTING, *REVIEWING),
    "outcomes": (*OUTCOMES, "nothing", "full"),
    "flows": [flow.name for flow in FLOWS],
    "agent_states": ("talking", "ringing", *Availability),
    "inbox.folder": FOLDERS,
    "inbox.empty": FOLDERS,
    "danger.kinds": DangerKind,
    "danger.states": AlertState,
    "danger.outcomes": AlertOutcome,
    "danger.act": (*CHANGES, "open", "words"),
    "danger.done": CHANGES,
    "urgent_reasons": (*DangerKind, "people", "amount", "mass", "staff", *load_signals().words),
    "task_reasons": (*Reason, TextState.UNDELIVERED, TextState.FAILED, TextState.EXPIRED),
}


def test_both_languages_have_the_same_keys_with_the_same_places() -> None:
    chinese, english = all_words("zh"), all_words("en")
    own = {key for key in chinese if not key.startswith("errors.")}
    assert own == set(english)
    for key in own:
        places = [set(re.findall(r"\{(\w+)\}", words[key])) for words in (chinese, english)]
        assert places[0] == places[1], key


@pytest.mark.parametrize("group", SETS)
def test_every_member_of_a_closed_set_has_its_words(group: str) -> None:
    for language in LANGUAGES:
        words = all_words(language)
        missing = [str(name) for name in SETS[group] if f"{group}.{name}" not in words]
        assert missing == []


def test_every_category_of_the_knowledge_base_has_its_words() -> None:
    categories = {path.name for path in (ROOT / "knowledge_base" / "entries").iterdir()}
    for language in LANGUAGES:
        assert {f"categories.{name}" for name in categories} <= set(all_words(language))


def _sentences() -> set[str]:
    """Every plain sentence that a rule refuses with in the rooms behind the console."""
    found = set()
    for room in ROOMS:
        for path in [*(ROOT / room).rglob("*.py"), *ALONE]:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    is_refusal = node.func.id in {"InputError", "ConflictError", "DuplicateError"}
                    if is_refusal and node.args and isinstance(node.args[0], ast.Constant):
                        found.add(node.args[0].value)
    return found


# What no form of the console can lead to.
NOT_SHOWN = {
    "A better level cannot have fewer points.",
    "A ranking cannot be frozen before its time.",
    "A rating is never overwritten.",
    "Every level from 1 to 5 needs its points.",
    "Rules change from a coming month on.",
    "The bands must begin with the best and fall.",
    "The weight cannot be negative, nor the floor below 1.",
    "This is not a month.",
    "This month has its rules already.",
    "A message needs words or a recording with sound.",
    "A petition needs to say what happened.",
    "The number of people must be at least 1.",
    "This was already recorded.",
    "The audit trail is not changed.",
}


def test_every_refusal_is_explained_in_chinese() -> None:
    sentences = _sentences()
    assert len(sentences) > 40
    missing = {s for s in sentences - NOT_SHOWN if f"errors.{s}" not in all_words("zh")}
    assert missing == set()


def test_every_move_has_its_form() -> None:
    assert set(MOVE_FORMS) == set(TRANSITIONS)


def test_every_state_that_is_not_an_end_has_its_tone() -> None:
    ends = {CaseState.CLOSED, CaseState.WITHDRAWN, CaseState.MERGED, CaseState.VOID}
    assert set(STATE_TONES) == set(CaseState) - ends


def test_templates_use_only_words_that_there_are() -> None:
    keys = set(all_words("zh"))
    for path in (ROOT / "staff" / "templates").glob("*.html"):
        for key in re.findall(r"""\bt\(["']([\w.]+)["'][,)]""", path.read_text(encoding="utf-8")):
            assert key in keys, f"{path.name}: {key}"
