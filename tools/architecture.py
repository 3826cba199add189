"""Draw the rooms of the code and what they import: ``python -m tools.architecture``.

The layers are those of the import contract in ``pyproject.toml``, the arrows are the imports that
there are. The drawing stands in ``docs/architecture.md`` between two marks.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "architecture.md"
BEGIN = "<!-- made by: python -m tools.architecture -->\n"
END = "<!-- end -->\n"

Imports = Mapping[str, frozenset[str]]


def read_contract(project: Path = ROOT / "pyproject.toml") -> tuple[list[str], list[list[str]]]:
    """All rooms, and the layers from the highest down, each a list of rooms.

    Raises LookupError when the project has no contract of layers.
    """
    linter: dict[str, Any] = tomllib.loads(project.read_text("utf-8"))["tool"]["importlinter"]
    for contract in linter["contracts"]:
        if contract["type"] == "layers":
            layers = [[room.strip() for room in line.split("|")] for line in contract["layers"]]
            return linter["root_packages"], layers
    raise LookupError("pyproject.toml has no contract of layers.")


def find_imports(rooms: Iterable[str], root: Path = ROOT) -> Imports:
    """The rooms that each room imports, itself left out."""
    known = frozenset(rooms)
    return {
        room: frozenset(
            name
            for path in (root / room).rglob("*.py")
            for name in _imported(path.read_text("utf-8"))
        )
        & known - {room}
        for room in known
    }


def without_detours(imports: Imports) -> Imports:
    """The imports without those that a longer way implies, so that the drawing can be read."""
    return {
        room: frozenset(
            target
            for target in targets
            if not any(target in _reached(imports, other) for other in targets - {target})
        )
        for room, targets in imports.items()
    }


def draw(rooms: list[str], layers: list[list[str]], imports: Imports) -> str:
    """A Mermaid diagram of the rooms, layer by layer, and a table of all imports."""
    alone = [room for room in rooms if not any(room in layer for layer in layers)]
    lines = ["```mermaid", "flowchart TD"]
    for number, layer in enumerate([*layers, alone], 1):
        lines.append(f'    subgraph layer{number}["{" | ".join(layer)}"]')
        lines += [f"        {room}" for room in layer]
        lines.append("    end")
    arrows = without_detours(imports)
    lines += [f"    {room} --> {target}" for room in rooms for target in sorted(arrows[room])]
    lines += ["```", "", "| room | imports |", "|---|---|"]
    for room in rooms:
        named = ", ".join(f"`{target}`" for target in rooms if target in imports[room])
        lines.append(f"| `{room}/` | {named or 'nothing of the project'} |")
    return "\n".join(lines) + "\n"


def replace_drawing(page: str, drawing: str) -> str:
    """The page with the drawing between its marks. Raises ValueError without the marks."""
    before, _, rest = page.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError("The page has no place for the drawing.")
    return f"{before}{BEGIN}\n{drawing}\n{END}{after}"


def _reached(imports: Imports, room: str) -> frozenset[str]:
    reached: frozenset[str] = frozenset()
    new = imports[room]
    while new - reached:
        reached |= new
        new = frozenset().union(*(imports[one] for one in new))
    return reached


def _imported(source: str) -> Iterable[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def main() -> int:
    """Write the drawing into its page."""
    rooms, layers = read_contract()
    drawing = draw(rooms, layers, find_imports(rooms))
    PAGE.write_text(replace_drawing(PAGE.read_text("utf-8"), drawing), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
