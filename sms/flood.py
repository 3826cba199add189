"""How much is answered: per number and in all. Said once, then silence until the time is over."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import structlog
from redis.exceptions import RedisError

from core.state_store import StateStore

log = structlog.get_logger()


@dataclass(frozen=True)
class FloodLimits:
    """At most ``texts`` in ``seconds``: of one number over a short and a long time, and of all."""

    short: tuple[int, int] = (15, 300)
    long: tuple[int, int] = (150, 86_400)
    total: tuple[int, int] = (15_000, 60)


class Verdict(StrEnum):
    """What to do with a text."""

    OPEN = "open"
    SAY_ONCE = "say_once"
    QUIET = "quiet"


def judge(state: StateStore, phone_key: str, limits: FloodLimits) -> Verdict:
    """Count a text and judge it. Without the state store nobody is turned away."""
    try:
        verdicts = [
            _verdict(state, f"texts:{seconds}:{phone_key}", most, seconds)
            for most, seconds in (limits.short, limits.long)
        ]
        most, seconds = limits.total
        if state.count("texts:all", seconds) > most:
            verdicts.append(_verdict(state, f"texts:overflow:{phone_key}", 0, seconds))
    except RedisError:
        log.warning("texts are not counted: the state store does not answer")
        return Verdict.OPEN
    return max(verdicts, key=_SEVERITY.__getitem__)


_SEVERITY = {Verdict.OPEN: 0, Verdict.SAY_ONCE: 1, Verdict.QUIET: 2}


def _verdict(state: StateStore, name: str, most: int, seconds: int) -> Verdict:
    count = state.count(name, seconds)
    if count <= most:
        return Verdict.OPEN
    return Verdict.SAY_ONCE if count == most + 1 else Verdict.QUIET
