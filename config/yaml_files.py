"""Reading YAML as version 1.2 means it: ``on``, ``no`` and ``yes`` are words, not booleans.

Drafts are written by people, and by attackers with a stolen password, so no document may cost more
than its length: no aliases (a dozen lines of them are a million nodes), nothing nested without end,
no number that takes longer to read than to write. Files of the service itself may have aliases.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

MAX_CHARACTERS = 1_000_000
MAX_DRAFT_CHARACTERS = 100_000
"""Of a draft; the largest entry has 14,000."""
MAX_DEPTH = 20
MAX_NUMBER_LENGTH = 40

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BOOLEAN = "tag:yaml.org,2002:bool"
_NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
_OPENS = (yaml.SequenceStartEvent, yaml.MappingStartEvent)
_CLOSES = (yaml.SequenceEndEvent, yaml.MappingEndEvent)


class UnsafeYamlError(yaml.YAMLError):
    """The document is larger, deeper or more tangled than any that is meant to be read."""


class _Loader(_Base):  # type: ignore[misc]
    """The safe loader with the booleans of YAML 1.2 and bounded numbers."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOLEAN]
    for first, resolvers in _Base.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_BOOLEAN, re.compile(r"^(?:true|false)$"), list("tf"))


def _construct_number(loader: Any, node: Any) -> Any:
    if len(node.value) > MAX_NUMBER_LENGTH:
        raise UnsafeYamlError(f"a number of more than {MAX_NUMBER_LENGTH} characters")
    return _Base.yaml_constructors[node.tag](loader, node)


for _tag in _NUMBERS:
    _Loader.add_constructor(_tag, _construct_number)


def parse_yaml(text: str, *, max_characters: int = MAX_CHARACTERS) -> Any:
    """The value of a YAML document. Raises yaml.YAMLError, for whatever is wrong with it."""
    try:
        check_yaml(text, max_characters=max_characters)
        return yaml.load(text, Loader=_Loader)
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
        RecursionError,
    ) as error:
        # A day that there is not, a time zone out of range, a tag that does not fit its value.
        raise UnsafeYamlError(str(error) or type(error).__name__) from error


def check_yaml(text: str, *, max_characters: int = MAX_CHARACTERS) -> None:
    """Raise yaml.YAMLError for a document that is too large or too deep or has aliases. Its time
    grows with the length of the text."""
    if len(text) > max_characters:
        raise UnsafeYamlError(f"more than {max_characters} characters")
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            raise UnsafeYamlError(f"an alias (*{event.anchor})")
        depth += isinstance(event, _OPENS) - isinstance(event, _CLOSES)
        if depth > MAX_DEPTH:
            raise UnsafeYamlError(f"more than {MAX_DEPTH} levels")


def read_yaml(path: Path) -> Any:
    """The value of a YAML file of the service in UTF-8. Raises OSError or yaml.YAMLError."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)


def get_pattern(path: Path, name: str) -> re.Pattern[str]:
    """The regular expressions listed under a name in a YAML file of the service, as one pattern
    that matches where any of them does. The file is read and compiled once.

    Raises KeyError for a name that the file has not, and as ``read_yaml``.
    """
    return _read_patterns(path)[name]


@cache
def _read_patterns(path: Path) -> Mapping[str, re.Pattern[str]]:
    return {name: re.compile("|".join(lines)) for name, lines in read_yaml(path).items()}
