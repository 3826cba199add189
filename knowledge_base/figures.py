"""Figures: numbers that change, each with dates and source. Later values take over by date."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from config.yaml_files import parse_yaml
from core.errors import ContentError

_MAX_VALUE = Decimal(10) ** 12
# A formula names at most some twenty figures; with a few levels no formula works without end.
_MAX_FORMULA = 120
_MAX_LEVELS = 3
_OPERATIONS: Mapping[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


@dataclass(frozen=True)
class DatedValue:
    """One value from a local day on, with its source."""

    value: Decimal
    from_: date
    source: str
    verified: bool


@dataclass(frozen=True)
class Figure:
    """A figure: dated values, or a formula over other figures.

    One with ``states_date`` is never told without the day from which it holds; nor is a figure that
    is computed from it.
    """

    id: str
    name: Mapping[str, str]
    unit: str
    values: tuple[DatedValue, ...]
    computed: str
    source: str
    states_date: bool = False


class Figures:
    """All figures by id."""

    def __init__(self, figures: Mapping[str, Figure]) -> None:
        self._figures = figures

    @classmethod
    def parse(cls, text: str) -> Figures:
        """Figures from the text of ``figures.yaml``. Raises ContentError naming the fault."""
        found: dict[str, Figure] = {}
        for row in _rows(text):
            figure = _read_figure(row)
            if figure.id in found:
                raise ContentError(f"figures.yaml: {figure.id} stands twice.")
            found[figure.id] = figure
        figures = cls(found)
        for figure in found.values():
            figures.check(figure)
        return figures

    @property
    def ids(self) -> frozenset[str]:
        """Ids of all figures."""
        return frozenset(self._figures)

    def get(self, figure_id: str) -> Figure:
        """The figure. Raises ContentError when there is none of that id."""
        try:
            return self._figures[figure_id]
        except KeyError:
            raise ContentError(f"figure {figure_id} is not in figures.yaml.") from None

    def value(self, figure_id: str, on: date) -> Decimal:
        """The figure's value on a local day. Raises ContentError when it has none that day."""
        figure = self.get(figure_id)
        if figure.computed:
            return self._compute(ast.parse(figure.computed, mode="eval").body, on)
        return self._dated(figure, on).value

    def is_verified(self, figure_id: str, on: date) -> bool:
        """Whether the value of that day, and all it is computed from, was checked at its source."""
        figure = self.get(figure_id)
        if figure.computed:
            return all(self.is_verified(name, on) for name in _names(figure.computed))
        return self._dated(figure, on).verified

    def states_date(self, figure_id: str) -> bool:
        """Whether an answer with this figure must say since when it holds."""
        return any(self.get(name).states_date for name in self._roots(figure_id))

    def has_value(self, figure_id: str, on: date) -> bool:
        """Whether the figure has a value on a local day."""
        return all(
            any(value.from_ <= on for value in self.get(name).values)
            for name in self._roots(figure_id)
        )

    def since(self, figure_id: str, on: date) -> date:
        """The day from which the value of a local day holds. Raises ContentError without one."""
        return max(self._dated(self.get(name), on).from_ for name in self._roots(figure_id))

    def next_change(self, figure_id: str, on: date) -> date | None:
        """The first day after ``on`` on which the figure takes another value, if one is known."""
        days = {v.from_ for name in self._roots(figure_id) for v in self.get(name).values}
        return min((day for day in days if day > on), default=None)

    def written(self, figure_id: str, on: date) -> str:
        """The value as written in an answer: 2080, 19.8, 1872."""
        return written(self.value(figure_id, on))

    def changes_after(self, on: date) -> tuple[date, ...]:
        """Days after ``on`` on which some figure takes a new value."""
        days = {v.from_ for f in self._figures.values() for v in f.values if v.from_ > on}
        return tuple(sorted(days))

    def check(self, figure: Figure, within: tuple[str, ...] = ()) -> None:
        """Raise ContentError when a formula names an unknown figure or, on any road, itself."""
        if figure.id in within:
            raise ContentError(f"figures.yaml: {figure.id} is computed from itself.")
        if len(within) > _MAX_LEVELS:
            raise ContentError(f"figures.yaml: {figure.id}: formulas rest on too many formulas.")
        for name in _names(figure.computed) if figure.computed else ():
            self.check(self.get(name), (*within, figure.id))

    def _roots(self, figure_id: str) -> frozenset[str]:
        """The figures with values that a figure rests on: itself, or what its formula names."""
        figure = self.get(figure_id)
        if not figure.computed:
            return frozenset({figure_id})
        return frozenset().union(*map(self._roots, _names(figure.computed)))

    def _dated(self, figure: Figure, on: date) -> DatedValue:
        current = [value for value in figure.values if value.from_ <= on]
        if not current:
            raise ContentError(f"figure {figure.id} has no value on {on}.")
        return max(current, key=lambda value: value.from_)

    def _compute(self, node: ast.expr, on: date) -> Decimal:
        match node:
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATIONS:
                return _OPERATIONS[type(op)](self._compute(left, on), self._compute(right, on))
            case ast.Name(id=name):
                return self.value(name, on)
            case ast.Constant(value=int() | float() as number):
                return Decimal(str(number))
        raise ContentError("a figure's formula may hold figures, numbers and + - * / only.")


def written(value: Decimal) -> str:
    """A number without needless zeros and without an exponent."""
    return format(value.normalize(), "f")


def _rows(text: str) -> list[dict[str, Any]]:
    try:
        rows = parse_yaml(text) or []
    except yaml.YAMLError as error:
        first_line = str(error).replace("\n", " ")
        raise ContentError(f"figures.yaml: not readable as YAML: {first_line}") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ContentError("figures.yaml: must be a list of figures.")
    return rows


def _read_figure(row: dict[str, Any]) -> Figure:
    name = row.get("id", "?")
    try:
        values = tuple(
            DatedValue(Decimal(str(v["value"])), v["from"], str(v["source"]), bool(v["verified"]))
            for v in row.get("values", [])
        )
        figure = Figure(
            id=row["id"], name=dict(row["name"]), unit=row["unit"], values=values,
            computed=row.get("computed", ""), source=row.get("source", ""),
            states_date=bool(row.get("states_date", False)),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise ContentError(f"figures.yaml: {name}: {error!r} is missing or wrong.") from error
    _require_reasonable(figure)
    if bool(figure.values) == bool(figure.computed):
        raise ContentError(f"figures.yaml: {name}: needs either values or computed.")
    if figure.computed and not figure.source:
        raise ContentError(f"figures.yaml: {name}: source is missing.")
    if any(type(value.from_) is not date or not value.source.strip() for value in figure.values):
        raise ContentError(f"figures.yaml: {name}: each value needs a date and a source.")
    return figure


def _require_reasonable(figure: Figure) -> None:
    """Raise ContentError for what is no word, no number or no formula of ours."""
    texts = (figure.id, figure.unit, figure.computed, figure.source, *figure.name.values())
    if not all(isinstance(text, str) for text in texts):
        raise ContentError(f"figures.yaml: {figure.id}: id, names, unit and source are words.")
    if any(not v.value.is_finite() or abs(v.value) > _MAX_VALUE for v in figure.values):
        raise ContentError(f"figures.yaml: {figure.id}: a value is out of range.")
    if len(figure.computed) > _MAX_FORMULA:
        raise ContentError(f"figures.yaml: {figure.id}: the formula is too long.")


def _names(formula: str) -> tuple[str, ...]:
    try:
        tree = ast.parse(formula, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ContentError(f"figures.yaml: {formula!r} is not a formula.") from error
    return tuple(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
