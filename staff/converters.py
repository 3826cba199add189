"""Numbers in addresses: what is no id of a row is no address."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter, ValidationError

MAX_ID = 2**63 - 1
"""The largest id that a row can have, on both databases."""


class RowIdConverter(IntegerConverter):
    """``<int:...>``: at most 19 digits, at most MAX_ID; anything else is not found (404)."""

    regex = r"[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if number > MAX_ID:
            raise ValidationError
        return number


def bound_ids(app: Flask) -> None:
    """Let the numbers in all addresses that are declared from now on be ids."""
    app.url_map.converters = {**app.url_map.converters, "int": RowIdConverter}
