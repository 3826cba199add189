"""Checks of the curated content that cannot be argued with.

Each check returns problems; a problem names file, field and reason. ``check_content`` runs all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from core.errors import ContentError
from core.text_segments import Encoding, count_segments, encoding_of
from knowledge_base.cantonese import countable, list_faults
from knowledge_base.caveats import said_caveat
from knowledge_base.conditions import REVIEWED_FILE, list_unreviewed
from knowledge_base.entry import CANTONESE, LANGUAGES, SAMPLE_STYLES, Entry
from knowledge_base.loader import (
    CONTENT_FOLDER,
    Content,
    entry_files,
    load_content,
    load_entry,
)
from knowledge_base.numbers import numbers_in
from knowledge_base.rendering import (
    MAX_TEXT_SEGMENTS,
    figure_places,
    fill,
    render_answer,
)
from knowledge_base.spoken_numbers import speak_numbers
from knowledge_base.statute_numbers import NumberIndex, numbers_of
from knowledge_base.wordings import has_unit

# What can be heard at once on a phone: about 27 seconds. A Chinese voice says some 4.5 characters
# a second, an English one some 15, spaces counted; 320 leaves it room for a breath. Both count what
# is said, with figures and numbers as words; the caveat is a sentence more and not counted
# (docs/rules.md, "Phone").
MAX_SAID = {"zh": 120, "yue": 120, "en": 320}
MAX_SENTENCES_SAID = 5
MAX_LENGTH = {
    ("short_name", "zh"): 10, ("short_name", "yue"): 10, ("short_name", "en"): 40,
    **{("spoken", language): most for language, most in MAX_SAID.items()},
    ("text", "zh"): 180, ("text", "en"): 420,
    ("full", "zh"): 600, ("full", "en"): 1500,
}  # fmt: skip
MIN_LENGTH = {("full", "zh"): 100, ("full", "en"): 200}
MIN_SAMPLES = 12
_UNSPEAKABLE = re.compile(r"[()（）\[\]【】“”\"《》/\\%％*#@<>&+=~^|`_·…\n]|https?|www\.")
_LINK = re.compile(r"https?://|www\.")
_SENTENCE_END = {"zh": re.compile(r"[。？！]"), "en": re.compile(r"[.?!](?=\s|$)")}


@dataclass(frozen=True)
class Problem:
    """One fault: where it is and what it is."""

    file: str
    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: {self.field}: {self.reason}"


def check_folder(
    numbers: NumberIndex, on: date, folder: Path = CONTENT_FOLDER, *, category: str = ""
) -> tuple[Content, list[Problem]]:
    """Check a content folder; with ``category``, report that category's entries only.

    What cannot be read is a problem, and the rest is checked all the same. Raises ContentError
    when the figures or the statute index cannot be read.
    """
    entries: dict[str, Entry] = {}
    problems: list[Problem] = []
    for path in entry_files(folder):
        try:
            entry = load_entry(path)
            entries[entry.topic] = entry
        except ContentError as error:
            file, _, reason = str(error).partition(": ")
            problems.append(Problem(file, "file", reason))
    content = replace(load_content(folder, entries=False), entries=entries)
    problems += check_content(content, numbers, on)
    problems += _unreviewed_conditions(content, folder)
    return content, [p for p in problems if not category or p.file.startswith(category + "/")]


def _unreviewed_conditions(content: Content, folder: Path) -> Iterator[Problem]:
    """Texts of an entry whose conditions differ, unless a reader has judged the difference."""
    unreviewed, stale = list_unreviewed(content.entries.values(), folder)
    for found in unreviewed:
        reason = f"{found.kind}: {found.detail}; not reviewed: {found.name}"
        yield Problem(_file(content.entries[found.topic]), f"{found.first}/{found.second}", reason)
    for name in sorted(stale):
        yield Problem(REVIEWED_FILE, name, "no such difference any more")


def check_content(content: Content, numbers: NumberIndex, on: date) -> list[Problem]:
    """All problems of a loaded content on a local day, sorted by file."""
    # Only who checks content pays for importing what compares texts: a third of a start's time.
    from knowledge_base.nearness import nearer_to_others

    problems: list[Problem] = []
    for entry in content.entries.values():
        problems += _check_entry(entry, content, numbers, on)
    problems += _repeated_samples(content.entries.values())
    problems += [
        Problem(_file(content.entries[a]), "samples", f"nearer to those of {b} than to their own")
        for a, b in nearer_to_others({t: e.all_samples() for t, e in content.entries.items()})
    ]
    return sorted(problems, key=str)


def _check_entry(
    entry: Entry, content: Content, numbers: NumberIndex, on: date
) -> Iterator[Problem]:
    for check in (_lengths, _speakable, _cantonese, _encodings, _dates, _samples, _verification):
        yield from check(entry, on)
    yield from _references(entry, content)
    try:
        yield from _numbers(entry, content, numbers, on)
        yield from _rendered(entry, content, on)
    except (ContentError, KeyError) as error:
        yield Problem(_file(entry), "figures", f"{error}")


def _file(entry: Entry) -> str:
    return f"{entry.category}/{entry.topic}.yaml"


def _lengths(entry: Entry, _on: date) -> Iterator[Problem]:
    for (name, language), most in MAX_LENGTH.items():
        words = getattr(entry, name).get(language, "")
        words = fill(words, dict.fromkeys(figure_places(words), "1"))
        if len(words) > most:
            yield Problem(
                _file(entry), f"{name}.{language}", f"{len(words)} characters, at most {most}"
            )
    for (name, language), least in MIN_LENGTH.items():
        words = getattr(entry, name)[language]
        if len(words) < least:
            yield Problem(
                _file(entry), f"{name}.{language}", f"{len(words)} characters, at least {least}"
            )


def _speakable(entry: Entry, _on: date) -> Iterator[Problem]:
    for language, words in entry.spoken.items():
        without_figures = fill(words, dict.fromkeys(figure_places(words), "1"))
        if found := _UNSPEAKABLE.search(without_figures):
            yield Problem(_file(entry), f"spoken.{language}", f"{found[0]!r} cannot be spoken")
        if _sentences(without_figures, language) > MAX_SENTENCES_SAID:
            yield Problem(
                _file(entry), f"spoken.{language}", f"more than {MAX_SENTENCES_SAID} sentences"
            )
    for name in ("text", "full"):
        for language, words in getattr(entry, name).items():
            if _LINK.search(words):
                yield Problem(_file(entry), f"{name}.{language}", "holds a link")


def _cantonese(entry: Entry, _on: date) -> Iterator[Problem]:
    for field, reason in list_faults(entry):
        yield Problem(_file(entry), field, reason)


def _encodings(entry: Entry, _on: date) -> Iterator[Problem]:
    for name in ("text", "full", "bring", "where"):
        words = getattr(entry, name).get("en", "")
        if encoding_of(words) is not Encoding.GSM7:
            strange = sorted({c for c in words if encoding_of(c) is not Encoding.GSM7})
            yield Problem(_file(entry), f"{name}.en", f"not GSM-7: {' '.join(strange)}")


def _dates(entry: Entry, on: date) -> Iterator[Problem]:
    if entry.expires_on is not None and entry.expires_on < on:
        yield Problem(_file(entry), "expires_on", f"expired on {entry.expires_on}")
    if entry.review_by < on:
        yield Problem(_file(entry), "review_by", f"review was due on {entry.review_by}")


def _samples(entry: Entry, _on: date) -> Iterator[Problem]:
    count = len(entry.all_samples())
    if count < MIN_SAMPLES:
        yield Problem(_file(entry), "samples", f"{count} only, at least {MIN_SAMPLES}")
    for style in SAMPLE_STYLES:
        if not entry.samples.get(style):
            yield Problem(_file(entry), f"samples.{style}", "none")
    for style, samples in entry.samples.items():
        for sample in samples:
            if not sample:
                yield Problem(_file(entry), f"samples.{style}", "an empty sample")


def _verification(entry: Entry, _on: date) -> Iterator[Problem]:
    if (entry.verified is None) == (entry.unverified is None):
        yield Problem(_file(entry), "verified", "exactly one of verified and unverified is given")
    if entry.verified is not None and not entry.citations and not entry.figures:
        yield Problem(_file(entry), "verified", "nothing is cited that it was verified against")


def _references(entry: Entry, content: Content) -> Iterator[Problem]:
    for citation in entry.citations:
        try:
            content.statutes.require(citation)
        except ContentError as error:
            yield Problem(_file(entry), "citations", str(error))
    for related in entry.related:
        if related not in content.entries:
            yield Problem(_file(entry), "related", f"{related} is no entry")
    declared = frozenset(entry.figures)
    used: frozenset[str] = frozenset()
    for name in ("spoken", "text", "full"):
        for language, words in getattr(entry, name).items():
            places = figure_places(words)
            used |= places
            for place in sorted(places - declared):
                yield Problem(_file(entry), f"{name}.{language}", f"figure {place} undeclared")
    for figure in sorted(declared):
        if figure not in content.figures.ids:
            yield Problem(_file(entry), "figures", f"{figure} is not in figures.yaml")
        elif not has_unit(content.figures.get(figure).unit):
            yield Problem(_file(entry), "figures", f"the unit of {figure} has no words")
    for figure in sorted(declared - used):
        yield Problem(_file(entry), "figures", f"{figure} is not used")


def _numbers(entry: Entry, content: Content, numbers: NumberIndex, on: date) -> Iterator[Problem]:
    allowed = numbers_of(numbers, entry.citations) | _listed_numbers(entry)
    for name in ("spoken", "text", "full", "bring", "where"):
        for language, words in getattr(entry, name).items():
            # A figure's own value is no claim of the sentence.
            bare = fill(words, dict.fromkeys(figure_places(words), " "))
            claimed = countable(bare) if language == CANTONESE else bare
            unknown = sorted(numbers_in(claimed) - allowed)
            if unknown:
                listed = ", ".join(str(number) for number in unknown)
                yield Problem(
                    _file(entry), f"{name}.{language}", f"{listed} stand in no cited article"
                )


def _listed_numbers(entry: Entry) -> frozenset[Decimal]:
    found: set[Decimal] = set()
    for number in entry.numbers:
        try:
            found.add(Decimal(number))
        except InvalidOperation:
            found |= numbers_in(number)
    return frozenset(found)


def _rendered(entry: Entry, content: Content, on: date) -> Iterator[Problem]:
    for language in LANGUAGES:
        text = render_answer(content, entry, "text", language, on).text
        segments = count_segments(text).segments
        if segments > MAX_TEXT_SEGMENTS:
            yield Problem(_file(entry), f"text.{language}", f"{segments} segments when rendered")
    for language in MAX_SAID:
        said = render_answer(content, entry, "voice", language, on).text
        caveat = speak_numbers(said_caveat(content.figures, entry, language, on), language)
        yield from _said(entry, language, said.removesuffix(caveat).rstrip())
        if found := _UNSPEAKABLE.search(caveat):
            yield Problem(_file(entry), "authority", f"{found[0]!r} cannot be spoken")


def _said(entry: Entry, language: str, words: str) -> Iterator[Problem]:
    """Faults of an answer as it is heard, with its figures and without its caveat."""
    field, most = f"spoken.{language}", MAX_SAID[language]
    if len(words) > most:
        reason = f"{len(words)} characters when spoken, at most {most}"
        yield Problem(_file(entry), field, reason)
    if found := _UNSPEAKABLE.search(words):
        yield Problem(_file(entry), field, f"{found[0]!r} cannot be spoken")
    if _sentences(words, language) > MAX_SENTENCES_SAID:
        yield Problem(_file(entry), field, f"more than {MAX_SENTENCES_SAID} sentences when spoken")


def _sentences(words: str, language: str) -> int:
    return len(_SENTENCE_END["en" if language == "en" else "zh"].findall(words))


def _repeated_samples(entries: Iterable[Entry]) -> list[Problem]:
    owners: dict[str, list[Entry]] = {}
    for entry in entries:
        for sample, times in Counter(map(_bare, entry.all_samples())).items():
            owners.setdefault(sample, []).extend([entry] * times)
    return [
        Problem(_file(owner), "samples", f"{sample!r} stands also in {others[0].topic}")
        for sample, found in owners.items()
        for owner, *others in [found]
        if others
    ]


def _bare(sample: str) -> str:
    return re.sub(r"[\W_]+", "", sample).lower()
