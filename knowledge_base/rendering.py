"""An entry as words for one channel and language, with the figures of the day.

A text answer is: conclusion and what to do (the entry's own words), what is unverified, legal
basis, way on (RULES section 3). A spoken answer is at most two sentences with numbers as words
(RULES section 2).
"""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from core.text_segments import count_segments
from knowledge_base.citations import Citation
from knowledge_base.entry import Entry
from knowledge_base.loader import Content
from knowledge_base.spoken_numbers import speak_numbers

Channel = Literal["text", "voice"]
MAX_TEXT_SEGMENTS = 4
MAX_TEXT_CITATIONS = 3


@dataclass(frozen=True)
class Answer:
    """What is said or sent, and what an answer receipt must remember of it.

    ``language`` is the language of ``text``; ``figures`` are the values that stand in it.
    """

    topic: str
    text: str
    language: str
    citations: tuple[Citation, ...]
    figures: Mapping[str, str]
    version: str
    is_verified: bool


def render_answer(
    content: Content, entry: Entry, channel: Channel, language: str, on: date
) -> Answer:
    """The short answer of an entry on a local day. ``language`` is zh, yue (voice) or en.

    Raises ContentError when a figure has no value on that day.
    """
    figures = {name: content.figures.written(name, on) for name in entry.figures}
    is_verified = entry.verified is not None and all(
        content.figures.is_verified(name, on) for name in entry.figures
    )
    render = _render_spoken if channel == "voice" else _render_text
    return Answer(
        topic=entry.topic,
        text=render(content, entry, language, figures, is_verified),
        language=language,
        citations=entry.citations,
        figures=figures,
        version=entry.version,
        is_verified=is_verified,
    )


def render_full(content: Content, entry: Entry, language: str, on: date) -> str:
    """The full answer with what to bring, where to go and the whole legal basis."""
    written = written_language(language)
    words = _wordings()[written]
    figures = {name: content.figures.written(name, on) for name in entry.figures}
    parts = [fill(entry.full[written], figures)]
    for name, extra in (("bring", entry.bring), ("where", entry.where)):
        if extra:
            parts.append(words[name].format_map({name: extra[written].rstrip("。.")}))
    if _needs_caveat(content, entry, on):
        parts.append(_text_caveat(entry, written))
    if entry.citations:
        basis = content.statutes.legal_basis(entry.citations, written)
        parts.append(words["legal_basis"].format(basis=basis))
    return _join(parts, written)


def render_correction(
    content: Content, entry: Entry | None, given_on: date, language: str, on: date
) -> str:
    """A text that tells a citizen that an earlier answer has changed, with the present one; for a
    withdrawn entry (None) that it counts no more. At most four segments."""
    written = written_language(language)
    words = _wordings()[written]
    day = given_on.isoformat()
    if entry is None:
        return words["correction_withdrawn"].format(day=day)
    figures = {name: content.figures.written(name, on) for name in entry.figures}
    heading = words["correction"].format(day=day, name=entry.short_name[written])
    parts = [heading, fill(entry.text[written], figures)]
    if _needs_caveat(content, entry, on):
        parts.append(_text_caveat(entry, written))
    text = _join(parts, written)
    for citations in range(min(MAX_TEXT_CITATIONS, len(entry.citations)), 0, -1):
        basis = content.statutes.legal_basis(entry.citations[:citations], written)
        with_basis = _join([*parts, words["legal_basis"].format(basis=basis)], written)
        if count_segments(with_basis).segments <= MAX_TEXT_SEGMENTS:
            return with_basis
    return text


def fill(words: str, figures: Mapping[str, str]) -> str:
    """``words`` with its {figure} places filled. Raises KeyError for an undeclared figure."""
    return string.Formatter().vformat(words, (), figures)


def figure_places(words: str) -> frozenset[str]:
    """The figure ids that stand in braces in ``words``."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(words) if name)


def written_language(language: str) -> str:
    """The written language for a spoken one: Cantonese speakers are written to in Chinese."""
    return "en" if language == "en" else "zh"


def _needs_caveat(content: Content, entry: Entry, on: date) -> bool:
    return entry.verified is None or not all(
        content.figures.is_verified(name, on) for name in entry.figures
    )


def _render_spoken(
    content: Content, entry: Entry, language: str, figures: Mapping[str, str], is_verified: bool
) -> str:
    written = written_language(language)
    words = fill(entry.spoken.get(language) or entry.spoken[written], figures)
    if not is_verified:
        caveat = _wordings()[written]["caveat_spoken"].format(authority=_authority(entry, written))
        joint, end = ("，", "。") if written == "zh" else (", ", ".")
        words = re.sub(r"[。！.!]$", "", words) + joint + caveat + end
    return speak_numbers(words, language)


def _render_text(
    content: Content, entry: Entry, language: str, figures: Mapping[str, str], is_verified: bool
) -> str:
    written = written_language(language)
    words = _wordings()[written]
    text = ""
    for citations in range(min(MAX_TEXT_CITATIONS, len(entry.citations)), -1, -1):
        parts = [fill(entry.text[written], figures)]
        if not is_verified:
            parts.append(_text_caveat(entry, written))
        if citations:
            basis = content.statutes.legal_basis(entry.citations[:citations], written)
            parts.append(words["legal_basis"].format(basis=basis))
        parts.append(words["way_on"])
        text = _join(parts, written)
        # Fewer laws are named rather than a fifth segment sent; at least one always stands.
        if citations <= 1 or count_segments(text).segments <= MAX_TEXT_SEGMENTS:
            break
    return text


def _text_caveat(entry: Entry, written: str) -> str:
    words = _wordings()[written]
    still_open = entry.unverified[written] if entry.unverified else words["caveat_default"]
    return words["caveat_text"].format(
        open=still_open.rstrip("。."),
        as_of=entry.as_of.isoformat(),
        authority=_authority(entry, written),
    )


def _authority(entry: Entry, written: str) -> str:
    """Whose word counts for what is not verified: the labour bureau unless the entry names one."""
    return entry.authority.get(written) or _wordings()[written]["authority"]


def _join(parts: list[str], written: str) -> str:
    return ("" if written == "zh" else " ").join(parts)


@cache
def _wordings() -> Mapping[str, Mapping[str, str]]:
    path = Path(__file__).with_name("wordings.toml")
    with path.open("rb") as file:
        return tomllib.load(file)
