"""Changing single fields of an entry's file without touching the rest of its text."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date

import yaml

from config.yaml_files import MAX_DRAFT_CHARACTERS, check_yaml
from core.errors import ContentError

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MIN_INDENT = "    "


def with_dates(text: str, effective_from: date | None, expires_on: date | None) -> str:
    """The file's text with these dates; None leaves a date as it stands."""
    for field, day in (("effective_from", effective_from), ("expires_on", expires_on)):
        if day is not None:
            text = _with_line(text, field, day.isoformat())
    return text


def _with_line(text: str, field: str, value: str) -> str:
    changed, times = re.subn(
        rf"^{field}:.*$", f"{field}: {value}", text, count=1, flags=re.MULTILINE
    )
    if not times:
        raise ContentError(f"field {field} is missing.")
    return changed


def with_samples(text: str, style: str, samples: Sequence[str]) -> str:
    """The file's text with more sample questions at the end of one style's list.

    Raises ContentError when the file has no samples field or the style's list is none.
    """
    place = _find_list(text, style)
    if place is None:
        return _with_style(text, style, samples)
    written = [json.dumps(sample, ensure_ascii=False) for sample in samples]
    if place.flow_style:
        end = place.end_mark.index - 1
        joint = ", " if place.value else ""
        return text[:end].rstrip() + joint + ", ".join(written) + text[end:]
    last = place.value[-1].end_mark.index
    indent = " " * place.start_mark.column
    return text[:last] + "".join(f"\n{indent}- {sample}" for sample in written) + text[last:]


def _find_list(text: str, style: str) -> yaml.SequenceNode | None:
    try:
        check_yaml(text, max_characters=MAX_DRAFT_CHARACTERS)
        root = yaml.compose(text, Loader=_LOADER)
    except (yaml.YAMLError, ValueError) as error:
        raise ContentError("The text is not readable as YAML.") from error
    samples = _child(root, "samples")
    if not isinstance(samples, yaml.MappingNode):
        raise ContentError("field samples is missing.")
    found = _child(samples, style)
    if found is not None and not isinstance(found, yaml.SequenceNode):
        raise ContentError(f"field samples.{style}: must be a list of sentences.")
    return found


def _child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _with_style(text: str, style: str, samples: Sequence[str]) -> str:
    lines = [f"  {style}:"]
    lines += [f"{_MIN_INDENT}- {json.dumps(sample, ensure_ascii=False)}" for sample in samples]
    new, times = re.subn(
        r"^samples:[ \t]*(?:\{\}[ \t]*)?$",
        lambda _: "samples:\n" + "\n".join(lines),
        text,
        count=1,
        flags=re.MULTILINE,
    )
    if not times:
        raise ContentError("field samples must be a mapping of styles, one a line.")
    return new
