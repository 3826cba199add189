"""Pictures for tests: real ones, which a decoder reads."""

from __future__ import annotations

from io import BytesIO

from PIL import Image


def make_picture(kind: str = "PNG", width: int = 8, height: int = 8) -> bytes:
    """A grey picture; ``kind`` is ``PNG`` or ``JPEG``."""
    buffer = BytesIO()
    Image.new("L", (width, height), 128).save(buffer, kind)
    return buffer.getvalue()
