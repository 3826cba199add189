"""Finding names of people, Chinese and English, in any place of a sentence.

A Chinese name is a surname and one or two characters. Three characters of which the last two are
such as given names are made of are a name anywhere; shorter and rarer ones are where a word before
(我叫, 同事, 老板) or a title after (先生, 经理) says so. Each place is looked at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from config.yaml_files import read_yaml
from core.masking_numbers import Span

NAME = "[姓名]"
_FILE = Path(__file__).with_name("masking_words.yaml")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_MAX_RELATION = 8
_ANY_NAME = re.compile(
    r"[\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{1,8}){0,3}(?<![了车吗呢吧])(?![\u4e00-\u9fff·])"
)
_NO_NAME = frozenset("我你他她它们人您这那什么啥谁不没有去来做和与及或某先后作")
_COUNTS = frozenset("一二三四五六七八九十百千万")
_BETWEEN = " ：:，,是叫为為\u3000"

_WORD_EN = r"[A-Z][a-z'\-]{1,20}"
_INTRODUCED_EN = re.compile(
    r"(?<![A-Za-z])(?:my name is|my name's|i am called|i'm called|call me)"
    r" {1,2}([A-Za-z][A-Za-z'\-]{1,20}(?: [A-Za-z][A-Za-z'\-]{1,20}){0,3})",
    re.I,
)
_PEOPLE_EN = (
    "[Bb]oss|[Mm]anager|[Ss]upervisor|[Cc]olleagues?|[Ff]riend|[Ww]ife|[Hh]usband|[Cc]oworker"
    "|[Tt]eam leader|[Ll]andlord|[Oo]wner|[Dd]irector|[Ff]oreman|[Bb]rother|[Ss]ister|[Ss]on"
    "|[Dd]aughter|[Aa]gent|[Ll]awyer|[Ww]orker"
)
_LEADING_EN = (
    "[Ii] am|[Ii]'m|[Nn]ame:|[Nn]ame is|[Tt]his is|[Nn]amed|[Cc]alled|[Cc]ontact person(?::| is)?"
    "|[Ww]ith|[Aa]gainst|[Tt]old|[Aa]sk|[Aa]sked|[Pp]aid|[Bb]y"
)
_RELATED_EN = re.compile(
    rf"(?<![A-Za-z])(?:{_PEOPLE_EN}|{_LEADING_EN}),? ((?:{_WORD_EN})(?: {_WORD_EN}){{0,2}})"
)
_TITLED_EN = re.compile(
    r"(?<![A-Za-z])(?:Mr|Mrs|Ms|Miss|Dr|Madam|Sir|mr|mrs|ms|miss|dr)\.?"
    r" ([A-Z][A-Za-z'\-]{1,20}(?: [A-Z][A-Za-z'\-]{1,20})?)"
)
_PAIR_EN = re.compile(
    rf"(?<![A-Za-z])({_WORD_EN}|[A-Z]{{2,12}})"
    rf"((?:[ \-]{_WORD_EN}|[ \-][A-Z]{{2,12}}|[ ][A-Z]\.){{1,3}})"
)


@dataclass(frozen=True)
class _Words:
    surnames: frozenset[str]
    compound: frozenset[str]
    weak: frozenset[str]
    given: frozenset[str]
    ordinary: frozenset[str]
    relations: frozenset[str]
    strong: frozenset[str]
    titles: tuple[str, ...]
    no_surname_before: Mapping[str, str]
    after: frozenset[str]
    english_given: frozenset[str]
    pinyin_surnames: frozenset[str]
    not_names_en: frozenset[str]


@cache
def _words() -> _Words:
    raw = read_yaml(_FILE)
    return _Words(
        surnames=frozenset("".join(raw["surnames"].split())),
        compound=frozenset(raw["compound_surnames"]),
        weak=frozenset(raw["weak_surnames"]),
        given=frozenset("".join(raw["given"].split())),
        ordinary=frozenset(raw["ordinary"]),
        relations=frozenset(raw["relations"]),
        strong=frozenset(raw["strong_relations"]),
        titles=tuple(sorted(raw["titles"], key=len, reverse=True)),
        no_surname_before=raw["no_surname_before"],
        after=frozenset(raw["after_name"]),
        english_given=frozenset(raw["english_given"]),
        pinyin_surnames=frozenset(raw["pinyin_surnames"]),
        not_names_en=frozenset(raw["not_names_en"]),
    )


def find_names(text: str) -> Iterator[Span]:
    """Every name of a person in ``text``, not in order, perhaps overlapping."""
    yield from _find_chinese(text, _words())
    yield from _find_english(text, _words())


def _find_chinese(text: str, words: _Words) -> Iterator[Span]:
    at = 0
    while at < len(text):
        end = _chinese_name_at(text, at, words)
        if end:
            yield at, end, NAME
            at = end
        else:
            at += 1


def _chinese_name_at(text: str, at: int, words: _Words) -> int:
    """Where a name that begins at ``at`` ends; 0 when none does."""
    if not _HAN.match(text[at]):
        return 0
    surname = 2 if text[at : at + 2] in words.compound else int(text[at] in words.surnames)
    if not surname or _is_no_surname(text, at, words):
        return _introduced(text, at, words)
    begin_given = at + surname
    relation = _relation_before(text, at, words)
    if titled := _titled(text, at, begin_given, words):
        return titled
    for given in (2, 1):
        end = begin_given + given
        if _is_name(text, at, begin_given, end, relation, words):
            return end
    return _introduced(text, at, words)


def _is_no_surname(text: str, at: int, words: _Words) -> bool:
    if at and text[at - 1] in words.no_surname_before.get(text[at], ""):
        return True
    return text[at : at + 2] in words.ordinary or text[at : at + 3] in words.ordinary


def _introduced(text: str, at: int, words: _Words) -> int:
    """The end of a name of any form that stands alone behind 我叫: Uyghur and Tibetan names."""
    if _relation_before(text, at, words) < 2 or text[at] in _NO_NAME:
        return 0
    if text[at : at + 2] in words.ordinary:
        return 0
    found = _ANY_NAME.match(text, at)
    return found.end() if found else 0


def _relation_before(text: str, at: int, words: _Words) -> int:
    """0: no word before says that a name follows; 1: one does; 2: one that says it plainly."""
    end = at
    while end and at - end < 3 and text[end - 1] in " ：:，,\u3000":
        end -= 1
    best = 0
    for bare in {end, end - 1 if end and text[end - 1] in _BETWEEN else end}:
        for length in range(1, _MAX_RELATION + 1):
            before = text[max(0, bare - length) : bare]
            if before in words.strong:
                return 2
            if before in words.relations and (bare == at or len(before) > 1):
                best = 1
    return best


def _titled(text: str, at: int, begin_given: int, words: _Words) -> int:
    """The end of a surname, with or without a given name, before a title."""
    is_weak = text[at] in words.weak
    for given in (2, 1, 0):
        end = begin_given + given
        name = text[begin_given:end]
        title = _title_at(text, end, words)
        if not title or len(name) < given or not all(_HAN.match(c) for c in name):
            continue
        if given == 2 and not any(c in words.given for c in name):
            continue
        if given == 1 and name not in words.given and (is_weak or len(title) < 2):
            continue
        if given == 0 and (is_weak and not _is_begin(text, at, words)):
            continue
        if len(title) == 1 and (given or not _is_begin(text, at, words)):
            continue
        return end
    return 0


def _title_at(text: str, at: int, words: _Words) -> str:
    for title in words.titles:
        if text.startswith(title, at):
            is_open = len(title) > 1 or _is_end(text, at + len(title), words)
            return title if is_open else ""
    return ""


def _is_name(text: str, at: int, begin: int, end: int, relation: int, words: _Words) -> bool:
    given = text[begin:end]
    if len(text) < end or not given or not all(_HAN.match(c) for c in given):
        return False
    if text[begin:end] in words.ordinary or text[end - 1 : end + 1] in words.ordinary:
        return False
    usual = sum(c in words.given for c in given)
    is_weak = text[at] in words.weak
    is_short = len(given) == 1
    if len(given) == 2 and given[1] in words.after and given[1] not in words.given:
        return False
    if not relation and sum(c in _COUNTS for c in given) == len(given):
        return False
    if relation == 2:
        return usual == len(given) or _is_end(text, end, words)
    if relation == 1:
        is_likely = usual == len(given) or (not is_weak and usual > 0)
        return is_likely and (not is_short or _is_end(text, end, words))
    if is_short:
        is_alone = _is_begin(text, at, words) and _is_end(text, end, words)
        return is_alone and usual == 1 and not is_weak
    if usual < len(given):
        return False
    if is_weak:
        return _is_begin(text, at, words) and _is_end(text, end, words)
    return True


def _is_begin(text: str, at: int, words: _Words) -> bool:
    """Whether a name can begin here: at the beginning, behind a mark, or behind a small word."""
    return (
        not at
        or not _HAN.match(text[at - 1])
        or text[at - 1] in words.after
        or text[at - 1] in "我你"
    )


def _is_end(text: str, end: int, words: _Words) -> bool:
    return end >= len(text) or not _HAN.match(text[end]) or text[end] in words.after


def _find_english(text: str, words: _Words) -> Iterator[Span]:
    for found in _INTRODUCED_EN.finditer(text):
        end = _name_end(text, found.start(1), found.end(1), words)
        if end:
            yield found.start(1), end, NAME
    names = words.english_given | words.pinyin_surnames
    for found in _TITLED_EN.finditer(text):
        end = _name_end(text, found.start(1), found.end(1), words)
        if end:
            yield found.start(1), end, NAME
    for found in _RELATED_EN.finditer(text):
        end = _name_end(text, found.start(1), found.end(1), words)
        name = text[found.start(1) : end].lower()
        # One word alone may be where somebody is from ("I am Taiwanese").
        if end and (" " in name or name in names):
            yield found.start(1), end, NAME
    for found in _PAIR_EN.finditer(text):
        first, rest = found.group(1).lower(), re.split(r"[ \-]+", found.group(2).lower().strip())
        end = _name_end(text, found.start(), found.end(), words)
        is_pair = " " in text[found.start() : end].strip() or "-" in text[found.start() : end]
        if is_pair and (first in names or _is_surname_last(rest, words)):
            yield found.start(), end, NAME


def _is_surname_last(rest: list[str], words: _Words) -> bool:
    """Whether a name of two words has a Chinese surname behind ("Xiaoming Wang")."""
    return len(rest) == 1 and rest[0] in words.pinyin_surnames


def _name_end(text: str, begin: int, end: int, words: _Words) -> int:
    """The end of the words from ``begin`` on that can be a name; 0 when the first cannot."""
    name_end = 0
    for word in re.finditer(r"[A-Za-z'\-]+", text[begin:end]):
        if word.group().lower() in words.not_names_en:
            break
        name_end = begin + word.end()
    return name_end
