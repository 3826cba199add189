"""Parts of a file that a browser asks for (RFC 9110, section 14)."""

from __future__ import annotations

import re

from flask import Response, request

_ONE_RANGE = re.compile(r"bytes=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*", re.ASCII | re.IGNORECASE)


def answer_range(response: Response, size: int) -> Response:
    """A whole answer of ``size`` bytes, cut down to the part that the request asks for.

    A range that is none, several at once and other units are ignored, as 14.2 lets a server: the
    whole is sent. Raises RequestedRangeNotSatisfiable (416, with ``Content-Range: bytes */size``)
    for a range outside of the file.
    """
    environ = dict(request.environ)
    asked = read_range(environ.pop("HTTP_RANGE", ""), size)
    if asked is not None:
        environ["HTTP_RANGE"] = asked
    response.make_conditional(environ, accept_ranges=True, complete_length=size)
    return response


def read_range(header: str, size: int) -> str | None:
    """The one range of a header in its plain form, None for what is to be ignored.

    The last 0 bytes become the range behind the end of the file: neither can be satisfied. More
    than all from the end is all.
    """
    found = _ONE_RANGE.fullmatch(header.strip())
    if found is None:
        return None
    first, last = found.groups()
    if not first and not last:
        return None
    if not first:
        length = min(int(last), size)
        return f"bytes=-{length}" if length else f"bytes={size}-"
    if last and int(last) < int(first):
        return None
    return f"bytes={int(first)}-{int(last) if last else ''}"
