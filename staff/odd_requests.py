"""Requests that no page of ours sends: refused before any view sees them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain

from flask import abort, request

# Neither database nor page has a use for them; tabs and line ends are words' own.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_MAX_NAME = 64


def refuse_odd() -> None:
    """Abort with 404 for an address with control characters, with 400 for such fields."""
    if _CONTROL.search(request.path):
        abort(404)
    if any(_CONTROL.search(words) or len(name) > _MAX_NAME for name, words in _fields()):
        abort(400)


def _fields() -> Iterable[tuple[str, str]]:
    return chain(request.args.items(multi=True), request.form.items(multi=True))
