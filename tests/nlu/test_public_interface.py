"""The rooms know only what understanding offers them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import nlu

ROOT = Path(nlu.__file__).parents[1]
ROOMS = ("staff", "hotline", "sms", "dialogue", "privacy", "ratings", "callcentre", "casework")


def imports_of(path: Path) -> Iterator[str]:
    """The modules of understanding that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_the_public_modules_only(room: str) -> None:
    files = sorted((ROOT / room).rglob("*.py"))
    assert files
    strange = {
        f"{file.relative_to(ROOT)}: {module}"
        for file in files
        for module in imports_of(file)
        if module.partition(".")[0] == "nlu" and module not in nlu.PUBLIC_MODULES
    }
    assert strange == set()


def test_every_public_module_is_used_by_a_room() -> None:
    used = {m for room in ROOMS for f in (ROOT / room).rglob("*.py") for m in imports_of(f)}
    assert set(nlu.PUBLIC_MODULES) <= used
