"""Tables of the tests of ``core`` alone: the service's metadata must not know them."""

from __future__ import annotations

from sqlalchemy.orm import DeclarativeBase

from core.encrypted_columns import bind_objects


class OwnBase(DeclarativeBase):
    """Base of the tables."""


bind_objects(OwnBase)
