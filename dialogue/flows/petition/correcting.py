"""Which field of a petition a correction is about, and what it becomes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from config.yaml_files import read_yaml
from dialogue.flows.petition.fields import read_field
from dialogue.flows.petition.slots import Field, PetitionSlots
from dialogue.heard import Heard
from nlu.problems import is_story
from nlu.repair import Correction

_FILE = Path(__file__).parents[2] / "data" / "fields.yaml"
_MARKS = " 。.!！,，、?？"
# Fields whose values look like nothing else, in the order in which a bare value is tried.
_TELLING_FIELDS = (Field.TOWN, Field.SINCE, Field.PEOPLE, Field.AMOUNT)
# Whatever is asked for, these are money.
_SURE_MONEY = re.compile(r"[元块钱万蚊]|yuan|rmb", re.IGNORECASE)
_HAS_UNIT = {
    Field.PEOPLE: re.compile(r"[人个名位]|people|workers|of us", re.IGNORECASE),
    Field.AMOUNT: re.compile(r"[元块钱万千百蚊]|yuan|rmb", re.IGNORECASE),
}


def named_field(plain: str) -> Field | None:
    """The field that simplified words name (单位, 金额, the town), or None."""
    said = plain.strip(_MARKS).lower()
    for prefix in _prefixes():
        said = said.removeprefix(prefix).strip(_MARKS)
    for suffix in _suffixes():
        said = said.removesuffix(suffix).strip(_MARKS)
    return _field_names().get(said)


def corrected_field(slots: PetitionSlots, correction: Correction, heard: Heard) -> Field | None:
    """The field that a correction is about, or None when it cannot be told."""
    if correction.slot is not None:
        return Field(correction.slot)
    by_old = _field_of_old(slots, correction.old, heard)
    if not correction.new:
        return by_old or slots.last
    if by_old is not None and _reads(by_old, correction.new, heard):
        return by_old
    kind = _telling_field(slots, correction.new, heard)
    if kind is not None:
        return kind
    for field in (slots.last, slots.asking):
        if field is not None and _may_be(field, correction.new, heard):
            return field
    return None


def new_value(field: Field, words: str, heard: Heard) -> object | None:
    """The value that the words of a correction give, or None."""
    return read_field(field, words.strip(_MARKS), heard.entities_of(words), heard.today)


def set_value(slots: PetitionSlots, field: Field, value: object) -> PetitionSlots:
    """The slots with a field filled."""
    changes: dict[str, Any] = {field.value: value}
    skipped = tuple(other for other in slots.skipped if other is not field)
    return replace(slots, **changes, skipped=skipped, last=field, no_matches=0, heard="")


def _reads(field: Field, words: str, heard: Heard) -> bool:
    return new_value(field, words, heard) is not None


def _may_be(field: Field, words: str, heard: Heard) -> bool:
    """Whether words are a value of a field; almost all can be a name, so that an employer must be
    called a company, a factory or the like, and what happened must be told."""
    if field is Field.EMPLOYER:
        return heard.entities_of(words).employer is not None
    if field is Field.ISSUE:
        return is_story(words)
    return _reads(field, words, heard)


def _field_of_old(slots: PetitionSlots, old: str, heard: Heard) -> Field | None:
    """The field whose present value is what the citizen says was wrong."""
    if not old:
        return None
    for field in slots.filled:
        present = slots.value(field)
        if present == new_value(field, old, heard) or (
            isinstance(present, str) and field is not Field.ISSUE and old in present
        ):
            return field
    return None


def _telling_field(slots: PetitionSlots, words: str, heard: Heard) -> Field | None:
    """The field of which such words can only be: a town of the list, a day, so many people."""
    open_fields = {*slots.filled, slots.asking}
    for field in _TELLING_FIELDS:
        unit = _HAS_UNIT.get(field)
        if unit is not None and not unit.search(words):
            continue
        is_open = field in open_fields
        is_open = is_open or (field is Field.AMOUNT and bool(_SURE_MONEY.search(words)))
        if is_open and _reads(field, words, heard):
            return field
    return None


@cache
def _field_names() -> Mapping[str, Field]:
    raw = read_yaml(_FILE)
    return {str(word): Field(name) for name, words in raw["names"].items() for word in words}


@cache
def _prefixes() -> tuple[str, ...]:
    return tuple(map(str, read_yaml(_FILE)["before"]))


@cache
def _suffixes() -> tuple[str, ...]:
    return tuple(map(str, read_yaml(_FILE)["after"]))
