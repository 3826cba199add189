"""Conversations as tests, in the YAML form of Rasa's end-to-end test cases.

``test_cases:`` with ``test_case:`` and ``steps:`` of ``user:``, ``bot:``, ``slot_was_set:``,
``slot_was_not_set:``; beside them ``metadata:`` (channel, lang, from, claimed, now) and further
steps:
``key:``, ``silence:``, ``hang_up:``, ``record:``, ``wait:``, ``agent:``, ``texts:``,
``not_bot:``, ``cases:``, ``state:``. In words, {case} stands for the number of the newest case and
{code} for the code that was texted last.
Source: rasa.com/docs/pro/testing/evaluating-assistant (end-to-end testing).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from app.trial.conversing import Caller, Texter
from app.trial.inputs import Line, Say, parse_step
from app.trial.moments import parse_moment
from app.trial.parts import TrialParts, open_trial
from config.yaml_files import parse_yaml
from core.errors import InputError
from knowledge_base.loader import Content
from nlu.engine import NluEngine

DEFAULT_NOW = "2026-11-30T10:00"
DEFAULT_PHONE = "+8613800138000"
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
_INPUTS = frozenset({"user", "key", "silence", "hang_up", "record", "wait", "agent"})


@dataclass(frozen=True)
class Failure:
    """A step that did not hold: the conversation, the number of its turn, and what was seen."""

    name: str
    turn: int
    said: str
    problem: str

    def __str__(self) -> str:
        return f"FAILED {self.name}, turn {self.turn} ({self.said}): {self.problem}"


@dataclass(frozen=True)
class TestCase:
    """One conversation."""

    __test__ = False

    name: str
    metadata: Mapping[str, Any]
    steps: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Conversations:
    """The conversations of one file."""

    cases: tuple[TestCase, ...]

    @classmethod
    def load(cls, path: Path) -> Conversations:
        """Read a file. Raises InputError when it is not of the form."""
        try:
            raw = parse_yaml(path.read_text(encoding="utf-8"))
            shared = {m_name: m for row in raw.get("metadata", ()) for m_name, m in row.items()}
            return cls(tuple(_case(row, shared) for row in raw["test_cases"]))
        except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
            raise InputError(f"{path} holds no test cases: {error!r:.120}", "file") from error

    def check(self, engine: NluEngine, content: Content) -> list[Failure]:
        """Hold each conversation on a database of its own; what did not hold."""
        return [f for case in self.cases for f in check_case(case, engine, content)]


def _case(row: Mapping[str, Any], shared: Mapping[str, Any]) -> TestCase:
    metadata = row.get("metadata", {})
    if isinstance(metadata, str):
        metadata = shared[metadata]
    return TestCase(str(row["test_case"]), metadata, tuple(row["steps"]))


def check_case(case: TestCase, engine: NluEngine, content: Content) -> list[Failure]:
    """Hold one conversation. After a failure the rest goes on, so that all of them are seen."""
    now = parse_moment(str(case.metadata.get("now", DEFAULT_NOW)))
    with open_trial(now, engine, content) as parts:
        return list(_play(case, _citizen(case, parts)))


def _citizen(case: TestCase, parts: TrialParts) -> Caller | Texter:
    phone = str(case.metadata.get("from", DEFAULT_PHONE))
    if case.metadata.get("channel", "text") == "voice":
        return Caller(parts, phone, is_vouched=not case.metadata.get("claimed", False))
    return Texter(parts, phone)


def _play(case: TestCase, citizen: Caller | Texter) -> Iterable[Failure]:
    row: dict[str, Any] = {}
    places: dict[str, str] = {}
    turn, said, place = 0, "", 0
    if isinstance(citizen, Caller):
        row = citizen.begin(case.metadata.get("lang"))
    for step in case.steps:
        (name, value), *_ = step.items()
        value = _filled(value, places)
        if name in _INPUTS:
            turn, said, place = turn + 1, f"{name}: {value}", 0
            row = citizen.take(_line(name, value))
            places |= _places(row)
            continue
        if name not in _CHECKS:
            raise InputError(f"{case.name}: nothing is known to do with {name}.", "step")
        if name == "bot":
            problem, place = _find_said(row, str(value), place)
        else:
            problem = _CHECKS[name](row, value)
        if problem:
            yield Failure(case.name, turn, said, problem)


def _places(row: Mapping[str, Any]) -> dict[str, str]:
    """What the words of later steps may stand for."""
    codes = [text["body"] for text in row.get("texts", ()) if text["kind"] == "code"]
    found = [match[0] for body in codes if (match := _CODE.search(body))]
    places = {"{code}": found[-1]} if found else {}
    return {**places, "{case}": row["cases"][-1]["number"]} if row.get("cases") else places


def _filled(value: Any, places: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for place, stands_for in places.items():
            value = value.replace(place, stands_for)
    return value


def _line(name: str, value: Any) -> Line:
    if name == "user":
        return parse_step(dict(value)) if isinstance(value, Mapping) else Say(str(value).strip())
    return parse_step({name: value})


def _words(row: Mapping[str, Any]) -> str:
    return _plain(" ".join(row.get("replies", ())))


def _plain(words: str) -> str:
    return " ".join(words.split())


def _find_said(row: Mapping[str, Any], wanted: str, place: int) -> tuple[str, int]:
    """Whether the words were said at or after a place; the place behind them."""
    words, wanted = _words(row), _plain(wanted)
    found = words.find(wanted, place)
    if found < 0:
        return f"bot did not say {wanted!r} but {words!r}", place
    return "", found + len(wanted)


def _check_bot(row: Mapping[str, Any], value: Any) -> str:
    return _find_said(row, str(value), 0)[0]


def _check_not_bot(row: Mapping[str, Any], value: Any) -> str:
    unwanted = _plain(str(value))
    return f"bot said {unwanted!r}: {_words(row)!r}" if unwanted in _words(row) else ""


def _check_texts(row: Mapping[str, Any], value: Any) -> str:
    bodies = [_plain(text["body"]) for text in row.get("texts", ())]
    for wanted in value if isinstance(value, list) else [value]:
        if not any(_plain(str(wanted)) in body for body in bodies):
            return f"no text has {wanted!r}: {bodies!r}"
    return ""


def _check_set(row: Mapping[str, Any], value: Any) -> str:
    slots = _slots(row)
    for item in value if isinstance(value, list) else [value]:
        name, wanted = next(iter(item.items())) if isinstance(item, Mapping) else (item, None)
        seen = slots.get(str(name))
        if seen in (None, [], "") or (wanted is not None and seen != wanted):
            return f"slot {name} is {seen!r}" + ("" if wanted is None else f", not {wanted!r}")
    return ""


def _check_not_set(row: Mapping[str, Any], value: Any) -> str:
    slots = _slots(row)
    for item in value if isinstance(value, list) else [value]:
        name, unwanted = next(iter(item.items())) if isinstance(item, Mapping) else (item, None)
        seen = slots.get(str(name))
        if seen not in (None, [], "") and (unwanted is None or seen == unwanted):
            return f"slot {name} is {seen!r}"
    return ""


def _slots(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        **(row.get("petition") or {}),
        "language": row.get("language"),
        "ratings": row.get("ratings"),
        "over": row.get("over") or None,
    }


def _check_cases(row: Mapping[str, Any], value: Any) -> str:
    """Fields of the newest case, or how many cases there are."""
    cases = row.get("cases", [])
    if isinstance(value, int):
        return "" if len(cases) == value else f"there are {len(cases)} cases: {cases!r}"
    if not cases:
        return "there is no case"
    newest = cases[-1]
    wrong = {k: newest.get(k) for k, wanted in dict(value).items() if newest.get(k) != wanted}
    return f"the newest case has {wrong!r}" if wrong else ""


def _check_state(row: Mapping[str, Any], value: Any) -> str:
    return "" if row.get("state") == value else f"state is {row.get('state')!r}"


_CHECKS: Mapping[str, Callable[[Mapping[str, Any], Any], str]] = {
    "bot": _check_bot,
    "not_bot": _check_not_bot,
    "texts": _check_texts,
    "slot_was_set": _check_set,
    "slot_was_not_set": _check_not_set,
    "cases": _check_cases,
    "state": _check_state,
}
