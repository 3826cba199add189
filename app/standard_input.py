"""What a command reads."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator

from core.errors import InputError


def read_lines() -> Iterator[str]:
    """The lines of standard input without their ends; both streams are UTF-8, whatever the
    environment says. Raises InputError where the input is not."""
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="strict")
    try:
        for line in sys.stdin:
            yield line.rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise InputError("Standard input is not UTF-8.", "line") from error
