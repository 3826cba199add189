"""The lines of a trial conversation as values."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core.errors import InputError

_WAIT = re.compile(r"(\d+)\s*([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
SURE = 0.9


@dataclass(frozen=True)
class Say:
    """Words, spoken with this confidence (None: the recogniser gave none) or written."""

    words: str
    confidence: float | None = SURE


@dataclass(frozen=True)
class Key:
    """Keys of the telephone."""

    keys: str


@dataclass(frozen=True)
class Silence:
    """Nothing was said."""


@dataclass(frozen=True)
class Record:
    """A recording of so many seconds; 0 is an empty one."""

    seconds: int


@dataclass(frozen=True)
class HangUp:
    """The caller hangs up."""


@dataclass(frozen=True)
class Wait:
    """Time passes, and the jobs that are due run."""

    time: timedelta


@dataclass(frozen=True)
class Agents:
    """What agents do from now on: accept calls, or not."""

    do_accept: bool


Line = Say | Key | Silence | Record | HangUp | Wait | Agents


def parse_line(line: str) -> Line:
    """A line of standard input: bare words, or a JSON object. Raises InputError."""
    if not line.lstrip().startswith("{"):
        return Say(line.strip())
    try:
        raw = json.loads(line)
    except ValueError as error:
        raise InputError(f"This is no JSON object: {line.strip()[:60]}", "line") from error
    return parse_step(raw)


def parse_step(raw: dict[str, Any]) -> Line:
    """An object such as ``{"key": "1"}``. Raises InputError when it is none of the known ones."""
    match raw:
        case {"say": str(words)}:
            return Say(words.strip(), _confidence(raw.get("confidence")))
        case {"key": key}:
            return Key(str(key))
        case {"silence": _}:
            return Silence()
        case {"record": int(seconds)}:
            return Record(seconds)
        case {"hang_up": _}:
            return HangUp()
        case {"wait": str(words)}:
            return Wait(parse_wait(words))
        case {"agent": "accept" | "none" as agents}:
            return Agents(agents == "accept")
    raise InputError(f"Nothing is known to do with {json.dumps(raw, ensure_ascii=False)}.", "line")


def _confidence(raw: Any) -> float | None:
    """A recogniser's confidence from 0 to 1, None where it gave none. Raises InputError."""
    if raw is None or (isinstance(raw, int | float) and 0 <= raw <= 1):
        return raw
    raise InputError(f"{raw} is no confidence from 0 to 1.", "confidence")


def parse_wait(words: str) -> timedelta:
    """A length of time such as ``45m`` or ``1d 2h``. Raises InputError."""
    found = _WAIT.findall(words)
    if not found or _WAIT.sub("", words).strip():
        raise InputError(f"{words} is no length of time such as 45m, 2h or 3d.", "wait")
    return sum((timedelta(**{_UNITS[unit]: int(number)}) for number, unit in found), timedelta())
