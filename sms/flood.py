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
        short, long, total = state.count(_counters(phone_key, limits))
        verdicts = [_verdict(short, limits.short[0]), _verdict(long, limits.long[0])]
        if total > limits.total[0]:
            (refused,) = state.count({f"texts:overflow:{phone_key}": limits.total[1]})
            verdicts.append(_verdict(refused, 0))
    except RedisError:
        log.warning("texts are not counted: the state store does not answer")
        return Verdict.OPEN
    return max(verdicts, key=_SEVERITY.__getitem__)


_SEVERITY = {Verdict.OPEN: 0, Verdict.SAY_ONCE: 1, Verdict.QUIET: 2}


def _counters(phone_key: str, limits: FloodLimits) -> dict[str, int]:
    return {
        f"texts:short:{phone_key}": limits.short[1],
        f"texts:long:{phone_key}": limits.long[1],
        "texts:all": limits.total[1],
    }


def _verdict(count: int, most: int) -> Verdict:
    if count <= most:
        return Verdict.OPEN
    return Verdict.SAY_ONCE if count == most + 1 else Verdict.QUIET
