"""Names of employers and people, as they are given when asked for. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pypinyin import lazy_pinyin

from config.yaml_files import read_yaml
from nlu.entities.towns import find_town, find_town_by_sound

_FILE = Path(__file__).with_name("names.yaml")
_MAX_NAME_ZH, _MAX_NAME_EN = 30, 60
# An answer that is longer tells a story, whatever stands around the name.
_MAX_ANSWER = 200
_LATIN = re.compile(r"[A-Za-z]")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_MARKS = " 。.!！,，、;；:：\"“”'‘’"
_CLAUSE = re.compile(r"[,，。;；!！?？\n]")
# "Foxlink Electronics Co., Ltd" is one name.
_LEGAL_FORM = re.compile(r",?\s*(?:ltd|limited|inc|llc|corp)\.?$", re.IGNORECASE)
_DECORATION = re.compile(r"[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]+")
_MAX_WORDS_EN = 8
_FALSE_START = re.compile(
    r"^(?P<old>[\u3400-\u9fff]{2,14}?)(?:哦|啊|呃|噢)?(?:不对|说错了|错了|不是|唔系|唔啱)+(?:应该)?是?"
    r"(?P<new>[\u3400-\u9fff]{3,})$"
)


def read_employer(plain: str) -> str | None:
    """The name of an employer; None for a story, a question, "our company" or a bare number."""
    if len(plain) > _MAX_ANSWER:
        return None
    rules = _rules()["employer"]
    name = _strip(_without_place(_without_false_start(plain)), rules)
    if not _is_name_like(name) or name.lower() in rules["generic"]:
        return None
    return None if rules["telling"].search(name) else name


def _without_false_start(plain: str) -> str:
    """The name as it is said in the end: 东莞市大力不对大利塑胶 begins again at a word of the same
    sound, before which all stands."""
    started = _FALSE_START.match(plain)
    if started is None:
        return plain
    old, new = started["old"], started["new"]
    sounds, first = lazy_pinyin(old), lazy_pinyin(new)[0]
    again = len(sounds) - 1 - sounds[::-1].index(first) if first in sounds else 0
    return old[:again] + new


def _without_place(plain: str) -> str:
    """The name of "KaiDa Toys, Changan": what stands behind it is a place."""
    name, mark, place = plain.partition(",")
    is_place = find_town(place) or find_town_by_sound(place.strip())
    return name if mark and is_place else plain


def read_person(plain: str) -> str | None:
    """The name of a person; None for anything else."""
    rules = _rules()["person"]
    name = _strip(plain, rules)
    if not name or _CLAUSE.search(name) or any(c.isdigit() for c in name):
        return None
    if rules["telling"].search(name):
        return None
    if _CHINESE.search(name):
        return name if 1 <= len(name) <= rules["max_characters"] else None
    return name if _LATIN.search(name) and len(name.split()) <= rules["max_words"] else None


def _strip(plain: str, rules: Mapping[str, Any]) -> str:
    """A name without what people say around it (公司叫, 我姓, the company is called);
    empty for a long answer."""
    if len(plain) > _MAX_ANSWER:
        return ""
    name = _DECORATION.sub("", plain).strip(_MARKS)
    stripped = None
    while stripped != name:
        stripped = name
        name = rules["before"].sub("", name).strip(_MARKS)
        name = rules["after"].sub("", name).strip(_MARKS)
    return name


def _is_name_like(name: str) -> bool:
    if _CLAUSE.search(_LEGAL_FORM.sub("", name)) or not (
        _CHINESE.search(name) or _LATIN.search(name)
    ):
        return False
    if _CHINESE.search(name):
        return 2 <= len(name) <= _MAX_NAME_ZH
    return 2 <= len(name) <= _MAX_NAME_EN and len(name.split()) <= _MAX_WORDS_EN


@cache
def _rules() -> Mapping[str, Mapping[str, Any]]:
    raw = read_yaml(_FILE)
    return {kind: {**raw[kind], **_compiled(raw[kind])} for kind in ("employer", "person")}


def _compiled(rules: Mapping[str, Any]) -> dict[str, Any]:
    before, after = (
        "|".join(map(re.escape, sorted(map(str, rules[side]), key=len, reverse=True)))
        for side in ("before", "after")
    )
    return {
        "before": re.compile(rf"^(?:{before})\s*", re.IGNORECASE),
        "after": re.compile(rf"\s*(?:{after})$", re.IGNORECASE),
        "generic": frozenset(map(str, rules["generic"])),
        "telling": re.compile("|".join(map(_telling, rules["telling"])), re.IGNORECASE),
    }


def _telling(word: str) -> str:
    """A word of a story; an English one begins where a word begins."""
    escaped = re.escape(str(word).strip())
    return rf"\b{escaped}" if _LATIN.search(str(word)) else escaped
