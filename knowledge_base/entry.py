"""The plain value of an entry: what one topic's file says, checked for shape."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from config.languages import WRITTEN_LANGUAGES
from core.errors import ContentError
from knowledge_base.authorities import Authority, Scope
from knowledge_base.citations import Citation

SAMPLE_STYLES = ("short", "colloquial", "speech", "story", "employer", "yue", "en")
LANGUAGES: tuple[str, ...] = WRITTEN_LANGUAGES
CANTONESE = "yue"
AUDIENCES = ("worker", "employer", "jobseeker", "both")
_REQUIRED = {
    "topic", "category", "title", "short_name", "audience", "authority", "citations", "spoken",
    "text", "full", "as_of", "effective_from", "expires_on", "review_by", "verified", "unverified",
    "related", "samples",
}  # fmt: skip
_OPTIONAL = {"figures", "numbers", "bring", "where", "scope"}
_SAID = (
    "citations",
    "figures",
    "spoken",
    "text",
    "full",
    "bring",
    "where",
    "unverified",
)
# These are told in the caveat only, which a verified entry does not have.
_SAID_UNVERIFIED = ("authority", "scope")


@dataclass(frozen=True)
class Verification:
    """By whom, against what and when an entry's facts were checked."""

    by: str
    against: str
    on: date


@dataclass(frozen=True)
class Entry:
    """The curated text of one topic. Texts are maps from language ("zh", "en") to words.

    ``spoken`` and ``short_name`` may have "yue" too, the words for a Cantonese voice caller, who
    hears the Mandarin ones where they have none; nobody is written to in Cantonese.

    ``authority`` answers for what the entry leaves open, ``scope`` is how far the open rule reaches
    (None exactly when nothing is ``unverified``).
    """

    topic: str
    category: str
    title: Mapping[str, str]
    short_name: Mapping[str, str]
    audience: str
    authority: Authority
    citations: tuple[Citation, ...]
    figures: tuple[str, ...]
    numbers: Mapping[str, str]
    spoken: Mapping[str, str]
    text: Mapping[str, str]
    full: Mapping[str, str]
    bring: Mapping[str, str]
    where: Mapping[str, str]
    as_of: date
    effective_from: date
    expires_on: date | None
    review_by: date
    verified: Verification | None
    unverified: Mapping[str, str] | None
    scope: Scope | None
    related: tuple[str, ...]
    samples: Mapping[str, tuple[str, ...]]
    version: str = field(default="")

    def is_in_force(self, on: date) -> bool:
        """Whether the entry may be given on a local day (docs/rules.md, "Answers")."""
        return self.effective_from <= on and (self.expires_on is None or on <= self.expires_on)

    def all_samples(self) -> tuple[str, ...]:
        """The samples of all styles, in file order."""
        return tuple(sample for style in self.samples.values() for sample in style)


def read_entry(raw: object, source: str) -> Entry:
    """An entry from the value of its file. ``source`` names the file in errors.

    Raises ContentError naming file, field and reason.
    """
    if not isinstance(raw, dict):
        raise ContentError(f"{source}: the file is not a mapping of fields.")
    _require_known_fields(raw, source)
    reader = _FieldReader(raw, source)
    verified = raw["verified"]
    return Entry(
        topic=reader.word("topic"),
        category=reader.word("category"),
        title=reader.languages("title"),
        short_name=reader.spoken_languages("short_name"),
        audience=reader.one_of("audience", AUDIENCES),
        authority=Authority(reader.one_of("authority", tuple(Authority))),
        citations=reader.citations("citations"),
        figures=reader.words("figures"),
        numbers={str(k): str(v) for k, v in reader.mapping("numbers").items()},
        spoken=reader.spoken_languages("spoken"),
        text=reader.languages("text"),
        full=reader.languages("full"),
        bring=reader.languages("bring", optional=True),
        where=reader.languages("where", optional=True),
        as_of=reader.day("as_of"),
        effective_from=reader.day("effective_from"),
        expires_on=None if raw["expires_on"] is None else reader.day("expires_on"),
        review_by=reader.day("review_by"),
        verified=None if verified is None else reader.verification("verified"),
        unverified=None if raw["unverified"] is None else reader.languages("unverified"),
        scope=reader.scope(),
        related=reader.words("related"),
        samples=reader.samples("samples"),
        version=version_of(raw),
    )


def version_of(raw: Mapping[str, Any]) -> str:
    """A short name of what an entry tells: 12 hex digits of SHA-256 over its canonical JSON.

    Only what a citizen is told counts, so that another sample question or a later review does not
    make an answer given before look changed.
    """
    answered = {name: raw[name] for name in _SAID if raw.get(name)}
    answered["is_verified"] = raw.get("verified") is not None
    if not answered["is_verified"]:
        answered |= {name: raw[name] for name in _SAID_UNVERIFIED if raw.get(name)}
    canonical = json.dumps(answered, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def _require_known_fields(raw: Mapping[str, Any], source: str) -> None:
    if not all(isinstance(name, str) for name in raw):
        raise ContentError(f"{source}: the names of fields must be words.")
    missing = sorted(_REQUIRED - raw.keys())
    if missing:
        raise ContentError(f"{source}: field {missing[0]} is missing.")
    unknown = sorted(raw.keys() - _REQUIRED - _OPTIONAL)
    if unknown:
        raise ContentError(f"{source}: field {unknown[0]} is not known.")


class _FieldReader:
    """Reads fields of one raw entry, each with a clear error."""

    def __init__(self, raw: Mapping[str, Any], source: str) -> None:
        self._raw = raw
        self._source = source

    def error(self, name: str, reason: str) -> ContentError:
        return ContentError(f"{self._source}: field {name}: {reason}")

    def word(self, name: str) -> str:
        value = self._raw[name]
        if not isinstance(value, str) or not value.strip():
            raise self.error(name, "must be text.")
        return value.strip()

    def one_of(self, name: str, allowed: tuple[str, ...]) -> str:
        value = self.word(name)
        if value not in allowed:
            raise self.error(name, f"must be one of {', '.join(allowed)}.")
        return value

    def scope(self) -> Scope | None:
        """The scope, which an unverified entry must have and a verified one must not."""
        if (self._raw["unverified"] is None) != (self._raw.get("scope") is None):
            raise self.error("scope", "stands exactly where unverified does.")
        return Scope(self.one_of("scope", tuple(Scope))) if self._raw.get("scope") else None

    def words(self, name: str) -> tuple[str, ...]:
        value = self._raw.get(name) or []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(name, "must be a list of words.")
        return tuple(value)

    def mapping(self, name: str) -> Mapping[str, Any]:
        value = self._raw.get(name) or {}
        if not isinstance(value, dict):
            raise self.error(name, "must be a mapping.")
        if len({type(key) for key in value}) > 1:
            raise self.error(name, "must have names of one kind.")
        return value

    def languages(self, name: str, *, optional: bool = False) -> Mapping[str, str]:
        value = self.mapping(name)
        return {} if optional and not value else self._require_languages(name, value)

    def _require_languages(self, name: str, value: Mapping[str, Any]) -> Mapping[str, str]:
        for language in LANGUAGES:
            words = value.get(language)
            if not isinstance(words, str) or not words.strip():
                raise self.error(f"{name}.{language}", "text is missing.")
        unknown = sorted(value.keys() - set(LANGUAGES))
        if unknown:
            raise self.error(f"{name}.{unknown[0]}", "language is not known.")
        return {language: value[language].strip() for language in LANGUAGES}

    def spoken_languages(self, name: str) -> Mapping[str, str]:
        """Words that are also said on the phone: they may have Cantonese besides."""
        value = dict(self.mapping(name))
        has_cantonese = CANTONESE in value
        cantonese = value.pop(CANTONESE, None)
        words = self._require_languages(name, value)
        if not has_cantonese:
            return words
        if not isinstance(cantonese, str) or not cantonese.strip():
            raise self.error(f"{name}.{CANTONESE}", "text is missing.")
        return {**words, CANTONESE: cantonese.strip()}

    def citations(self, name: str) -> tuple[Citation, ...]:
        try:
            return tuple(Citation.parse(item) for item in self.words(name))
        except ValueError as error:
            raise self.error(name, str(error)) from error

    def day(self, name: str) -> date:
        value = self._raw[name]
        if type(value) is not date:
            raise self.error(name, "must be a date (2026-11-23).")
        return value

    def verification(self, name: str) -> Verification:
        value = self.mapping(name)
        if value.keys() != {"by", "against", "on"} or type(value["on"]) is not date:
            raise self.error(name, "needs by, against and on (a date).")
        return Verification(str(value["by"]), str(value["against"]), value["on"])

    def samples(self, name: str) -> Mapping[str, tuple[str, ...]]:
        value = self.mapping(name)
        unknown = sorted(value.keys() - set(SAMPLE_STYLES))
        if unknown:
            raise self.error(f"{name}.{unknown[0]}", "style is not known.")
        result: dict[str, tuple[str, ...]] = {}
        for style, items in value.items():
            if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
                raise self.error(f"{name}.{style}", "must be a list of sentences (quote them).")
            result[style] = tuple(item.strip() for item in items)
        return result
