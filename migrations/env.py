"""Alembic's environment: migrations run on the connection that the caller hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import MetaData
from sqlalchemy.types import TypeDecorator


def render_item(kind: str, item: object, _context: Any) -> str | Literal[False]:
    """Our own column types by what they are in the database, so that migrations need no code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def find_metadata() -> MetaData | None:
    """The tables of the code, for who compares the database with them; others import none."""
    if not context.config.attributes.get("compares"):
        return None
    from app.tables import metadata

    return metadata


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=find_metadata(),
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render_item,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
