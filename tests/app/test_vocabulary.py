"""Identifiers use the words of ``docs/glossary.md``, not those of an older vocabulary."""

from __future__ import annotations

import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOT_READ = {".venv", ".venv-rasa", "var", "migrations", "node_modules"}

FORBIDDEN_WORDS = frozenset({
    "misses", "desk", "desks", "road", "roads", "precedence", "carrier", "carriers", "mending",
    "sealed", "told", "whoever", "anew",
})  # fmt: skip
FORBIDDEN_NAMES = re.compile(r"(?i)_*(acts?|actsamples|origin|seal_value)|_*(most|least)_\w+")
FORBIDDEN_PARTS = re.compile(r"passed_over|^_*clocks_of|of_act$|^_*act_prefix")

EXEMPT = {
    "sealed_at": "when the daily seal was made, a column of record_seals",
    "most_common": "a method of the standard library's Counter",
    "act": "a citizen's act in a scripted scenario, not an intent",
}


def is_old(name: str) -> bool:
    """Whether an identifier uses the older vocabulary."""
    if name in EXEMPT:
        return False
    # A test's name is a sentence, in which "told" is plain English.
    words = set(_words(name)) - ({"told"} if name.startswith("test_") else set())
    return bool(
        words & FORBIDDEN_WORDS
        or FORBIDDEN_NAMES.fullmatch(name)
        or FORBIDDEN_PARTS.search(name.lower())
    )


def _words(name: str) -> Iterator[str]:
    for part in name.split("_"):
        yield from (word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", part))


def _names() -> dict[str, list[str]]:
    """Every identifier of our own Python code, and the files that use it."""
    names = defaultdict(list)
    for path in sorted(ROOT.rglob("*.py")):
        file = path.relative_to(ROOT)
        if NOT_READ & set(file.parts):
            continue
        tokens = tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline)
        for name in {token.string for token in tokens if token.type == tokenize.NAME}:
            names[name].append(str(file))
    return names


def test_no_identifier_uses_the_older_vocabulary() -> None:
    assert {name: files for name, files in _names().items() if is_old(name)} == {}


def test_every_exempt_name_is_still_there() -> None:
    assert EXEMPT.keys() - _names().keys() == set()


def test_the_older_vocabulary_is_found_however_it_is_written() -> None:
    old = ["Act", "ACTS", "ActSamples", "_most", "RoadRules", "carrier_name", "is_told", "Origin"]
    assert [name for name in old if not is_old(name)] == ["_most"]
    assert [
        name for name in ["action", "act_by", "most", "seal_cases", "sealing"] if is_old(name)
    ] == []
